import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startWorld, type World } from '../../demo/world.ts';
import { launchChromium, withoutChromium } from '../support/chromium.ts';
import { until } from '../support/until.ts';

const desktop = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

describe('the page that a salesperson shows', withoutChromium, () => {
  let world: World;
  let browser: Browser;

  before(async () => {
    // Three sites, as in real life: the lender, its connection server and Atto.
    const hostnames = { partner: 'partner.localhost', bff: 'bff.localhost', bank: 'bank.localhost' };
    world = await startWorld({ hostnames, simulator: { dataStepMs: 100 } });
    browser = await launchChromium();
  });

  // No bank is on file any more.
  afterEach(async () => {
    const headers = { origin: world.urls.partner };
    await fetch(`${world.directUrls.partner}/presenter/connections`, { method: 'DELETE', headers });
  });

  after(async () => {
    await browser?.close();
    await world?.close();
  });

  it('takes a customer to the bank and back, to data that is ready and an application that is sent', async () => {
    await using visit = await visitor(desktop);
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Amara Holt' }).click();
    await page.getByLabel('What is it for?').selectOption('A wedding');
    await page.getByLabel('Full name').fill('Amara J. Holt');
    await page.getByRole('button', { name: 'Connect your bank' }).click();
    await connectAt(page, 'Northmoor Bank');

    await page.locator('#bank').getByText('Northmoor Bank is connected').waitFor();
    await step(page, 'Processed').waitFor();
    await step(page, 'complete').waitFor();
    assert.equal(page.url(), `${world.urls.partner}/`, 'nothing of the return is left in the address');
    assert.equal(await page.getByLabel('What is it for?').inputValue(), 'wedding', 'what was typed is still there');
    assert.equal(await page.getByLabel('Full name').inputValue(), 'Amara J. Holt');

    await page.getByRole('button', { name: 'Send my application' }).click();
    await page.getByText(/Your number is LF-\d{5}/).waitFor();
    const told = await steps(page);
    const beforeData = ['opened', 'signed-in', 'launched', 'left', 'back', 'connected'];
    assert.deepEqual(told.slice(0, beforeData.length), beforeData);
    assert.deepEqual(told.slice(-2), ['checked', 'sent']);
    assert.deepEqual(complaints, []);
  });

  it('knows the bank when the customer comes again, and has it renewed when it has ended', async () => {
    await using visit = await visitor(desktop);
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Jonas Wren' }).click();
    await page.getByRole('button', { name: 'Connect your bank' }).click();
    await connectAt(page, 'Northmoor Bank');
    await page.locator('#bank').getByText('Northmoor Bank is connected').waitFor();
    await page.getByRole('button', { name: 'Send my application' }).click();
    await page.getByRole('button', { name: 'Start over' }).click();

    await page.getByRole('button', { name: 'Jonas Wren' }).click();
    await page.locator('#bank').getByText('Northmoor Bank is connected').waitFor();
    assert.deepEqual(await steps(page), ['opened', 'signed-in', 'on-file']);
    await page.getByRole('button', { name: 'Send my application' }).click();
    await page.getByText(/Your number is LF-\d{5}/).waitFor();

    const { consentId = '' } = world.simulator.consents.findLast(({ customerReference }) => customerReference) ?? {};
    world.simulator.expire(consentId);
    await until('the bff knows of it', async () => (await asPartner(`consents/${consentId}`)).status === 'Expired');
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByRole('button', { name: 'Jonas Wren' }).click();
    await page.locator('#bank').getByText('Your bank connection has ended').waitFor();
    await page.getByRole('button', { name: 'Send my application' }).click();
    await page.getByText('Please connect your bank first').waitFor();
    await page.getByRole('button', { name: 'Renew now' }).click();
    await page.getByRole('button', { name: 'Continue to Northmoor Bank' }).click();
    await page.getByRole('button', { name: 'Log in and allow' }).click();
    await page.getByRole('link', { name: 'Continue to Larkfield' }).click();
    await step(page, 'renewed').waitFor();
    assert.deepEqual(complaints, []);

    await page.getByText('Presenter’s controls').click();
    await page.getByRole('button', { name: 'Clear everything' }).click();
    await page.getByRole('button', { name: 'Jonas Wren' }).click();
    await page.getByRole('button', { name: 'Connect your bank' }).waitFor();
  });

  it('works on a phone, for a guest, without scrolling sideways', async () => {
    await using visit = await visitor(phone);
    const { page, complaints } = visit;
    await page.getByRole('button', { name: 'Continue without an account' }).click();
    await page.getByRole('button', { name: 'Connect your bank' }).click();
    await connectAt(page, 'Harbour & Vale Bank');
    await page.locator('#bank').getByText('Harbour & Vale Bank is connected').waitFor();
    assert.equal(await step(page, 'connected').isVisible(), false, 'the story is folded away at first');
    await page.getByText('What just happened').click();
    await step(page, 'connected').waitFor();
    assert.ok((await steps(page)).includes('launched-as-guest'));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    assert.deepEqual(complaints, []);
  });

  for (const [by, label] of [
    ['provider', 'by provider'],
    ['code', 'by bank code'],
  ] as const) {
    it(`goes straight to the consent of a bank that was chosen beforehand ${label}`, async () => {
      await using visit = await visitor(desktop);
      const { page } = visit;
      await page.getByRole('button', { name: 'Jonas Wren' }).click();
      await page.getByText('Presenter’s controls').click();
      await page.getByLabel('Which bank').selectOption({ label: 'Lindenau Direktbank (DE)' });
      await page.getByLabel('Told by').selectOption(by);
      await page.getByRole('button', { name: 'Connect your bank' }).click();
      await agreeAndLogIn(page);
      await page.locator('#bank').getByText('Lindenau Direktbank is connected').waitFor();
    });
  }

  it('tells of a bank that refuses, and does not take the application', async () => {
    await using visit = await visitor(desktop);
    const { page } = visit;
    await page.getByRole('button', { name: 'Amara Holt' }).click();
    await page.getByRole('button', { name: 'Connect your bank' }).click();
    world.simulator.next('access_denied');
    await page.getByRole('button', { name: 'Northmoor Bank' }).click();
    await page.getByRole('button', { name: 'Allow and continue' }).click();
    await page.getByRole('button', { name: 'Log in and allow' }).click();
    await step(page, 'failed').getByText('access_denied').waitFor();
    await page.getByRole('button', { name: 'Send my application' }).click();
    await page.getByText('Please connect your bank first').waitFor();
  });

  it('says what is wrong in the form, at the field, until it is put right', async () => {
    await using visit = await visitor(phone);
    const { page } = visit;
    await page.getByRole('button', { name: 'Continue without an account' }).click();
    await page.waitForFunction(() => document.activeElement?.id === 'amount');
    await page.getByLabel('Full name').fill('Amara Holt');
    await page.getByLabel('E-mail').fill('not-an-address');
    await page.getByRole('button', { name: 'Send my application' }).click();
    const alert = page.getByRole('alert');
    assert.match(await alert.innerText(), /^E-mail: .*@/);
    const field = page.getByLabel('E-mail');
    assert.ok(await field.evaluate((node) => node === document.activeElement));
    assert.equal(await field.getAttribute('aria-describedby'), 'form-problem');
    await field.fill('amara.holt@example.com');
    await page.getByLabel('Monthly income').fill('3150');
    assert.equal(await alert.isVisible(), false);
    await page.getByRole('button', { name: 'Send my application' }).click();
    await page.getByText('Please connect your bank first').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'bank');
  });

  it('begins again from nothing', async () => {
    await using visit = await visitor(desktop);
    const { page } = visit;
    await page.getByRole('button', { name: 'Amara Holt' }).click();
    await page.getByLabel('Full name').fill('Somebody Else');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Jonas Wren' }).click();
    await page.getByLabel('Full name').waitFor();
    assert.equal(await page.getByLabel('Full name').inputValue(), 'Jonas Wren');
    assert.deepEqual(await steps(page), ['opened', 'signed-in']);
  });

  async function asPartner(path: string) {
    const headers = { Authorization: `Bearer ${world.secrets.partnerApiKey}` };
    return (await fetch(`${world.directUrls.bff}/v1/partner/${path}`, { headers })).json();
  }

  /** A new browser profile on the page, and all that it complains of: errors, refused scripts, requests gone wrong. */
  async function visitor(viewport: typeof desktop) {
    const context: BrowserContext = await browser.newContext({ viewport });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        complaints.push(message.text());
      }
    });
    const secrets = Object.values(world.secrets);
    page.on('response', async (response) => {
      const said =
        JSON.stringify(await response.allHeaders().catch(() => '')) + (await response.text().catch(() => ''));
      if (secrets.some((secret) => said.includes(secret))) {
        complaints.push(`a secret in ${response.url()}`);
      }
    });
    await page.goto(world.urls.partner);
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
  }
});

async function connectAt(page: Page, bank: string): Promise<void> {
  await page.getByRole('button', { name: bank }).click();
  await agreeAndLogIn(page);
}

async function agreeAndLogIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Allow and continue' }).click();
  await page.getByRole('button', { name: 'Log in and allow' }).click();
  await page.getByRole('link', { name: 'Continue to Larkfield' }).click();
}

function step(page: Page, name: string) {
  return page.locator(`.step[data-step="${name}"]`);
}

function steps(page: Page): Promise<string[]> {
  return page.locator('.step').evaluateAll((items) => items.map((item) => item.getAttribute('data-step') ?? ''));
}
