import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callApi, type Received, startReceiver, startSimulator, until } from './support.ts';

type Row = Record<string, unknown>;

/** Status and data of a v2 webhook in one word each. */
function story(received: readonly Received[]): string[] {
  return received.map(({ json }) => {
    const { consentStatus, dataAvailability } = json['data'] as Row;
    return [consentStatus, dataAvailability].filter(Boolean).join(' ');
  });
}

describe('v2 webhooks', () => {
  it('tell a success from Pending to Processed', async (t) => {
    const client = await startReceiver(t);
    const webhooks = [{ url: `${client.url}/hook?key=k`, version: 'v2' as const }];
    const simulator = await startSimulator(t, { webhooks, dataStepMs: 20 });
    const { consentId } = await simulator.completeJourney({ customerRef: 'c', providerId: 1003 });
    await until('all steps arrived', () => client.received.length === 5);
    assert.deepEqual([...story(client.received)].sort(), [
      'Active',
      'Active Complete',
      'Active Partial',
      'Active Processed',
      'Pending',
    ]);
    const last = client.received.at(-1);
    assert.equal(last?.path, '/hook?key=k');
    assert.equal(last?.headers['content-type'], 'application/json');
    const { eventId, eventTime, data, ...envelope } = last?.json ?? {};
    assert.match(String(eventId), /^[0-9a-f-]{36}$/);
    assert.ok(Date.parse(String(eventTime)) > 0);
    assert.deepEqual(envelope, { eventType: 'Consent', schemaType: 'Consent', schemaVersion: '1.0.0' });
    const { consentStart, consentEnd, statusUpdated, ...rest } = data as Row;
    assert.ok(consentStart && consentEnd && statusUpdated);
    assert.deepEqual(rest, {
      consentId,
      applicationId: simulator.settings.applicationId,
      providerId: 1003,
      providerName: 'Northmoor Bank',
      configurationName: 'default',
      customerReference: 'c',
      consentStatus: 'Active',
      consentJourney: null,
      dataAvailability: 'Processed',
      invitationId: null,
    });
  });

  it('tell a failure with the Connect code, or in prose', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    await simulator.completeJourney({ customerRef: 'c', outcome: 'access_denied' });
    await simulator.settled();
    const failed = () => client.received.map(({ json }) => json['data'] as Row).filter((data) => data['errorMessage']);
    assert.equal(failed()[0]?.['consentStatus'], 'Failed');
    assert.equal(failed()[0]?.['errorMessage'], 'access_denied');
    simulator.configure({ errorMessages: 'prose' });
    await simulator.completeJourney({ customerRef: 'c', outcome: 'access_denied' });
    await simulator.settled();
    assert.equal(failed()[1]?.['errorMessage'], 'The customer or the bank has denied consent.');
  });

  it('tell of data that stops early, or cannot be fetched', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    await simulator.completeJourney({ customerRef: 'a', data: 'Error' });
    await simulator.completeJourney({ customerRef: 'b', data: 'Partial' });
    await simulator.completeJourney({ customerRef: 'c', data: null });
    await until('both steps arrived', () => client.received.length === 8);
    const told = story(client.received).filter((words) => words.includes(' '));
    assert.deepEqual(told.sort(), ['Active Error', 'Active Partial']);
    const error = client.received
      .map(({ json }) => json['data'] as Row)
      .find((data) => data['dataAvailability'] === 'Error');
    assert.equal(error?.['errorMessage'], 'provider_permanent_error');
  });

  it('tell of the end: soon, passed, revoked, abandoned', async (t) => {
    let now = Date.now();
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { now: () => now, webhooks: [{ url: client.url, version: 'v2' }] });
    const { consentId } = simulator.addConsent({
      consentStatus: 'Active',
      consentEnd: new Date(now + 60_000).toISOString(),
    });
    simulator.announceUpcomingExpiration(consentId);
    await simulator.settled();
    assert.equal(simulator.consents[0]?.consentStatus, 'Active');
    now += 60_000;
    simulator.sweep();
    await simulator.settled();
    const second = simulator.addConsent({ consentStatus: 'Active' });
    await callApi(simulator, `/consents/v1/${second.consentId}/revoke`, { method: 'POST' });
    await simulator.settled();
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    assert.deepEqual(story(client.received), ['UpcomingExpiration', 'Expired', 'Revoked', 'Abandoned']);
  });

  it('name the journey of a renewal, and of one that failed', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    const { consentId } = simulator.addConsent({ customerReference: 'c', consentStatus: 'Expired' });
    await simulator.completeRenewal({ consentId, outcome: 'access_denied' });
    await simulator.settled();
    await simulator.completeRenewal({ consentId, data: null });
    await simulator.settled();
    const told = client.received.map(({ json }) => json['data'] as Row);
    assert.deepEqual(
      told.map((data) => [data['consentStatus'], data['consentJourney'], data['errorMessage']]),
      [
        ['Expired', 'Reauthentication', 'access_denied'],
        ['Active', 'Reauthentication', undefined],
      ],
    );
  });

  it('stop with the consent: no data news after a revocation', async (t) => {
    const client = await startReceiver(t);
    const webhooks = [{ url: client.url, version: 'v2' as const }];
    const simulator = await startSimulator(t, { webhooks, dataStepMs: 30 });
    const { consentId } = await simulator.completeJourney({ customerRef: 'c' });
    simulator.revoke(String(consentId));
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual([...story(client.received)].sort(), ['Active', 'Pending', 'Revoked']);
  });
});

