import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
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

/** How far the customer goes before the partner's page is opened by its address. */
const STEPS: [step: string, go: (page: Page) => Promise<void>][] = [
  ['the choice of the bank', async () => {}],
  ['the kind of account', (page) => chooseBank(page, CREDENTIAL_SHARING_BANK)],
  ['the consent', (page) => chooseBank(page, DIRECT_BANK)],
  ['the login', (page) => agreeAt(page)],
  ['the bank, which never sends anybody back', (page) => agreeAt(page).then(() => logIn(page, { code: 'abandoned' }))],
  ['Atto’s last page, the bank connected but nobody back yet', (page) => connectBank(page)],
];

const COMPLETE = { type: 'atto-complete', status: 'connected', code: null };

describe('a journey that the customer walks away from', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  for (const [step, go] of STEPS) {
    it(`is still open on the partner’s page, left at ${step}`, () =>
      sites.visit({}, async (customer) => {
        await leaveAndComeBack(customer, go);
        const { text, buttons } = await customer.reads();
        assert.ok(text.includes(english['away.title']), text);
        assert.deepEqual(buttons, [english['button.again'], english['button.cancel']]);
        assert.deepEqual(await customer.endings(), []);
      }));
  }

  it('is taken up again as the same journey', () =>
    sites.visit({}, async (customer) => {
      await leaveAndComeBack(customer, agreeAt);
      const { reference } = customer;
      await customer.leaveBy(english['button.again']);
      assert.equal(customer.reference, reference);
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  it('is over when the customer says so, and can be begun anew', () =>
    sites.visit({}, async (customer) => {
      await leaveAndComeBack(customer, agreeAt);
      await customer.press(english['button.cancel']);
      await customer.shows('cancelled');
      await customer.leaveBy(english['button.retry']);
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      const cancelled = { type: 'atto-cancel', status: 'cancelled', code: 'cancelled_by_customer' };
      assert.deepEqual(await customer.endings(), [cancelled, COMPLETE]);
    }));
});

describe('a journey whose hour is over', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open({ bff: { JOURNEY_SECONDS: '3' } });
  });
  after(() => sites?.close());

  it('says so by itself, once, and makes room for another', () =>
    sites.visit({}, async (customer) => {
      await leaveAndComeBack(customer, async () => {});
      const { reference } = customer;
      await customer.shows('expired');
      const { text, buttons } = await customer.reads();
      assert.ok(text.includes(english['expired.title']), text);
      assert.deepEqual(buttons, [english['button.again']]);
      await customer.leaveBy(english['button.again']);
      assert.notEqual(customer.reference, reference);
      await customer.open();
      assert.deepEqual((await customer.endings()).slice(0, 1), [
        { type: 'atto-error', status: 'expired', code: 'journey_expired' },
      ]);
    }));
});

async function leaveAndComeBack(customer: Customer, go: (page: Page) => Promise<void>): Promise<void> {
  await customer.leaveBy();
  await go(customer.page);
  await customer.open();
  await customer.shows('away');
}

async function agreeAt(page: Page): Promise<void> {
  await chooseBank(page, DIRECT_BANK);
  await agree(page);
}
