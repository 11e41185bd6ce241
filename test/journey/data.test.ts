import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { english } from '../../widget/src/strings.ts';
import { withoutChromium } from '../support/chromium.ts';
import type { Customer } from '../support/customer.ts';
import { connectBank, goBackToPartner } from '../support/hosted-pages.ts';
import { ThreeSites } from '../support/three-sites.ts';

const COMPLETE = { type: 'atto-complete', status: 'connected', code: null };

describe('the data of a bank that is connected', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  it('is shown as it comes, after the page was told that the bank is connected', () =>
    sites.visit({}, async (customer) => {
      const consentId = await connect(customer);
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
      for (const [data, done] of [
        ['Partial', 2],
        ['Complete', 3],
        ['Processed', 4],
      ] as const) {
        sites.simulator.setDataAvailability(consentId, data);
        await stepsAreDone(customer, done);
      }
      const { all } = await customer.told();
      const told = all.filter(({ type, data }) => type === 'atto-status' && data).map(({ data }) => data);
      assert.deepEqual(told, ['Partial', 'Complete', 'Processed']);
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  it('is waited for where the page wants it, and told once', () =>
    sites.visit({ attributes: { 'wait-for': 'data' } }, async (customer) => {
      const consentId = await connect(customer);
      await customer.shows('waiting');
      await stepsAreDone(customer, 1);
      sites.simulator.setDataAvailability(consentId, 'Partial');
      await stepsAreDone(customer, 2);
      assert.equal(await customer.phase(), 'waiting');
      assert.deepEqual(await customer.endings(), []);
      sites.simulator.setDataAvailability(consentId, 'Complete');
      await customer.shows('done');
      sites.simulator.setDataAvailability(consentId, 'Processed');
      await stepsAreDone(customer, 4);
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  it('that cannot be had is an error where the page waits for it, and the connection can only be ended', () =>
    sites.visit({ attributes: { 'wait-for': 'data' } }, async (customer) => {
      const consentId = await connect(customer);
      await customer.shows('waiting');
      sites.simulator.setDataAvailability(consentId, 'Error');
      await customer.shows('failed');
      const { text, buttons } = await customer.reads();
      assert.ok(text.includes(english['error.data_unavailable']), text);
      assert.deepEqual(buttons, [english['button.leave']]);
      assert.deepEqual(await customer.endings(), [
        { type: 'atto-error', status: 'connected', code: 'data_unavailable' },
      ]);
    }));

  it('that cannot be had leaves the bank connected where the page does not wait for it', () =>
    sites.visit({}, async (customer) => {
      const consentId = await connect(customer);
      await customer.shows('done');
      sites.simulator.setDataAvailability(consentId, 'Error');
      await customer.hears('atto-status', { data: 'Error' });
      assert.equal(await customer.phase(), 'done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  it('is not waited for longer than the page wants', () =>
    sites.visit({ attributes: { 'wait-for': 'data', 'data-timeout': '1' } }, async (customer) => {
      await connect(customer);
      await customer.shows('waiting');
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [COMPLETE]);
    }));

  /** Connects a bank whose data comes only when the test says so. @returns the id of the consent */
  async function connect(customer: Customer): Promise<string> {
    await customer.leaveBy();
    sites.simulator.next({ outcome: 'success', data: null });
    await connectBank(customer.page);
    await goBackToPartner(customer.page);
    return sites.simulator.consents.at(-1)?.consentId ?? '';
  }

  async function stepsAreDone(customer: Customer, count: number): Promise<void> {
    const done = customer.widget.getByRole('listitem').filter({ hasText: english['step.done'] });
    await done.nth(count - 1).waitFor();
    assert.equal(await done.count(), count);
  }
});
