import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { english } from '../../widget/src/strings.ts';
import { withoutChromium } from '../support/chromium.ts';
import type { Customer } from '../support/customer.ts';
import { agree, connectBank, goBackToPartner, logIn } from '../support/hosted-pages.ts';
import { ThreeSites } from '../support/three-sites.ts';
import { type Place, tracesOf } from '../support/traces.ts';

describe('what a browser must never hold', withoutChromium, () => {
  let sites: ThreeSites;
  /** Everything that reached the browser: every answer, what pages made of it, what they keep, the console. */
  const seen: Place[] = [];

  before(async () => {
    sites = await ThreeSites.open();
    await sites.visit({ attributes: { 'wait-for': 'data' } }, async (customer) => {
      watch(customer);
      await look(customer, 'ready');
      await customer.leaveBy();
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      await look(customer, 'done');
    });
    await sites.visit({ customer: null, attributes: { 'provider-id': '1003' } }, async (customer) => {
      watch(customer);
      customer.forgive(/status of 4(01|09)/);
      await customer.leaveBy();
      await customer.open();
      await customer.shows('away');
      await look(customer, 'away');
      await customer.page.goto(`${sites.bffGate.url}/v1/return/${sites.world.partnerId}?state=success`);
      await customer.shows('away');
      await look(customer, 'refused');
      await customer.leaveBy(english['button.again']);
      await agree(customer.page);
      await logIn(customer.page, { code: 'access_denied' });
      await customer.shows('failed');
      await look(customer, 'failed');
      await customer.widget.evaluate((element) => element.setAttribute('customer-token', 'not-a-token'));
      await customer.widget.evaluate((element) => element.setAttribute('provider-id', '1001'));
      await customer.press(english['button.retry']);
      await customer.widget.getByText(english['error.401']).waitFor();
      await look(customer, 'not vouched for');
    });
  });
  after(() => sites?.close());

  it('was looked for: there were tokens, answers of every kind, and the search finds what is there', () => {
    assert.ok(tokens('POST', /token/, 'access_token').length > 0);
    assert.ok(tokens('GET', /validation-token/, 'token').length > 0);
    const statuses = new Set(sites.bffGate.passages.map(({ status }) => status));
    for (const status of [200, 201, 303, 401, 409]) assert.ok(statuses.has(status), `no answer with ${status}`);
    const [token = ''] = sites.bffGate
      .requests('POST', /^\/v1\/journeys$/)
      .map(({ text }) => JSON.parse(text)['journeyToken'] as string);
    assert.deepEqual(tracesOf(token, [...seen, ...answers()]), ['done: storage', '201 body']);
  });

  for (const name of ['attoClientSecret', 'partnerSigningSecret', 'partnerApiKey', 'webhookClientSecret'] as const) {
    it(`is in no page, storage, console or answer: ${name}`, () => {
      assert.deepEqual(tracesOf(sites.world.secrets[name], [...seen, ...answers()]), []);
    });
  }

  it('is in no page, storage, console or answer: a token that the bff asks Atto with', () => {
    for (const token of tokens('POST', /token/, 'access_token')) {
      assert.deepEqual(tracesOf(token, [...seen, ...answers()]), []);
    }
  });

  it('is in the one address that it was made for, and nowhere else: a validation token', () => {
    const ours = seen.filter(({ where }) => !where.startsWith(sites.bankUrl));
    for (const token of tokens('GET', /validation-token/, 'token')) {
      assert.deepEqual(tracesOf(token, [...ours, ...answers()]), ['303 Location']);
    }
  });

  function watch({ context }: Customer): void {
    context.on('console', (message) => seen.push({ where: 'console', text: message.text() }));
    context.on('response', async (response) => {
      // A body may be gone with its page before it is asked for; the gate has every answer of the bff, whole.
      if (response.url().startsWith(sites.bffGate.url)) return;
      seen.push({ where: response.url(), text: await response.text().catch(() => '') });
    });
  }

  async function look({ page, context }: Customer, when: string): Promise<void> {
    const [html, storage] = await page.evaluate(() => [
      document.documentElement.outerHTML + document.querySelector('atto-connect')?.shadowRoot?.innerHTML,
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state, location.href]),
    ]);
    seen.push({ where: `${when}: page`, text: html ?? '' });
    seen.push({ where: `${when}: storage`, text: storage ?? '' });
    seen.push({ where: `${when}: cookies`, text: JSON.stringify(await context.cookies()) });
  }

  /** Every answer of the bff to a browser, header by header. */
  function answers(): Place[] {
    return sites.bffGate.passages.flatMap(({ status, answerHeaders, text }) => [
      { where: `${status} body`, text },
      ...answerHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [{ where: `${status} ${name}`, text: answerHeaders[index + 1] ?? '' }] : [],
      ),
    ]);
  }

  /** What Atto gave the bff. */
  function tokens(method: string, path: RegExp, field: string): string[] {
    return sites.attoGate
      .requests(method, path)
      .map(({ text }) => (JSON.parse(text) as Record<string, string>)[field] ?? '');
  }
});
