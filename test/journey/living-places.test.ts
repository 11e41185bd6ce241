import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { widgetScript } from '../../demo/partner/widget-script.ts';
import { withoutChromium } from '../support/chromium.ts';
import { Customer } from '../support/customer.ts';
import { connectBank, connectBeside, DIRECT_BANK, goBackToPartner, openBankBeside } from '../support/hosted-pages.ts';
import { keepLedger, leavesOnly, NOTHING, readLedger } from '../support/ledger.ts';
import { asModule, type LivingPage, type LivingPartner, NONCE, startLivingPartner } from '../support/living-page.ts';
import { recordEvents } from '../support/recorder.ts';
import { ThreeSites } from '../support/three-sites.ts';
import { until } from '../support/until.ts';

const COMPLETE = { type: 'atto-complete', status: 'connected', code: null };
const START = /^\/v1\/journeys$/;

const fromNpm = asModule(`import '/npm/@atto-connect/widget/dist/define.js';`);

describe('a page of somebody else’s', withoutChromium, () => {
  let partner: LivingPartner;
  let sites: ThreeSites;
  /** The two lines of the README. */
  let script: string;
  let element: string;

  before(async () => {
    partner = await startLivingPartner('partner.localhost');
    sites = await ThreeSites.open({ partner });
    const { bffGate, world } = sites;
    const { src, integrity } = await widgetScript(bffGate.url, world.directUrls.bff);
    script = `<script nonce="${NONCE}" src="${src}" integrity="${integrity}" crossorigin="anonymous"></script>`;
    const token = await sites.customerToken('cust-1042');
    element = `<atto-connect bff="${bffGate.url}" partner="${world.partnerId}" customer-token="${token}"></atto-connect>`;
  });
  after(() => sites?.close());

  it('that imports the package, and no more, has nothing done to it', () =>
    visit(
      {
        body: asModule(`import '/npm/@atto-connect/widget/dist/index.js'; document.title = 'imported';`),
        trustedTypes: 'lit-html',
      },
      async ({ page }) => {
        await page.waitForFunction(() => document.title === 'imported');
        assert.equal(await page.evaluate(() => customElements.get('atto-connect')), undefined);
        assert.deepEqual(await readLedger(page), NOTHING);
      },
    ));

  describe('that loads the widget more than once', () => {
    it('by the script tag, three times', () => visit({ body: script + element + script + script }, connectsOnce));

    it('by the script tag and from npm, in either order', async () => {
      await visit({ body: script + fromNpm + element, trustedTypes: 'lit-html' }, connectsOnce);
      await visit({ body: element + fromNpm + script, trustedTypes: 'lit-html' }, connectsOnce);
    });

    it('in two versions, which keep their own Lit', () =>
      visit(
        { body: asModule(`import '/again/define.js';`) + element + script, trustedTypes: 'lit-html' },
        connectsOnce,
      ));
  });

  describe('that has names of its own for what browsers have', () => {
    const names = ['customElements', 'location', 'attributes', 'localStorage', 'fetch', 'open', 'navigator', 'history'];
    const clobbering = names.map((name) => `<form id="${name}"></form><a id="${name}" name="${name}"></a>`).join('');

    it('as ids and names beside the widget', () => visit({ body: clobbering + script + element }, connectsOnce));

    it('as properties of the document', () => {
      const ofDocument = ['currentScript', 'activeElement', 'documentElement', 'body', 'hidden', 'visibilityState'];
      const images = ofDocument.map((name) => `<img name="${name}"><form name="${name}"></form>`).join('');
      return visit({ body: images + script + element }, connectsOnce);
    });

    it('as fields of the form that it is in', () => {
      const fields = ['attributes', 'id', 'name', 'addEventListener', 'elements', 'submit', 'disabled'];
      const inputs = fields.map((name) => `<input name="${name}">`).join('');
      return visit({ body: `${script}<form>${inputs}${element}</form>` }, connectsOnce);
    });
  });

  describe('under a policy that allows nothing', () => {
    const greeting = asModule(`
      import { html, LitElement } from 'lit';
      customElements.define('page-greeting', class extends LitElement {
        render() { return html\`<b>Good morning</b>\`; }
      });
    `);

    it('and tells of everything that it refused', () =>
      assert.rejects(
        visit({ body: '<script>document.title = "allowed"</script>' }, async ({ page }) => {
          await until('the report has come', () => sites.bffGate.requests('POST', /csp-reports/).length === 1);
          assert.notEqual(await page.title(), 'allowed');
        }),
        /Content Security Policy/,
      ));

    it('and with a copy of Lit of its own', () =>
      visit(
        { body: `${greeting}<page-greeting></page-greeting>${script}${element}`, trustedTypes: 'lit-html' },
        async (customer) => {
          await customer.page.getByText('Good morning').waitFor();
          await connectsOnce(customer);
        },
      ));

    it('and with that same copy for the widget from npm', () =>
      visit(
        { body: `${greeting}<page-greeting></page-greeting>${fromNpm}${element}`, trustedTypes: 'lit-html' },
        async (customer) => {
          await customer.page.getByText('Good morning').waitFor();
          await connectsOnce(customer);
        },
      ));
  });

  // In the middle of a journey every engine does it: test/matrix/left-over-suite.ts.
  describe('that takes the widget out', () => {
    it('before anything happened', () =>
      visit({ body: script + element }, async (customer) => {
        await customer.shows('ready');
        await takenOut(customer.page);
      }));

    it('while the return is verified, and once all is done', () =>
      visit({ body: script + element }, async (customer) => {
        await connectBeside(customer.page);
        await customer.shows('done');
        await takenOut(customer.page);
      }));
  });

  it('that has several widgets has as many journeys, each told by its own', () =>
    visit({ body: `${script}<div id="one">${element}</div><div id="two">${element}</div>` }, async (customer) => {
      // Where two journeys are open, what came back is offered to one after the other.
      customer.forgive(/status of 409/);
      const { page } = customer;
      const banks = [DIRECT_BANK, 'Harbour & Vale Bank'];
      for (const [index, bank] of banks.entries()) {
        const button = page.locator('atto-connect').nth(index).getByRole('button', { name: 'Connect your bank' });
        const window = await openBankBeside(page, button);
        await connectBank(window, bank);
        await goBackToPartner(window);
        await page.locator('atto-connect').nth(index).getByText(`${bank} is connected`).waitFor();
      }
      assert.deepEqual(await customer.endings(), [COMPLETE, COMPLETE]);
    }));

  /** Somebody opens the page; nobody that they meet may have complained, least of all its content security policy. */
  async function visit(page: LivingPage, story: (customer: Customer) => Promise<void>): Promise<void> {
    const { bffGate, browser } = sites;
    partner.show(page);
    const context = await browser.newContext();
    try {
      context.setDefaultTimeout(8000);
      bffGate.passages.length = 0;
      await recordEvents(context, partner.url);
      await keepLedger(context, partner.url);
      const customer = new Customer(sites, context, await context.newPage());
      await customer.open();
      await story(customer);
      assert.deepEqual(customer.unforgiven(), []);
      assert.deepEqual(bffGate.requests('POST', /csp-reports/), []);
    } finally {
      await context.close();
    }
  }

  async function connectsOnce(customer: Customer): Promise<void> {
    await connectBeside(customer.page);
    await isConnectedOnce(customer);
    await takenOut(customer.page);
  }

  async function isConnectedOnce(customer: Customer): Promise<void> {
    await customer.shows('done');
    assert.deepEqual(await customer.endings(), [COMPLETE]);
    assert.equal(sites.bffGate.requests('POST', START).length, 1);
  }

  /** Nothing is left of an element that is taken out. */
  async function takenOut(page: Page): Promise<void> {
    await page.evaluate(() => {
      for (const widget of document.querySelectorAll('atto-connect')) widget.remove();
    });
    await leavesOnly(page, NOTHING);
  }
});
