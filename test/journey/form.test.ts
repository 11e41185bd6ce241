import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { german } from '../../widget/src/languages/de.ts';
import { withoutChromium } from '../support/chromium.ts';
import { type FormPartner, startFormPartner } from '../support/form-partner.ts';
import { connectBank, goBackToPartner } from '../support/hosted-pages.ts';
import { ThreeSites } from '../support/three-sites.ts';

/** Where there is no window beside. */
const PHONE = { hasTouch: true, isMobile: true };

/** The README's own, in demo/examples/form. */
describe('a plain HTML form that requires a bank', withoutChromium, () => {
  let partner: FormPartner;
  let sites: ThreeSites;

  before(async () => {
    partner = await startFormPartner('form.localhost');
    sites = await ThreeSites.open({
      bff: { PARTNER_ORIGINS: partner.url, PARTNER_RETURN_URLS: `main=${partner.url}/` },
    });
    const { partnerId, secrets, directUrls } = sites.world;
    partner.meet(
      { url: sites.bffGate.url, directUrl: directUrls.bff, partnerId, signingSecret: secrets.partnerSigningSecret },
      { customer: 'cust-1042', customerToken: await sites.customerToken('cust-1042') },
    );
  });
  after(async () => {
    await sites?.close();
    await partner?.close();
  });

  it('is not sent before there is one, says so, and leads there', async () => {
    await using visit = await open();
    const { page } = visit;
    await page.getByText(german['ready.text']).waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    assert.equal(partner.sent, 0);
    assert.equal(page.url(), `${partner.url}/`);
    const field = await page.locator('atto-connect').evaluate((element) => ({
      message: (element as HTMLObjectElement).validationMessage,
      focused: element.shadowRoot?.activeElement?.textContent,
    }));
    assert.deepEqual(field, { message: german.required, focused: german['button.start'] });
  });

  it('carries a receipt then, which the server verifies', async () => {
    await using visit = await open();
    const { page } = visit;
    await connect(page);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('heading', { name: /^We have your bank: \S+/ }).waitFor();
  });

  it('has it again after the page was left and come back to', async () => {
    await using visit = await open();
    const { page } = visit;
    await connect(page);
    await page.goto('about:blank');
    await page.goBack({ waitUntil: 'commit' });
    await page.getByText(german['done.title']).waitFor();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('heading', { name: /^We have your bank: \S+/ }).waitFor();
  });

  it('is as it was at first when it is reset', async () => {
    await using visit = await open();
    const { page } = visit;
    await connect(page);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByText(german['ready.text']).waitFor();
    assert.equal(await page.locator('form').evaluate((form) => (form as HTMLFormElement).checkValidity()), false);
  });

  it('is not believed with a receipt that nobody signed', async () => {
    const header = Buffer.from('{"alg":"none"}').toString('base64url');
    const directUrl = partner.url.replace('form.localhost', '127.0.0.1');
    const body = new URLSearchParams({ bank: `${header}.e30.` });
    assert.equal((await fetch(`${directUrl}/apply`, { method: 'POST', body })).status, 422);
  });

  /** Somebody new on the page. */
  async function open() {
    const context = await sites.browser.newContext(PHONE);
    context.setDefaultTimeout(8000);
    const page = await context.newPage();
    await page.goto(`${partner.url}/`);
    return { page, [Symbol.asyncDispose]: () => context.close() };
  }
});

async function connect(page: Page): Promise<void> {
  await page.getByRole('button', { name: german['button.start'] }).click();
  await connectBank(page);
  await goBackToPartner(page);
  await page.getByText(german['done.title']).waitFor();
}
