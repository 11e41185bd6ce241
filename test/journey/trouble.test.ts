import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { english } from '../../widget/src/strings.ts';
import { withoutChromium } from '../support/chromium.ts';
import type { Customer } from '../support/customer.ts';
import { agree, chooseBank, connectBank, DIRECT_BANK, goBackToPartner, logIn } from '../support/hosted-pages.ts';
import { ThreeSites } from '../support/three-sites.ts';
import { until } from '../support/until.ts';

const COMPLETE = { type: 'atto-complete', status: 'connected', code: null };
const HAND_OVER = /^\/v1\/journeys\/[^/]+\/return$/;
const STATUS = /^\/v1\/journeys\/[^/]+$/;
const CUT_OFF = /Failed to load resource: net::ERR_|blocked by CORS policy/;

describe('when something is slow, away or not known', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  it('a bank that takes its time is waited for at the bank', () =>
    sites.visit({}, async (customer) => {
      await customer.leaveBy();
      await chooseBank(customer.page, DIRECT_BANK);
      await agree(customer.page);
      sites.simulator.next({ outcome: 'success', bankDelayMs: 1500 });
      await logIn(customer.page);
      await customer.page.getByRole('heading', { name: 'Waiting for your bank' }).waitFor();
      await goBackToPartner(customer.page);
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  it('a customer for whom the token is no good is told so, and can try again', async () => {
    const forged = await sites.customerToken('cust-1042', 'not the secret that the bff knows');
    await sites.visit({ attributes: { 'customer-token': forged } }, async (customer) => {
      customer.forgive(/status of 401/);
      await customer.press(english['button.start']);
      await customer.shows('failed');
      const { text, buttons } = await customer.reads();
      assert.ok(text.includes(english['error.401']), text);
      assert.deepEqual(buttons, [english['button.retry']]);
      assert.deepEqual(
        (await customer.endings()).map(({ type }) => type),
        ['atto-error'],
      );

      const token = await sites.customerToken('cust-1042');
      await customer.widget.evaluate((element, good) => element.setAttribute('customer-token', good), token);
      await customer.leaveBy(english['button.retry']);
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      assert.deepEqual((await customer.endings()).slice(1), [COMPLETE]);
    });
  });

  it('a bff that is away when the customer comes back is asked until it answers', () =>
    sites.visit({}, async (customer) => {
      customer.forgive(CUT_OFF);
      await customer.leaveBy();
      await connectBank(customer.page);
      const hold = sites.bffGate.hold('POST', HAND_OVER, 'question');
      await goBackToPartner(customer.page);
      await hold.reached;
      await isAwayForAWhile(customer);
      assert.equal(await customer.phase(), 'checking');
      sites.bffGate.reopen();
      await customer.shows('done', 10_000);
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  it('a bff that is away while the data is waited for is asked until it answers', () =>
    sites.visit({ attributes: { 'wait-for': 'data' } }, async (customer) => {
      customer.forgive(CUT_OFF);
      await customer.leaveBy();
      sites.simulator.next({ outcome: 'success', data: null });
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('waiting');
      await isAwayForAWhile(customer);
      sites.simulator.setDataAvailability(sites.simulator.consents.at(-1)?.consentId ?? '', 'Complete');
      assert.equal(await customer.phase(), 'waiting');
      sites.bffGate.reopen();
      await customer.shows('done', 10_000);
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  /** Everything is cut off, and asking again has failed too. */
  async function isAwayForAWhile(customer: Customer): Promise<void> {
    let failures = 0;
    const count = () => {
      failures += 1;
    };
    customer.page.on('requestfailed', count);
    sites.bffGate.shut();
    await until('two requests have failed', () => failures >= 2);
    customer.page.off('requestfailed', count);
  }
});

describe('without a single webhook', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open({ simulator: { webhookMischief: { drop: true } } });
  });
  after(() => sites?.close());

  it('the page knows at once what Atto says at the return', () =>
    sites.visit({}, async (customer) => {
      await customer.leaveBy();
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  it('the customer may give up waiting for it', () =>
    sites.visit({}, async (customer) => {
      await customer.leaveBy();
      await connectBank(customer.page);
      const { consentId = '' } = sites.simulator.consents.at(-1) ?? {};
      sites.simulator.editConsent(consentId, { consentStatus: 'Pending', consentStart: null });
      await goBackToPartner(customer.page);
      await customer.press(english['button.cancel']);
      await customer.shows('cancelled');
      assert.deepEqual(await customer.endings(), [
        { type: 'atto-cancel', status: 'cancelled', code: 'cancelled_by_customer' },
      ]);
    }));

  it('the page knows within 15 s of the return what Atto says a little later', () =>
    sites.visit({}, async (customer) => {
      await customer.leaveBy();
      await connectBank(customer.page);
      const { consentId = '', consentStart = null } = sites.simulator.consents.at(-1) ?? {};
      sites.simulator.editConsent(consentId, { consentStatus: 'Pending', consentStart: null });
      await goBackToPartner(customer.page);
      await customer.shows('checking');
      await until('Atto was asked', () => sites.attoGate.requests('GET', new RegExp(consentId)).length >= 2);
      sites.simulator.editConsent(consentId, { consentStatus: 'Active', consentStart });
      await customer.shows('done', 12_000);
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));
});

describe('a page that nobody looks at', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  it('asks nothing, and asks again when it is looked at', () =>
    sites.visitHidably({ attributes: { 'wait-for': 'data' } }, async (customer) => {
      await customer.leaveBy();
      sites.simulator.next({ outcome: 'success', data: null });
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('waiting');
      const asked = () => sites.bffGate.requests('GET', STATUS);
      await until('one answer is waited for', () => asked().at(-1)?.status === 0);

      const cover = await customer.context.newPage();
      await until('the page is hidden', () => customer.page.evaluate(() => document.hidden));
      const before = asked().length;
      sites.simulator.setDataAvailability(sites.simulator.consents.at(-1)?.consentId ?? '', 'Complete');
      await sites.simulator.settled();
      // Time enough for a page that still asks: its answer has come, and it would ask for the next.
      await cover.waitForTimeout(1000);
      assert.equal(asked().length, before);
      assert.equal(await customer.phase(), 'waiting');

      await cover.close();
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));
});