describe('v1 webhooks', () => {
  it('are flat, and silent about what v1 has no word for', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v1' }] });
    const { consentId } = await simulator.completeJourney({ customerRef: 'c', data: null });
    simulator.revoke(String(consentId));
    await simulator.settled();
    const news = { applicationId: simulator.settings.applicationId, customerReference: 'c', paymentConfirmation: null };
    assert.deepEqual(
      client.received.map(({ json }) => json),
      [
        {
          consentId,
          ...news,
          providerAuthentication: 'Success',
          dataAvailability: null,
          reauthentication: false,
          errorMessage: null,
        },
      ],
    );
    const failed = await simulator.completeJourney({ customerRef: 'c', outcome: 'provider_permanent_error' });
    await simulator.settled();
    assert.deepEqual(client.received[1]?.json, {
      consentId: failed.consentId,
      ...news,
      providerAuthentication: 'Error',
      dataAvailability: null,
      reauthentication: false,
      errorMessage: 'provider_permanent_error',
    });
  });
});

describe('delivery', () => {
  it('tries four times with the documented pauses, then drops the event', async (t) => {
    const client = await startReceiver(t, () => ({ status: 503 }));
    const webhooks = [{ url: client.url, version: 'v2' as const }];
    const simulator = await startSimulator(t, { webhooks, webhookRetryDelaysMs: [20, 40, 80] });
    const start = performance.now();
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    assert.ok(performance.now() - start >= 135);
    const [delivery] = simulator.deliveries;
    assert.deepEqual(
      delivery?.attempts.map(({ status }) => status),
      [503, 503, 503, 503],
    );
    assert.equal(delivery?.result, 'dropped');
    assert.equal(new Set(client.received.map(({ json }) => json['eventId'])).size, 1);
  });

  it('waits 2, 4 and 8 seconds by default', async (t) => {
    const { settings } = await startSimulator(t, { webhookRetryDelaysMs: undefined as never });
    assert.deepEqual(settings.webhookRetryDelaysMs, [2_000, 4_000, 8_000]);
  });

  it('stops at the first 2xx, and takes no redirect for one', async (t) => {
    const client = await startReceiver(t, (_call, count) => ({ status: count === 1 ? 302 : 202 }));
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    assert.deepEqual(
      simulator.deliveries[0]?.attempts.map(({ status }) => status),
      [302, 202],
    );
    assert.equal(simulator.deliveries[0]?.result, 'delivered');
  });

  it('gives up on an answer that is late, and on a server that is not there', async (t) => {
    const simulator = await startSimulator(t, {
      webhooks: [{ url: 'http://127.0.0.1:9/', version: 'v2' }],
      webhookRetryDelaysMs: [],
      webhookTimeoutMs: 40,
    });
    simulator.configure({ webhooks: [{ url: simulator.url, version: 'v2' }, ...simulator.settings.webhooks] });
    simulator.fault({ path: '/', answer: 'hang' });
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    assert.deepEqual(
      simulator.deliveries.map(({ result, attempts }) => [result, attempts[0]?.status]),
      [
        ['dropped', null],
        ['dropped', null],
      ],
    );
    assert.match(String(simulator.deliveries[0]?.attempts[0]?.problem), /timeout/i);
  });

  it('keeps the key of a webhook address out of its log', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: `${client.url}/h?key=hush`, version: 'v2' }] });
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    assert.equal(simulator.deliveries[0]?.url, `${client.url}/h`);
  });
});

