import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SignJWT } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { freePort } from '../../demo/free-port.ts';
import { createSimulator } from '../../demo/simulator/simulator.ts';
import { english } from '../../widget/src/strings.ts';
import { whyMissing } from '../matrix/engines.ts';
import { type BarePartner, startBarePartner, wishCookie } from '../support/bare-partner.ts';
import { launchChromium } from '../support/chromium.ts';
import { Gate } from '../support/gate.ts';
import { type BffProcess, bffEnvironment, startBffProcess } from '../support/start-bff.ts';
import { type Place, tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;

/** The part of an HTTP archive that is read here. */
interface Archive {
  log: {
    entries: {
      request: { url: string };
      response: { redirectURL: string; headers: { name: string; value: string }[] };
    }[];
  };
}

describe('the token in a renewal link, in Chromium', { skip: whyMissing('Chromium') }, () => {
  const simulator = createSimulator();
  const folder = mkdtempSync(join(tmpdir(), 'renewal-canary-'));
  /** Everything that reached the browser, but for what the bank's own page is. */
  const seen: Place[] = [];
  let bffGate: Gate;
  let bankGate: Gate;
  let partner: BarePartner;
  let bff: BffProcess;
  let browser: Browser;

  before(async () => {
    partner = await startBarePartner('partner.localhost');
    [bffGate, bankGate] = await Promise.all([Gate.open('bff.localhost'), Gate.open('bank.localhost')]);
    await simulator.start();
    bankGate.leadTo(simulator.url);
    const { applicationId, clientId, clientSecret } = simulator.settings;
    const port = await freePort(0);
    const atto = { url: bankGate.url.replace('bank.localhost', '127.0.0.1'), applicationId };
    const environment = bffEnvironment(atto, {
      ATTO_CONNECT_URL: bankGate.url,
      ATTO_CLIENT_ID: clientId,
      ATTO_CLIENT_SECRET: clientSecret,
      PUBLIC_URL: bffGate.url,
      PORT: `${port}`,
      PARTNER_ORIGINS: partner.url,
      PARTNER_RETURN_URLS: `main=${partner.url}/`,
      LOG_LEVEL: 'trace',
    });
    const directUrl = `http://127.0.0.1:${port}`;
    bffGate.leadTo(directUrl);
    bff = await startBffProcess(environment);
    simulator.configure({ redirectUrl: `${bffGate.url}/v1/return/acme` });
    const { signingSecret } = bff.client.credentials;
    partner.meet({ url: bffGate.url, directUrl, partnerId: 'acme', signingSecret });
    browser = await launchChromium();
    await renew('redirect');
    await renew('popup');
  });
  after(async () => {
    await browser?.close();
    await bff?.close();
    await Promise.all([bffGate, bankGate, partner].map((each) => each?.close()));
    await simulator.stop();
    rmSync(folder, { recursive: true });
  });

  it('is minted by the bff for this one navigation', () => {
    const canaries = canariesInLocations();
    assert.equal(canaries.length, 2);
    assert.equal(new Set(canaries).size, 2);
    const minted = bankGate.requests('POST', /\/v1\/oauth2\/token$/).map(({ text }) => text);
    for (const canary of canaries) assert.equal(minted.filter((answer) => answer.includes(canary)).length, 1);
  });

  it('is looked for where it could be: the search finds what is there', () => {
    const [started] = bffGate.requests('POST', /^\/v1\/journeys$/);
    const { journeyToken } = JSON.parse(started?.text ?? '{}') as { journeyToken: string };
    const places = new Set(tracesOf(journeyToken, [...seen, ...answers()]).map((where) => where.split(':')[0]));
    for (const place of ['201 body', 'har', 'request', 'storage'])
      assert.ok(places.has(place), `not found in: ${place}`);
    assert.ok(bff.output().includes('/v1/go/:ticket'), 'the log tells of the navigation');
    assert.ok(seen.some(({ where, text }) => where.startsWith('page') && text.includes('<atto-connect')));
  });

  it('is in exactly one Location header, and in no log, body, page, storage, cookie, console or archive', () => {
    for (const canary of canariesInLocations()) {
      // The first two parts of a token are much the same in all of them; the signature is like no other.
      const signature = canary.split('.').at(-1) ?? '';
      const places = [...seen, ...answers(), { where: 'log', text: bff.output() }];
      for (const secret of [canary, signature]) {
        assert.deepEqual(tracesOf(secret, places).sort(), ['303 Location', 'har: Location']);
      }
    }
  });

  /** A customer whose consent ends soon renews it, to the end. */
  async function renew(presentation: 'redirect' | 'popup'): Promise<void> {
    const customer = `cust-${presentation}`;
    const consent = simulator.addConsent({
      customerReference: customer,
      providerId: 1003,
      consentStatus: 'Active',
      consentStart: new Date(Date.now() - 80 * DAY_MS).toISOString(),
      consentEnd: new Date(Date.now() + 10 * DAY_MS).toISOString(),
    });
    const file = join(folder, `${presentation}.har`);
    const context = await browser.newContext({ recordHar: { path: file, mode: 'full', content: 'embed' } });
    const token = await tokenFor(customer, consent.consentId);
    const attributes = { presentation, 'consent-id': consent.consentId, 'customer-token': token };
    await context.addCookies([{ ...wishCookie({ customer, attributes }), url: partner.url }]);
    watch(context);
    const page = await context.newPage();
    await page.goto(partner.url);
    await page.getByRole('button', { name: english['button.renew'] }).click();
    const bank = await atBank(context);
    await look(page);
    await bank.getByRole('button', { name: 'Keep sharing' }).click();
    await bank.getByRole('link', { name: /^Continue to/ }).click();
    await page.waitForFunction(() => document.querySelector('atto-connect')?.phase === 'done');
    await look(page);
    // The archive is written when its context closes.
    await context.close();
    readArchive(file);
  }

  async function atBank(context: BrowserContext): Promise<Page> {
    let bank: Page | undefined;
    await until('the bank', () => {
      bank = context.pages().find((page) => page.url().startsWith(`${bankGate.url}/journey/`));
      return bank;
    });
    return bank as Page;
  }

  function tokenFor(customer: string, consentId: string): Promise<string> {
    const { signingSecret } = bff.client.credentials;
    return new SignJWT({ consent_id: consentId })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('acme')
      .setAudience(bffGate.url)
      .setSubject(customer)
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign(new TextEncoder().encode(signingSecret));
  }

  function watch(context: BrowserContext): void {
    context.on('console', (message) => seen.push({ where: 'console', text: message.text() }));
    context.on('response', async (response) => {
      if (response.url().startsWith(bankGate.url)) return;
      seen.push({ where: `response: ${response.url()}`, text: await response.text().catch(() => '') });
    });
    context.on('request', async (request) => {
      if (request.url().startsWith(bankGate.url)) return;
      seen.push({
        where: `request: ${request.url()}`,
        text: JSON.stringify(await request.allHeaders().catch(() => '')),
      });
    });
  }

  /** The customer's page and all that is kept; what a window held that is about to close is in the archive. */
  async function look(page: Page): Promise<void> {
    seen.push({ where: 'cookies', text: JSON.stringify(await page.context().cookies()) });
    if (!page.url().startsWith(partner.url)) return;
    const [html, kept] = await page.evaluate(() => [
      document.documentElement.outerHTML + document.querySelector('atto-connect')?.shadowRoot?.innerHTML,
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href, document.referrer]),
    ]);
    seen.push({ where: 'page', text: html ?? '' }, { where: 'storage', text: kept ?? '' });
  }

  /** Entry by entry; that of the navigation says the Location twice, as header and as its meaning. */
  function readArchive(file: string): void {
    const { log } = JSON.parse(readFileSync(file, 'utf8')) as Archive;
    for (const { request, response, ...rest } of log.entries) {
      if (request.url.startsWith(bankGate.url)) continue;
      const { headers, redirectURL: _, ...answer } = response;
      for (const { name, value } of headers) {
        const where = /^location$/i.test(name) ? 'har: Location' : `har: ${name}`;
        seen.push({ where, text: value });
      }
      seen.push({ where: `har: ${request.url}`, text: JSON.stringify([request, answer, rest]) });
    }
  }

  /** Every answer of the bff to a browser, header by header. */
  function answers(): Place[] {
    return bffGate.passages.flatMap(({ status, answerHeaders, text }) => [
      { where: `${status} body`, text },
      ...answerHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [{ where: `${status} ${name}`, text: answerHeaders[index + 1] ?? '' }] : [],
      ),
    ]);
  }

  function canariesInLocations(): string[] {
    return bffGate.requests('GET', /^\/v1\/go\//).map(({ answerHeaders }) => {
      const location = answerHeaders[answerHeaders.indexOf('Location') + 1] ?? '';
      return new URLSearchParams(new URL(location).hash.slice(1)).get('access_token') ?? '';
    });
  }
});
