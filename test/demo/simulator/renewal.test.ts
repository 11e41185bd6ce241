import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Simulator } from '../../../demo/simulator/simulator.ts';
import { accessToken, callApi, startSimulator } from './support.ts';
import { Visitor } from './visitor.ts';

const day = 86_400_000;

/** An active consent from a real journey, `daysLater` days after it was given. */
async function startWithConsent(
  t: Parameters<typeof startSimulator>[0],
  daysLater: number,
  options: { providerId?: number } & Parameters<typeof startSimulator>[1] = {},
) {
  let now = Date.now();
  const { providerId = 1001, ...settings } = options;
  const simulator = await startSimulator(t, { now: () => now, ...settings });
  const { consentId } = await simulator.completeJourney({ customerRef: 'customer-1', providerId });
  now += daysLater * day;
  simulator.sweep();
  return { simulator, consentId: String(consentId), now: () => now };
}

/** Opens a renewal as a browser does whose script has read the fragment. */
async function openRenewal(simulator: Simulator, consentId: string, token?: string): Promise<Visitor> {
  const access_token = token ?? (await accessToken(simulator));
  return new Visitor(simulator).post('/launch', { consent_id: consentId, access_token });
}

describe('a renewal link', () => {
  it('opens a page that leaves the fragment to its script', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 80);
    const visitor = await new Visitor(simulator).open(`/?consent_id=${consentId}`);
    assert.deepEqual(visitor.hiddenFields(), { consent_id: consentId, access_token: '' });
    assert.match(visitor.html, /<script src="\/assets\/launch\.js">/);
  });

  it('returns with unexpected_error when its token has run out, or is for another API', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 80);
    for (const token of ['', 'made-up', await accessToken(simulator, 'api:data')]) {
      const visitor = await openRenewal(simulator, consentId, token);
      assert.equal(visitor.returned['error'], 'unexpected_error');
      assert.equal(visitor.returned['customer_ref'], 'customer-1');
    }
    assert.equal(simulator.consents[0]?.consentStatus, 'Active');
  });

  it('ends on a page instead, by setting', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 80, { deadTokenEnds: 'page' });
    const visitor = await openRenewal(simulator, consentId, 'made-up');
    assert.equal(visitor.status, 403);
    assert.equal(visitor.sentTo, null);
  });

  it('ends on a page when nobody knows the consent, or its bank', async (t) => {
    const simulator = await startSimulator(t);
    assert.equal((await openRenewal(simulator, 'nonsense')).status, 403);
    const odd = simulator.addConsent({ providerId: 4, consentStatus: 'Active' });
    assert.equal((await openRenewal(simulator, odd.consentId)).status, 422);
  });

  it('cannot renew a consent that never was', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent({ customerReference: 'c', consentStatus: 'Failed' });
    assert.equal((await openRenewal(simulator, consentId)).returned['error'], 'unexpected_error');
  });
});

