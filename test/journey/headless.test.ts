import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { withoutChromium } from '../support/chromium.ts';
import { connectBank, goBackToPartner } from '../support/hosted-pages.ts';
import { type OwnButtonPartner, startOwnButtonPartner } from '../support/own-button-partner.ts';
import { ThreeSites } from '../support/three-sites.ts';

describe('a page that draws its own button', withoutChromium, () => {
  let partner: OwnButtonPartner;
  let sites: ThreeSites;

  before(async () => {
    partner = await startOwnButtonPartner('own-button.localhost');
    sites = await ThreeSites.open({
      bff: { PARTNER_ORIGINS: partner.url, PARTNER_RETURN_URLS: `main=${partner.url}/` },
    });
  });
  after(async () => {
    await sites?.close();
    await partner?.close();
  });

  it('takes a customer to the bank and back', async () => {
    await using visit = await open('redirect');
    const { page } = visit;
    await page.getByRole('button', { name: 'Link my account' }).click();
    await connectBank(page);
    await goBackToPartner(page);
    await page.getByText('done connected Processed').waitFor();
    assert.equal(page.url(), `${partner.url}/`, 'nothing of the return is left in the address');
    assert.deepEqual(await launchesAndOutcomes(page), ['launch', 'complete']);
  });

  it('can show the bank in a window of its own', async () => {
    await using visit = await open('popup');
    const { page } = visit;
    const opened = page.waitForEvent('popup');
    await page.getByRole('button', { name: 'Link my account' }).click();
    const bank = await opened;
    await connectBank(bank);
    const closed = bank.waitForEvent('close');
    await goBackToPartner(bank);
    await closed;
    await page.getByText('done connected Processed').waitFor();
    assert.deepEqual(await launchesAndOutcomes(page), ['launch', 'complete']);
  });

  /** Somebody new on the page. */
  async function open(presentation: 'popup' | 'redirect') {
    const customerToken = await sites.customerToken('cust-1042');
    partner.settings = { bff: sites.bffGate.url, partner: sites.world.partnerId, customerToken, presentation };
    const context = await sites.browser.newContext();
    context.setDefaultTimeout(8000);
    const page = await context.newPage();
    await page.goto(`${partner.url}/`);
    return { page, [Symbol.asyncDispose]: () => context.close() };
  }
});

describe('the headless entry', () => {
  it('can be imported where there is no browser, and made ready there', async () => {
    const { JourneyController } = await import('@atto-connect/widget/headless');
    const journey = new JourneyController({ bff: '/', partner: 'acme' }, { changed() {}, tell: () => true });
    assert.equal(journey.phase, 'ready');
  });

  it('brings no HTML along', () => {
    const code = readFileSync(new URL(import.meta.resolve('@atto-connect/widget/headless')), 'utf8');
    assert.doesNotMatch(code, /lit|atto-connect\.js/);
  });
});

/** What the page was told in this window, also before it left, without the many changes of status. */
async function launchesAndOutcomes(page: Page): Promise<string[]> {
  const told: string[] = await page.evaluate(() => JSON.parse(sessionStorage.getItem('told') ?? '[]'));
  return told.filter((what) => what !== 'status');
}
