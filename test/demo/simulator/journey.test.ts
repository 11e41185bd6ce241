import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startSimulator } from './support.ts';
import { Visitor } from './visitor.ts';

describe('a journey to a bank with a direct connection', () => {
  it('goes from tile to consent to the bank and returns with the documented parameters', async (t) => {
    const simulator = await startSimulator(t);
    const visitor = await new Visitor(simulator).launch({ customer_ref: 'Order 7/ä' });
    assert.equal(visitor.heading, 'Choose your bank');
    assert.equal(simulator.consents.length, 0);

    await visitor.submit('/bank', { provider_id: '1001' });
    assert.equal(visitor.step, 'consent');
    assert.equal(simulator.consents[0]?.consentStatus, 'Pending');

    await visitor.submit('/consent');
    assert.match(visitor.html, /Harbour &amp; Vale Bank is an invented bank/);
    await visitor.submit('/login');
    assert.equal(visitor.heading, 'Your bank is connected');
    const consentId = simulator.consents[0]?.consentId;
    assert.equal(visitor.continueLink.origin + visitor.continueLink.pathname, 'http://127.0.0.1:9/return');
    assert.deepEqual(
      [...visitor.continueLink.searchParams],
      [
        ['customer_ref', 'Order 7/ä'],
        ['state', 'success'],
        ['consent_id', consentId],
      ],
    );
    assert.equal(simulator.consents[0]?.consentStatus, 'Active');
  });

  it('lets a person choose accounts where the configuration asks, at least one', async (t) => {
    const simulator = await startSimulator(t, { configurations: { default: { accountSelection: true } } });
    const visitor = await new Visitor(simulator).launch({ provider_id: '1001' });
    await visitor.submit('/consent');
    await visitor.submit('/login');
    assert.equal(visitor.heading, 'Choose accounts to share');
    await visitor.submit('/accounts');
    assert.match(visitor.html, /role="alert"/);
    await visitor.submit('/accounts', [
      ['account', 'current'],
      ['account', 'savings'],
    ]);
    assert.equal(visitor.step, 'success');
  });
});

describe('a journey to a bank reached by credential sharing', () => {
  it('asks for the account type first, and logs in on a page of Connect', async (t) => {
    const simulator = await startSimulator(t);
    const visitor = await new Visitor(simulator).launch();
    await visitor.submit('/bank', { provider_id: '1004' });
    assert.equal(visitor.step, 'account-type');
    await visitor.submit('/account-type', { account_type: 'Business' });
    assert.equal(visitor.step, 'consent');
    await visitor.submit('/consent');
    assert.equal(visitor.heading, 'Log in to Pennywell Savings');
    assert.match(visitor.html, /class="connect-page"/);
    await visitor.submit('/login');
    assert.equal(visitor.step, 'success');
  });
});

describe('the bank search', () => {
  it('finds banks of a country by part of their name', async (t) => {
    const visitor = await new Visitor(await startSimulator(t)).launch();
    await visitor.open(`${new URL(visitor.url).pathname}?country=DE&search=kranich`);
    assert.match(visitor.html, /1 bank found/);
    assert.match(visitor.html, /Kranichsee Bank/);
    assert.doesNotMatch(visitor.html, /Lindenau/);
  });

  it('shows only what the configuration offers', async (t) => {
    const simulator = await startSimulator(t);
    const visitor = await new Visitor(simulator).launch({ config_id: 'continental' });
    assert.match(visitor.html, /Lindenau Direktbank/);
    assert.doesNotMatch(visitor.html, /United Kingdom/);
    await visitor.open(`${new URL(visitor.url).pathname}?country=GB&search=`);
    assert.match(visitor.html, /No bank found/);
    await visitor.submit('/cancel');
    await visitor.launch({ config_id: 'continental' });
    await visitor.post(new URL(visitor.url).pathname, { provider_id: '1001' });
    assert.equal(visitor.step, 'bank');
  });
});