describe('reconfirmation', () => {
  it('is for a British consent near its end, needs no bank, and keeps the id', async (t) => {
    const { simulator, consentId, now } = await startWithConsent(t, 80);
    const visitor = await openRenewal(simulator, consentId);
    assert.equal(visitor.step, 'reconfirm');
    await visitor.submit('/reconfirm');
    assert.equal(visitor.heading, 'Your connection is renewed');
    assert.deepEqual(Object.fromEntries(visitor.continueLink.searchParams), {
      customer_ref: 'customer-1',
      state: 'success',
      consent_id: consentId,
    });
    const [consent, ...others] = simulator.consents;
    assert.deepEqual(others, []);
    assert.equal(consent?.consentStatus, 'Active');
    assert.equal(consent?.journeyType, 'Reconfirmation');
    assert.equal(consent?.consentStart, new Date(now()).toISOString());
    assert.equal(consent?.consentEnd, new Date(now() + 90 * day).toISOString());
    assert.equal(consent?.statusUpdated, consent?.consentStart);
  });

  it('may end with disconnecting, which a state of success does not tell', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 80);
    const visitor = await openRenewal(simulator, consentId);
    await visitor.open(new URL(visitor.url).pathname.replace(/reconfirm$/, 'disconnect'));
    assert.equal(visitor.heading, 'Stop sharing?');
    await visitor.submit('/disconnect');
    assert.equal(visitor.returned['state'], 'success');
    assert.equal(visitor.returned['consent_id'], consentId);
    assert.equal(simulator.consents[0]?.consentStatus, 'Revoked');
  });

  it('returns an error after disconnecting, by setting', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 80, { disconnectEnds: 'customer_cancelled' });
    const { redirectUrl } = await simulator.completeRenewal({ consentId, disconnect: true });
    assert.match(String(redirectUrl), /error=customer_cancelled/);
    assert.equal(simulator.consents[0]?.consentStatus, 'Revoked');
  });

  it('goes by the bank where the bank insists', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 80, { bankForcesLogin: true });
    const visitor = await openRenewal(simulator, consentId);
    await visitor.submit('/reconfirm');
    assert.equal(visitor.step, 'login');
    await visitor.submit('/login');
    assert.equal(simulator.consents[0]?.journeyType, 'Reconfirmation');
  });
});

describe('re-authentication', () => {
  for (const [what, daysLater, providerId] of [
    ['an expired consent', 91, 1001],
    ['a consent far from its end', 1, 1001],
    ['a consent near its end outside Britain', 80, 1201],
  ] as const) {
    it(`is for ${what}, and goes by the bank`, async (t) => {
      const { simulator, consentId } = await startWithConsent(t, daysLater, { providerId });
      const visitor = await openRenewal(simulator, consentId);
      assert.equal(visitor.step, 'reauthenticate');
      await visitor.submit('/reauthenticate');
      await visitor.submit('/login');
      assert.equal(visitor.step, 'success');
      assert.equal(simulator.consents[0]?.journeyType, 'Reauthentication');
      assert.equal(simulator.consents[0]?.consentStatus, 'Active');
    });
  }

  it('asks for the accounts again after a revocation by API, but not after one at the bank', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 1);
    const stepAfterLogin = async () => {
      const visitor = await openRenewal(simulator, consentId);
      await visitor.submit('/reauthenticate');
      await visitor.submit('/login');
      return visitor;
    };
    await callApi(simulator, `/consents/v1/${consentId}/revoke`, { method: 'POST' });
    const asked = await stepAfterLogin();
    assert.equal(asked.step, 'accounts');
    await asked.submit('/accounts', { account: 'current' });
    assert.equal(simulator.consents[0]?.consentStatus, 'Active');
    simulator.revoke(consentId);
    assert.equal((await stepAfterLogin()).step, 'success');
  });

  it('leaves the consent as it was when cancelled or refused', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 91);
    const before = simulator.consents[0];
    const cancelled = await openRenewal(simulator, consentId);
    await cancelled.submit('/cancel');
    assert.equal(cancelled.returned['error'], 'customer_cancelled');
    const refused = await openRenewal(simulator, consentId);
    await refused.submit('/reauthenticate');
    await refused.submit('/login', { ending: 'access_denied' });
    assert.equal(refused.returned['error'], 'access_denied');
    assert.deepEqual(simulator.consents[0], before);
  });
});

describe('completeRenewal', () => {
  it('walks the same way without a browser', async (t) => {
    const { simulator, consentId } = await startWithConsent(t, 91);
    simulator.next('access_denied');
    assert.match(String((await simulator.completeRenewal({ consentId })).redirectUrl), /access_denied/);
    assert.match(String((await simulator.completeRenewal({ consentId })).redirectUrl), /state=success/);
    assert.match(
      String((await simulator.completeRenewal({ consentId, accessToken: 'x' })).redirectUrl),
      /unexpected_error/,
    );
  });
});
