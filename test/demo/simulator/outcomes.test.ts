import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectErrors } from '../../../demo/simulator/consents/consent.ts';
import { startSimulator, until } from './support.ts';
import { Visitor } from './visitor.ts';

/** A visitor who stands before the bank's login form. */
async function atTheBank(simulator: Awaited<ReturnType<typeof startSimulator>>, providerId = '1001'): Promise<Visitor> {
  const visitor = await new Visitor(simulator).launch({ provider_id: providerId });
  return visitor.submit('/consent');
}

describe('an error at the bank', () => {
  for (const error of connectErrors) {
    it(`returns with ${error} when a person picks it, and fails the consent`, async (t) => {
      const simulator = await startSimulator(t);
      const visitor = await atTheBank(simulator);
      await visitor.submit('/login', { ending: error });
      const [consent] = simulator.consents;
      assert.deepEqual(visitor.returned, {
        customer_ref: 'visitor',
        state: 'error',
        error,
        consent_id: consent?.consentId,
      });
      assert.equal(consent?.consentStatus, 'Failed');
      assert.equal(consent?.statusDetails, error);
    });
  }

  it('comes with error_description and without consent_id when picked', async (t) => {
    const visitor = await atTheBank(await startSimulator(t));
    await visitor.submit('/login', { ending: 'access_denied', with_description: 'yes', without_consent_id: 'yes' });
    assert.deepEqual(Object.keys(visitor.returned), ['customer_ref', 'state', 'error', 'error_description']);
  });

  it('takes both from the settings too', async (t) => {
    const simulator = await startSimulator(t, { consentIdOnError: false, errorDescriptions: true });
    const { redirectUrl } = await simulator.completeJourney({ customerRef: 'c', outcome: 'access_denied' });
    const { searchParams } = new URL(String(redirectUrl));
    assert.equal(searchParams.get('error_description'), 'The customer or the bank has denied consent.');
    assert.equal(searchParams.get('consent_id'), null);
  });

  it('is what Brackenfold Bank always has, unless asked otherwise', async (t) => {
    const simulator = await startSimulator(t);
    const bracken = { customerRef: 'c', providerId: 1007 };
    assert.match(String((await simulator.completeJourney(bracken)).redirectUrl), /error=provider_permanent_error/);
    const asked = await simulator.completeJourney({ ...bracken, outcome: 'success' });
    assert.match(String(asked.redirectUrl), /state=success/);
  });
});

describe('a success', () => {
  it('returns nothing but reference, state and consent, whatever else was planned', async (t) => {
    const simulator = await startSimulator(t);
    const plan = { customerRef: 'c', outcome: 'success', errorDescription: 'x', consentIdOnError: false } as const;
    const { redirectUrl } = await simulator.completeJourney(plan);
    assert.deepEqual([...new URL(String(redirectUrl)).searchParams.keys()], ['customer_ref', 'state', 'consent_id']);
  });
});

describe('next', () => {
  it('decides one visit, whoever comes', async (t) => {
    const simulator = await startSimulator(t);
    simulator.next('access_denied');
    const first = await atTheBank(simulator);
    await first.submit('/login');
    assert.equal(first.returned['error'], 'access_denied');
    const second = await atTheBank(simulator);
    await second.submit('/login');
    assert.equal(second.step, 'success');
  });

  it('can wait for one customer', async (t) => {
    const simulator = await startSimulator(t);
    simulator.next({ outcome: 'unexpected_error', customerReference: 'b' });
    assert.match(String((await simulator.completeJourney({ customerRef: 'a' })).redirectUrl), /state=success/);
    assert.match(String((await simulator.completeJourney({ customerRef: 'b' })).redirectUrl), /unexpected_error/);
  });

  it('is left for the next customer by a person who picks an ending', async (t) => {
    const simulator = await startSimulator(t);
    simulator.next('access_denied');
    const visitor = await atTheBank(simulator);
    await visitor.submit('/login', { ending: 'success' });
    assert.equal(visitor.step, 'success');
    assert.match(String((await simulator.completeJourney({ customerRef: 'a' })).redirectUrl), /access_denied/);
  });

  it('refuses a scenario it does not know', async (t) => {
    const simulator = await startSimulator(t);
    assert.throws(() => simulator.next('sucess' as 'success'));
  });
});

describe('cancelling', () => {
  it('before a bank was chosen returns without a consent', async (t) => {
    const simulator = await startSimulator(t);
    const visitor = await new Visitor(simulator).launch();
    await visitor.submit('/cancel');
    assert.deepEqual(visitor.returned, { customer_ref: 'visitor', state: 'error', error: 'customer_cancelled' });
    assert.equal(simulator.consents.length, 0);
  });

  it('at the bank fails the consent, or abandons it by setting', async (t) => {
    const simulator = await startSimulator(t);
    await (await atTheBank(simulator)).submit('/cancel');
    simulator.configure({ cancelledStatus: 'Abandoned' });
    await (await atTheBank(simulator)).submit('/cancel');
    assert.deepEqual(
      simulator.consents.map(({ consentStatus }) => consentStatus),
      ['Failed', 'Abandoned'],
    );
  });
});