describe('the terms on the consent page', () => {
  const termsFor = async (t: Parameters<typeof startSimulator>[0], language?: string) => {
    const headers = language === undefined ? {} : { 'accept-language': language };
    return (await new Visitor(await startSimulator(t), headers).launch({ provider_id: '1001' })).html;
  };

  it('are in the browser’s language', async (t) => {
    assert.match(await termsFor(t, 'de-AT,de;q=0.9,en;q=0.5'), /<div lang="de">.*Antrag/s);
  });

  it('are in English where there is no better one', async (t) => {
    assert.match(await termsFor(t, 'fi'), /<div lang="en">/);
  });
});

describe('the Back button', () => {
  it('leads to another bank, and another consent, until the bank was visited', async (t) => {
    const simulator = await startSimulator(t);
    const visitor = await new Visitor(simulator).launch({ provider_id: '1001' });
    await visitor.submit('/consent');
    const journey = new URL(visitor.url).pathname.replace(/\/login$/, '');
    await visitor.open(`${journey}/bank`);
    await visitor.submit('/bank', { provider_id: '1002' });
    assert.equal(visitor.step, 'consent');
    assert.deepEqual(
      simulator.consents.map(({ providerId, consentStatus }) => [providerId, consentStatus]),
      [
        [1001, 'Pending'],
        [1002, 'Pending'],
      ],
    );
    await visitor.submit('/consent');
    await visitor.submit('/login');
    await visitor.open(`${journey}/consent`);
    assert.equal(visitor.step, 'success');
    await visitor.post(`${journey}/login`, { ending: 'access_denied' });
    assert.equal(visitor.step, 'success');
    assert.equal(simulator.consents[1]?.consentStatus, 'Active');
  });

  it('does not let a person skip ahead', async (t) => {
    const visitor = await new Visitor(await startSimulator(t)).launch();
    const journey = new URL(visitor.url).pathname.replace(/\/bank$/, '');
    for (const step of [
      'account-type',
      'consent',
      'login',
      'accounts',
      'success',
      'ended',
      'waiting',
      'reconfirm',
      'disconnect',
    ]) {
      assert.equal((await visitor.open(`${journey}/${step}`)).step, 'bank', step);
      if (step !== 'success' && step !== 'ended' && step !== 'waiting') {
        assert.equal((await visitor.post(`${journey}/${step}`)).step, 'bank', step);
      }
    }
  });

  it('finds an honest page for a journey nobody knows', async (t) => {
    const visitor = await new Visitor(await startSimulator(t)).open('/journey/nonsense/bank');
    assert.equal(visitor.status, 404);
    assert.match(visitor.html, /session_not_found/);
  });
});

describe('a hosted page', () => {
  it('cannot be framed, sends no referrer and is not stored', async (t) => {
    const visitor = await new Visitor(await startSimulator(t)).launch();
    assert.equal(visitor.headers.get('x-frame-options'), 'DENY');
    assert.equal(visitor.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(visitor.headers.get('cache-control'), 'no-store');
    assert.equal(visitor.headers.get('cross-origin-opener-policy'), null);
  });

  it('cuts a popup from its opener when asked to, on redirects too', async (t) => {
    const simulator = await startSimulator(t, { coop: 'same-origin' });
    const visitor = await new Visitor(simulator).launch();
    assert.equal(visitor.headers.get('cross-origin-opener-policy'), 'same-origin');
    await visitor.submit('/cancel');
    assert.equal(visitor.sentTo?.origin, 'http://127.0.0.1:9');
    assert.equal(visitor.headers.get('cross-origin-opener-policy'), 'same-origin');
  });

  it('has a way to cancel on every step', async (t) => {
    const visitor = await new Visitor(await startSimulator(t)).launch();
    for (const [form, fields] of [
      ['/bank', { provider_id: '1004' }],
      ['/account-type', { account_type: 'Personal' }],
      ['/consent', {}],
    ] as const) {
      assert.match(visitor.html, /action="[^"]+\/cancel"/);
      await visitor.submit(form, fields);
    }
    assert.match(visitor.html, /action="[^"]+\/cancel"/);
  });
});
