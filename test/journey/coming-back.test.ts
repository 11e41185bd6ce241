import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { english } from '../../widget/src/strings.ts';
import { withoutChromium } from '../support/chromium.ts';
import type { Customer } from '../support/customer.ts';
import { agree, connectBank, DIRECT_BANK, goBackToPartner, logIn } from '../support/hosted-pages.ts';
import { STRAIGHT_BACK, ThreeSites } from '../support/three-sites.ts';

const COMPLETE = { type: 'atto-complete', status: 'connected', code: null };
const STATUS = /^\/v1\/journeys\/[^/]+$/;
const HAND_OVER = /^\/v1\/journeys\/[^/]+\/return$/;

describe('the way back to the partner’s page', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  describe('straight from Atto, with its parameters in the address', () => {
    for (const [how, ending, phase] of [
      ['connected', undefined, 'done'],
      ['refused', { code: 'access_denied', withDescription: true }, 'failed'],
    ] as const) {
      it(`takes out exactly those, and leaves the partner’s query, fragment and history alone (${how})`, () =>
        sites.visit({ attributes: { 'config-id': STRAIGHT_BACK, 'provider-id': '1003' } }, async (customer) => {
          await customer.context.addInitScript(() => history.replaceState({ own: 'of the page' }, ''));
          await customer.leaveBy();
          await agree(customer.page);
          await logIn(customer.page, ending);
          if (!ending) await goBackToPartner(customer.page);
          await customer.shows(phase);
          assert.equal(customer.page.url(), `${sites.partner.url}/apply?step=2#bank`);
          assert.deepEqual(await customer.page.evaluate(() => history.state), { own: 'of the page' });
          assert.equal((await customer.endings()).length, 1);
        }));
    }
  });

  describe('reloaded', () => {
    it('while the return has not reached the bff, is told once', () => reloadsWhileChecking('question'));

    it('while the bff’s answer is under way, is told once', () => reloadsWhileChecking('answer'));

    it('while the data is waited for, goes on waiting and is told once', () =>
      sites.visit({ attributes: { 'wait-for': 'data' } }, async (customer) => {
        const consentId = await comeBackWithoutData(customer);
        await customer.shows('waiting');
        await customer.page.reload();
        await customer.shows('waiting');
        assert.deepEqual(await customer.endings(), []);
        sites.simulator.setDataAvailability(consentId, 'Complete');
        await customer.shows('done');
        await customer.page.reload();
        await customer.shows('done');
        assert.deepEqual(await customer.endings(), [COMPLETE]);
      }));

    it('when all is over, shows it still, and is not told again', () =>
      sites.visit({}, async (customer) => {
        await comeBackWithoutData(customer);
        for (let times = 0; times < 3; times++) {
          await customer.shows('done');
          await customer.page.reload();
        }
        await customer.shows('done');
        assert.deepEqual(await customer.endings(), [COMPLETE]);
      }));
  });

  it('leads each of two windows to its own journey', () =>
    sites.visit({}, async (first) => {
      const second = await first.anotherTab();
      await first.leaveBy();
      await second.leaveBy();
      assert.notEqual(first.reference, second.reference);
      await connectBank(second.page, 'Harbour & Vale Bank');
      await connectBank(first.page, DIRECT_BANK);
      await goBackToPartner(first.page);
      await goBackToPartner(second.page);
      for (const [customer, bank] of [
        [first, DIRECT_BANK],
        [second, 'Harbour & Vale Bank'],
      ] as const) {
        await customer.shows('done');
        assert.ok((await customer.reads()).text.includes(bank));
        assert.deepEqual(await customer.endings(), [COMPLETE]);
      }
    }));

  it('is shown in a second window that opened meanwhile, but told in the first only', () =>
    sites.visit({}, async (first) => {
      await first.leaveBy();
      const hold = sites.bffGate.hold('GET', STATUS, 'answer');
      const second = await first.anotherTab();
      await hold.reached;
      await connectBank(first.page);
      await goBackToPartner(first.page);
      await first.shows('done');
      hold.release();
      await second.shows('done');
      assert.deepEqual(await first.endings(), [COMPLETE]);
      assert.deepEqual(await second.endings(), []);
    }));

  it('by the Back button finds the page as it was left, and the journey open', () =>
    sites.visit({ attributes: { 'provider-id': '1003' } }, async (customer) => {
      await customer.leaveBy();
      await agree(customer.page);
      while (!customer.page.url().startsWith(sites.partner.url)) {
        // Playwright's own goBack waits for a load event, which a page that is restored does not have.
        const left = customer.page.waitForEvent('framenavigated');
        await customer.page.evaluate(() => history.back()).catch(() => {});
        await left;
      }
      await customer.shows('away');
      assert.deepEqual((await customer.told()).restored, [false, true]);
      assert.deepEqual(await customer.endings(), []);
      await customer.leaveBy(english['button.again']);
      await agree(customer.page);
      await logIn(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  async function reloadsWhileChecking(lost: 'question' | 'answer'): Promise<void> {
    await sites.visit({}, async (customer) => {
      await customer.leaveBy();
      await connectBank(customer.page);
      const hold = sites.bffGate.hold('POST', HAND_OVER, lost);
      await goBackToPartner(customer.page);
      await hold.reached;
      await customer.shows('checking');
      assert.equal(customer.page.url(), `${sites.partner.url}/`);
      await customer.page.reload();
      await customer.shows('done');
      hold.release();
      await customer.page.reload();
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    });
  }

  /** @returns the id of the consent */
  async function comeBackWithoutData(customer: Customer): Promise<string> {
    await customer.leaveBy();
    sites.simulator.next({ outcome: 'success', data: null });
    await connectBank(customer.page);
    await goBackToPartner(customer.page);
    return sites.simulator.consents.at(-1)?.consentId ?? '';
  }
});