describe('walking away', () => {
  it('leaves the consent Pending until the time-out, then Abandoned', async (t) => {
    let now = Date.now();
    const simulator = await startSimulator(t, { now: () => now });
    const visitor = await atTheBank(simulator);
    now += 29 * 60_000;
    simulator.sweep();
    assert.equal(simulator.consents[0]?.consentStatus, 'Pending');
    now += 60_000;
    await until('the consent is abandoned', () => simulator.consents[0]?.consentStatus === 'Abandoned');
    await visitor.submit('/login');
    assert.equal(visitor.returned['error'], 'unexpected_error');
  });

  it('starts the time-out again with every step', async (t) => {
    let now = Date.now();
    const simulator = await startSimulator(t, { now: () => now });
    const visitor = await new Visitor(simulator).launch({ provider_id: '1001' });
    now += 29 * 60_000;
    await visitor.submit('/consent');
    now += 29 * 60_000;
    simulator.sweep();
    assert.equal(simulator.consents[0]?.consentStatus, 'Pending');
  });

  it('can be picked by a person, who sees no redirect', async (t) => {
    const simulator = await startSimulator(t);
    const visitor = await atTheBank(simulator);
    await visitor.submit('/login', { ending: 'abandoned' });
    assert.equal(visitor.heading, 'You have left the journey');
    assert.equal(simulator.consents[0]?.consentStatus, 'Pending');
    simulator.abandon(String(simulator.consents[0]?.consentId));
    assert.equal(simulator.consents[0]?.consentStatus, 'Abandoned');
  });

  it('leads nowhere without a browser either', async (t) => {
    const simulator = await startSimulator(t);
    const { redirectUrl, consentId } = await simulator.completeJourney({ customerRef: 'c', outcome: 'abandoned' });
    assert.equal(redirectUrl, null);
    assert.equal(simulator.consents[0]?.consentId, consentId);
  });
});

describe('a slow bank', () => {
  it('shows a page that asks again until the bank has answered', async (t) => {
    const simulator = await startSimulator(t, { bankDelayMs: 80 });
    const visitor = await atTheBank(simulator);
    await visitor.submit('/login');
    assert.equal(visitor.heading, 'Waiting for your bank');
    assert.match(visitor.html, /http-equiv="refresh" content="1"/);
    assert.equal(simulator.consents[0]?.consentStatus, 'Pending');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await visitor.open(new URL(visitor.url).pathname);
    assert.equal(visitor.step, 'success');
  });
});

describe('the redirect URL', () => {
  it('keeps the query it was configured with', async (t) => {
    const simulator = await startSimulator(t, { redirectUrl: 'https://bff.example/return?partner=7' });
    const { redirectUrl } = await simulator.completeJourney({ customerRef: 'c' });
    assert.match(
      String(redirectUrl),
      /^https:\/\/bff\.example\/return\?partner=7&customer_ref=c&state=success&consent_id=/,
    );
  });

  it('may be an app’s own scheme', async (t) => {
    const simulator = await startSimulator(t, { redirectUrl: 'did://didFlowComplete' });
    const { redirectUrl } = await simulator.completeJourney({ customerRef: 'c' });
    assert.match(String(redirectUrl), /^did:\/\/didFlowComplete\?customer_ref=c&state=success/);
  });

  it('may be missing: then the journey ends on Connect’s own page', async (t) => {
    const simulator = await startSimulator(t, { redirectUrl: null });
    const visitor = await atTheBank(simulator);
    await visitor.submit('/login', { ending: 'access_denied' });
    assert.equal(visitor.heading, 'Access was refused');
    const happy = await atTheBank(simulator);
    await happy.submit('/login');
    assert.match(happy.html, /You can close this window now/);
  });

  it('is followed by itself after the seconds that are set', async (t) => {
    const visitor = await atTheBank(await startSimulator(t, { successPageSeconds: 2 }));
    await visitor.submit('/login');
    assert.match(visitor.html, /http-equiv="refresh" content="2;url=http:\/\/127\.0\.0\.1:9\/return\?/);
  });

  it('is never a script', async (t) => {
    const simulator = await startSimulator(t);
    assert.throws(() => simulator.configure({ redirectUrl: 'javascript:alert(1)' }));
  });
});

describe('a consent without end', () => {
  it('has neither end nor duration', async (t) => {
    const simulator = await startSimulator(t, { configurations: { default: { consentDurationType: 'Infinite' } } });
    await simulator.completeJourney({ customerRef: 'c' });
    assert.equal(simulator.consents[0]?.consentEnd, null);
    assert.equal(simulator.consents[0]?.duration, null);
  });
});