describe('delivery to a client that wants a token', () => {
  const oauth = { version: 'v2' as const, clientId: 'atto', clientSecret: 'p:w', scope: 'hooks' };
  const token = (expires_in: number, access_token = 't1') => ({
    status: 200,
    json: { token_type: 'bearer', expires_in, access_token },
  });

  it('asks with Basic authentication once, and sends the token until it runs out', async (t) => {
    let now = Date.now();
    const client = await startReceiver(t, ({ path }) => (path === '/token' ? token(100) : { status: 200 }));
    const webhooks = [{ ...oauth, url: `${client.url}/hook`, tokenUrl: `${client.url}/token` }];
    const simulator = await startSimulator(t, { webhooks, now: () => now });
    const send = async () => {
      simulator.abandon(simulator.addConsent().consentId);
      await simulator.settled();
    };
    await send();
    await send();
    const [ask, hook] = client.received;
    assert.equal(ask?.headers.authorization, `Basic ${Buffer.from('atto:p:w').toString('base64')}`);
    assert.equal(ask?.body, 'grant_type=client_credentials&scope=hooks');
    assert.equal(hook?.headers.authorization, 'Bearer t1');
    assert.deepEqual(
      client.received.map(({ path }) => path),
      ['/token', '/hook', '/hook'],
    );
    now += 100_000;
    await send();
    assert.deepEqual(
      client.received.slice(3).map(({ path }) => path),
      ['/token', '/hook'],
    );
  });

  it('asks again after a 401', async (t) => {
    let issued = 0;
    const client = await startReceiver(t, ({ path, headers }) => {
      if (path === '/token') {
        issued += 1;
        return token(3600, `t${issued}`);
      }
      return { status: headers.authorization === 'Bearer t1' ? 401 : 200 };
    });
    const webhooks = [{ ...oauth, url: `${client.url}/hook`, tokenUrl: `${client.url}/token` }];
    const simulator = await startSimulator(t, { webhooks });
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    assert.deepEqual(
      client.received.map(({ path }) => path),
      ['/token', '/hook', '/token', '/hook'],
    );
    assert.equal(simulator.deliveries[0]?.result, 'delivered');
  });

  it('counts a token it does not get as a failed attempt', async (t) => {
    const client = await startReceiver(t, () => ({ status: 500 }));
    const webhooks = [{ ...oauth, url: `${client.url}/hook`, tokenUrl: `${client.url}/token` }];
    const simulator = await startSimulator(t, { webhooks });
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    assert.equal(simulator.deliveries[0]?.attempts.length, 4);
    assert.match(String(simulator.deliveries[0]?.attempts[0]?.problem), /500/);
  });
});

describe('mischief', () => {
  const sendTwo = async (t: Parameters<typeof startSimulator>[0], mischief: object) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, {
      webhooks: [{ url: client.url, version: 'v2' }],
      webhookMischief: mischief,
    });
    simulator.abandon(simulator.addConsent().consentId);
    simulator.revoke(simulator.addConsent().consentId);
    await simulator.settled();
    return { simulator, told: story(client.received), received: client.received };
  };

  it('drops', async (t) => {
    const { simulator, told } = await sendTwo(t, { drop: true });
    assert.deepEqual(told, []);
    assert.equal(simulator.deliveries[0]?.result, 'suppressed');
  });

  it('sends the same event twice', async (t) => {
    const { received } = await sendTwo(t, { duplicate: true });
    assert.equal(received.length, 4);
    assert.equal(new Set(received.map(({ json }) => json['eventId'])).size, 2);
  });

  it('shuffles', async (t) => {
    assert.deepEqual((await sendTwo(t, { shuffle: true })).told.sort(), ['Abandoned', 'Revoked']);
  });

  it('delays', async (t) => {
    const start = performance.now();
    await sendTwo(t, { delayMs: 60 });
    assert.ok(performance.now() - start >= 55);
  });

  it('forges', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    simulator.sendNotification({ eventType: 'Consent', data: { consentStatus: 'Active' } });
    await simulator.settled();
    assert.deepEqual(client.received[0]?.json, { eventType: 'Consent', data: { consentStatus: 'Active' } });
  });

  it('names things nobody documented', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, {
      webhooks: [{ url: client.url, version: 'v2' }],
      extraFields: true,
      unknownEnumMembers: true,
    });
    await simulator.completeJourney({ customerRef: 'c', outcome: 'abandoned' });
    await simulator.settled();
    assert.deepEqual(story(client.received), ['AwaitingCustomer']);
    assert.ok('region' in (client.received[0]?.json ?? {}));
  });
});
