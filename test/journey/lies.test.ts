import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { english } from '../../widget/src/strings.ts';
import { withoutChromium } from '../support/chromium.ts';
import type { Customer } from '../support/customer.ts';
import { agree, chooseBank, connectBank, DIRECT_BANK, goBackToPartner } from '../support/hosted-pages.ts';
import { ThreeSites } from '../support/three-sites.ts';

const HAND_OVER = /^\/v1\/journeys\/[^/]+\/return$/;
const UNKNOWN_ID = '11111111-2222-4333-8444-555555555555';

/** What is known to whoever types an address. */
interface Facts {
  bff: string;
  reference: string;
  /** An Active consent of somebody else. */
  othersConsent: string;
  /** The consent of this very journey, which nobody has agreed to at the bank. */
  ownPending: string;
}

const LIES: { lie: string; address: (facts: Facts) => string; status: number; phase: Phase }[] = [
  { lie: 'a handle that was made up', address: () => '/#atto_return=made-up-handle', status: 409, phase: 'away' },
  {
    lie: 'success without a consent',
    address: ({ reference }) => `/?customer_ref=${reference}&state=success`,
    status: 409,
    phase: 'away',
  },
  {
    lie: 'a consent that does not exist',
    address: ({ reference }) => `/?customer_ref=${reference}&state=success&consent_id=${UNKNOWN_ID}`,
    status: 200,
    phase: 'checking',
  },
  {
    lie: 'the consent of somebody else',
    address: ({ reference, othersConsent }) => `/?customer_ref=${reference}&state=success&consent_id=${othersConsent}`,
    status: 409,
    phase: 'away',
  },
  {
    lie: 'the consent of somebody else, by way of the bff',
    address: ({ bff, reference, othersConsent }) =>
      `${bff}/v1/return/larkfield?customer_ref=${reference}&state=success&consent_id=${othersConsent}`,
    status: 409,
    phase: 'away',
  },
  {
    lie: 'the own consent, to which the bank has not agreed',
    address: ({ reference, ownPending }) => `/?customer_ref=${reference}&state=success&consent_id=${ownPending}`,
    status: 200,
    phase: 'checking',
  },
];

describe('an address that somebody types', withoutChromium, () => {
  let sites: ThreeSites;

  before(async () => {
    sites = await ThreeSites.open();
  });
  after(() => sites?.close());

  for (const { lie, address, status, phase } of LIES) {
    it(`connects nothing: ${lie}`, () =>
      sites.visit({}, async (customer) => {
        customer.forgive(/status of 409/);
        await comeBackUnfinished(customer);
        const { reference } = customer;
        const ownPending = sites.simulator.consents.at(-1)?.consentId ?? '';
        const facts = { bff: sites.bffGate.url, reference, othersConsent: activeOfSomebodyElse(), ownPending };
        assert.equal(await handedOver(customer, address(facts)), status);
        await customer.shows(phase);
        assert.equal(customer.page.url(), `${sites.partner.url}/`);
        await customer.page.reload();
        await customer.shows(phase);
        assert.deepEqual(await customer.endings(), []);
      }));
  }

  it('does not spoil the journey: the truth still connects', () =>
    sites.visit({}, async (customer) => {
      customer.forgive(/status of 409/);
      await comeBackUnfinished(customer);
      await handedOver(
        customer,
        `/?customer_ref=${customer.reference}&state=success&consent_id=${activeOfSomebodyElse()}`,
      );
      await customer.shows('away');
      await customer.leaveBy(english['button.again']);
      await connectBank(customer.page);
      await goBackToPartner(customer.page);
      await customer.shows('done');
      assert.deepEqual(await customer.endings(), [{ type: 'atto-complete', status: 'connected', code: null }]);
    }));

  for (const [who, name, buttons] of [
    ['a customer', 'cust-1042', [english['button.here'], english['button.disown']]],
    ['a guest', null, [english['button.disown']]],
  ] as const) {
    it(`shows ${who} without a journey that the return is not theirs to finish here`, () =>
      sites.visit({ customer: name }, async (customer) => {
        await customer.open('/#atto_return=made-up-handle');
        await customer.page.reload();
        await customer.shows('elsewhere');
        assert.equal(customer.page.url(), `${sites.partner.url}/`);
        assert.deepEqual((await customer.reads()).buttons, buttons);
        assert.deepEqual(await customer.endings(), []);
      }));
  }

  it('with parameters like ours, but no journey, is the partner’s own: nothing is touched or asked', () =>
    sites.visit({}, async (customer) => {
      const before = sites.bffGate.requests('POST', HAND_OVER).length;
      const path = `/?customer_ref=cust-1042.xyz&state=success&consent_id=${UNKNOWN_ID}`;
      await customer.open(path);
      await customer.shows('ready');
      assert.equal(customer.page.url(), sites.partner.url + path);
      assert.equal(sites.bffGate.requests('POST', HAND_OVER).length, before);
    }));

  /** A journey that was left before the login, and its customer on the partner's page. */
  async function comeBackUnfinished(customer: Customer): Promise<void> {
    await customer.leaveBy();
    await chooseBank(customer.page, DIRECT_BANK);
    await agree(customer.page);
    await customer.open();
    await customer.shows('away');
  }

  /** Types an address of the partner's page, or another's. @returns what the bff said to the return in it */
  async function handedOver(customer: Customer, address: string): Promise<number> {
    const answered = customer.page.waitForResponse(
      (response) => response.request().method() === 'POST' && HAND_OVER.test(new URL(response.url()).pathname),
    );
    // A change of the fragment alone would not load the page anew.
    await customer.page.goto('about:blank');
    await customer.page.goto(new URL(address, sites.partner.url).href);
    return (await answered).status();
  }

  /** A consent in which nothing is wrong but whose it is, and which no journey has connected yet. */
  function activeOfSomebodyElse(): string {
    const consentStart = new Date().toISOString();
    const theirs = { customerReference: 'cust-other.reference', consentStatus: 'Active', consentStart } as const;
    return sites.simulator.addConsent(theirs).consentId;
  }
});
