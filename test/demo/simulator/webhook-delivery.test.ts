import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startReceiver, startSimulator } from './support.ts';

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
