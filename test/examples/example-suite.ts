import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../demo/free-port.ts';
import { startWorld, type World } from '../../demo/world.ts';
import type { BffAccess } from '../support/bare-partner.ts';
import { launchChromium, withoutChromium } from '../support/chromium.ts';
import { connectBank, DIRECT_BANK, goBackToPartner, openBankBeside } from '../support/hosted-pages.ts';
import { keepLedger } from '../support/ledger.ts';
import { until } from '../support/until.ts';
import { buildExample } from './project.ts';
import { type Site, siteUrl } from './site.ts';

const PARTNER = 'acme';
/** A tool that serves its first page compiles, on a disk that may be cold, beside other tests: nothing here is about time. */
const PATIENCE_MS = 30_000;

interface Example {
  title?: string;
  /** Builds it, if there is anything to build. */
  build?: (name: string) => Promise<void>;
  serve(port: number, bff: BffAccess): Promise<Site>;
  /** What happens while the customer is at the bank. */
  meanwhile?: (page: Page) => Promise<void>;
  /** What the browser may complain about. */
  forgiven?: RegExp;
  /** What else is true of the page, once the bank is connected. */
  afterwards?: (page: Page) => Promise<void>;
  /** What else is true of the example, each by its name, for somebody who was never here. */
  also?: Record<string, (page: Page, url: string) => Promise<void>>;
}

/** An example is built as its README says and takes a customer to the bank and back, as a developer's own page would. */
export function exampleSuite(
  name: string,
  { title = name, build = buildExample, serve, meanwhile, forgiven = /^$/, afterwards, also = {} }: Example,
): void {
  describe(`the example ${title}`, withoutChromium, () => {
    let world: World;
    let site: Site;
    let browser: Browser;
    let url: string;

    before(async () => {
      await build(name);
      const port = await freePort(0);
      url = siteUrl(port);
      world = await startWorld({
        hostnames: { bff: 'bff.localhost', bank: 'bank.localhost' },
        bff: { PARTNER_ID: PARTNER, PARTNER_ORIGINS: url, PARTNER_RETURN_URLS: `main=${url}/` },
        simulator: { dataStepMs: 100 },
      });
      const { urls, directUrls, secrets } = world;
      world.simulator.configure({
        configurations: { larkfield: { redirectUrl: `${urls.bff}/v1/return/${PARTNER}` } },
      });
      const signingSecret = secrets.partnerSigningSecret;
      site = await serve(port, { url: urls.bff, directUrl: directUrls.bff, partnerId: PARTNER, signingSecret });
      browser = await launchChromium();
    });
    after(async () => {
      await browser?.close();
      await site?.close();
      await world?.close();
    });

    it('connects a bank, and tells the page', async () => {
      const context = await browser.newContext();
      context.setDefaultTimeout(PATIENCE_MS);
      const complaints: string[] = [];
      const starts: string[] = [];
      context.on('weberror', (error) => complaints.push(`${error.error()}`));
      context.on('console', (message) => {
        // A browser that asks for a sign for its tab is no business of the example's.
        if (message.location().url.endsWith('/favicon.ico')) return;
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      context.on('request', (request) => {
        if (request.method() === 'POST' && request.url().endsWith('/v1/journeys')) starts.push(request.url());
      });
      await keepLedger(context, url);
      const page = await context.newPage();
      await page.goto(url);
      const bank = await openBankBeside(page);
      await meanwhile?.(page);
      await connectBank(bank);
      assert.match(world.simulator.consents.at(-1)?.customerReference ?? '', /^cust-1042\./);
      await goBackToPartner(bank);

      await page.getByText(`Connected: ${DIRECT_BANK}`).waitFor();
      await until('the bank’s window is closed', () => bank.isClosed());
      assert.deepEqual(starts, [`${world.urls.bff}/v1/journeys`]);
      assert.equal(page.url(), `${url}/`);
      await afterwards?.(page);
      assert.deepEqual(
        complaints.filter((complaint) => !forgiven.test(complaint)),
        [],
      );
      await context.close();
    });

    for (const [claim, prove] of Object.entries(also)) {
      it(claim, async () => {
        const context = await browser.newContext();
        await prove(await context.newPage(), url);
        await context.close();
      });
    }
  });
}
