import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { english } from '../../widget/src/strings.ts';
import { withoutChromium } from '../support/chromium.ts';
import type { Customer } from '../support/customer.ts';
import {
  agree,
  CREDENTIAL_SHARING_BANK,
  chooseBank,
  connectBank,
  DIRECT_BANK,
  goBackToPartner,
  logIn,
} from '../support/hosted-pages.ts';
import { ThreeSites } from '../support/three-sites.ts';

/** How each of Atto's five errors is shown: the sentence, what can be done about it, and the event. */
const ERRORS = [
  { code: 'access_denied', says: 'error.access_denied', offers: ['button.retry'], event: 'atto-error' },
  {
    code: 'provider_permanent_error',
    says: 'error.provider_permanent_error',
    offers: ['button.another'],
    event: 'atto-error',
  },
  {
    code: 'provider_unsupported_feature',
    says: 'error.provider_unsupported_feature',
    offers: ['button.another'],
    event: 'atto-error',
  },
  { code: 'customer_cancelled', says: 'cancelled.title', offers: ['button.retry'], event: 'atto-cancel' },
  { code: 'unexpected_error', says: 'note.contact', offers: ['button.retry'], event: 'atto-error' },
] as const;

const PREFILLED = { 'provider-id': '1003' };
const CONNECTED = [{ type: 'atto-complete', status: 'connected', code: null }];

describe('a journey from a partner’s page and back', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  for (const [kind, bank] of [
    ['reached by its own API', DIRECT_BANK],
    ['reached by credential sharing', CREDENTIAL_SHARING_BANK],
  ] as const) {
    it(`ends connected at a bank ${kind}`, () =>
      sites.visit({}, async (customer) => {
        await customer.leaveBy();
        await connectBank(customer.page, bank);
        await goBackToPartner(customer.page);
        await isConnected(customer, bank);
      }));
  }

  it('ends connected for a guest', () =>
    sites.visit({ customer: null }, async (customer) => {
      await customer.leaveBy();
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await isConnected(customer, DIRECT_BANK);
      assert.match(sites.simulator.consents.at(-1)?.customerReference ?? '', /^guest\./);
    }));

  for (const [how, attributes] of [
    ['by provider', { 'provider-id': '1201' }],
    ['by bank code and country', { 'bank-code': '99920100', 'country-code': 'DE' }],
  ] as const) {
    it(`goes straight to the consent of a bank that is named ${how}`, () =>
      sites.visit({ attributes }, async (customer) => {
        await customer.leaveBy();
        await agree(customer.page);
        await logIn(customer.page);
        await goBackToPartner(customer.page);
        await isConnected(customer, 'Lindenau Direktbank');
      }));
  }

  it('begins with the choice of the bank where the one that is named is unknown', () =>
    sites.visit({ attributes: { 'provider-id': '987654' } }, async (customer) => {
      await customer.leaveBy();
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await isConnected(customer, DIRECT_BANK);
    }));

  for (const { code, says, offers, event } of ERRORS) {
    for (const [withDescription, withoutConsentId] of [
      [false, false],
      [true, true],
    ] as const) {
      const variant = `${withDescription ? 'with' : 'without'} description, ${withoutConsentId ? 'without' : 'with'} id`;
      it(`tells of ${code} once, and what to do about it (${variant})`, () =>
        sites.visit({ attributes: PREFILLED }, async (customer) => {
          await failWith(customer, { code, withDescription, withoutConsentId });
          const status = event === 'atto-cancel' ? 'cancelled' : 'failed';
          await showsEnding(customer, status, says, offers);
          await customer.open();
          await showsEnding(customer, status, says, offers);
          assert.deepEqual(await customer.endings(), [{ type: event, status, code }]);
        }));
    }
  }

  it('has a sentence of its own for each error', () => {
    const sentences = ERRORS.map(({ says }) => english[says]);
    assert.equal(new Set(sentences).size, ERRORS.length);
    for (const sentence of sentences) assert.match(sentence, /^[A-Z][^_<>]+$/);
  });

  it('takes an error that is new to us for an unexpected one, and keeps its code', () =>
    sites.visit({ attributes: PREFILLED }, async (customer) => {
      await customer.leaveBy();
      const query = new URLSearchParams({ customer_ref: customer.reference, state: 'error', error: 'bank_on_holiday' });
      await customer.page.goto(`${sites.bffGate.url}/v1/return/${sites.world.partnerId}?${query}`);
      await showsEnding(customer, 'failed', 'error.unexpected_error', ['button.retry']);
      assert.deepEqual(await customer.endings(), [{ type: 'atto-error', status: 'failed', code: 'bank_on_holiday' }]);
    }));

  it('leads to another bank after one that cannot, and tells of both ends', () =>
    sites.visit({ attributes: PREFILLED }, async (customer) => {
      await failWith(customer, { code: 'provider_unsupported_feature' });
      await customer.shows('failed');
      await customer.leaveBy(english['button.another']);
      await connectBank(customer.page, CREDENTIAL_SHARING_BANK);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [
        { type: 'atto-error', status: 'failed', code: 'provider_unsupported_feature' },
        ...CONNECTED,
      ]);
    }));

  it('can be tried again after the customer cancelled, at whichever page that was', () =>
    sites.visit({}, async (customer) => {
      await customer.leaveBy();
      await chooseBank(customer.page, DIRECT_BANK);
      await customer.page.getByRole('button', { name: 'Cancel' }).click();
      await customer.shows('cancelled');
      await customer.leaveBy(english['button.retry']);
      await customer.page.getByRole('button', { name: 'Cancel' }).click();
      await customer.shows('cancelled');
      await customer.leaveBy(english['button.retry']);
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      const cancelled = { type: 'atto-cancel', status: 'cancelled', code: 'customer_cancelled' };
      assert.deepEqual(await customer.endings(), [cancelled, cancelled, ...CONNECTED]);
    }));

  async function failWith(customer: Customer, ending: Parameters<typeof logIn>[1]): Promise<void> {
    await customer.leaveBy();
    await agree(customer.page);
    await logIn(customer.page, ending);
    await customer.page.waitForURL((url) => url.origin === sites.partner.url);
  }

  async function isConnected(customer: Customer, bank: string): Promise<void> {
    await customer.shows('done');
    assert.ok((await customer.reads()).text.includes(`${bank} is connected`));
    assert.equal(customer.page.url(), `${sites.partner.url}/`, 'nothing of the return is left in the address');
    assert.deepEqual(await customer.endings(), CONNECTED);
  }

  async function showsEnding(
    customer: Customer,
    phase: 'failed' | 'cancelled',
    says: keyof typeof english,
    offers: readonly (keyof typeof english)[],
  ): Promise<void> {
    await customer.shows(phase);
    const { text, buttons } = await customer.reads();
    assert.ok(text.includes(english[says]), text);
    assert.deepEqual(
      buttons,
      offers.map((name) => english[name]),
    );
  }
});
