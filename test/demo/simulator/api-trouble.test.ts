import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accessToken, callApi, requestToken, startSimulator } from './support.ts';

describe('error bodies', () => {
  for (const [errorCasing, keys] of [
    ['camel', ['code', 'description', 'details', 'correlationId']],
    ['pascal', ['Code', 'Description', 'Details', 'CorrelationId']],
    ['gateway', ['statusCode', 'message']],
    ['problem', ['type', 'title', 'status', 'detail', 'instance']],
  ] as const) {
    it(`come in the ${errorCasing} shape`, async (t) => {
      const { url } = await startSimulator(t, { errorCasing });
      const answer = await fetch(`${url}/consents/v1`, { headers: { authorization: 'Bearer nonsense' } });
      assert.equal(answer.status, 401);
      assert.deepEqual(Object.keys((await answer.json()) as object), keys);
    });
  }

  it('say that an operation is documented but not simulated', async (t) => {
    const simulator = await startSimulator(t);
    assert.equal((await callApi(simulator, '/stored-data/v1/consents/x/income-verifications')).status, 501);
    assert.equal((await callApi(simulator, '/consents/v3')).status, 404);
  });
});

describe('rate limits', () => {
  it('answer 429 in the gateway’s words with Retry-After, and open again after a minute', async (t) => {
    let now = Date.now();
    const limits = { authorisedPerMinute: 2, tokenPerMinute: 600 };
    const simulator = await startSimulator(t, { now: () => now, rateLimits: limits });
    const headers = { authorization: `Bearer ${await accessToken(simulator)}` };
    const call = () => fetch(`${simulator.url}/consents/v1`, { headers });
    await call();
    assert.equal((await call()).status, 200);
    now += 8_000;
    const limited = await call();
    assert.equal(limited.status, 429);
    assert.equal(limited.headers.get('retry-after'), '52');
    const message = 'Rate limit is exceeded. Try again in 52 seconds.';
    assert.deepEqual(await limited.json(), { statusCode: 429, message });
    now += 52_000;
    assert.equal((await call()).status, 200);
  });

  it('count tokens apart', async (t) => {
    const simulator = await startSimulator(t, { rateLimits: { tokenPerMinute: 1 } });
    assert.equal((await requestToken(simulator)).status, 200);
    assert.equal((await requestToken(simulator)).status, 429);
  });
});

describe('faults', () => {
  it('spoil as many calls as asked for, on that path only', async (t) => {
    const simulator = await startSimulator(t);
    simulator.fault({ path: '/consents/v1', times: 2, status: 502, retryAfterSeconds: 3 });
    const first = await callApi(simulator, '/consents/v1');
    assert.equal(first.status, 502);
    assert.equal(first.headers.get('retry-after'), '3');
    assert.equal(((await first.json()) as { code: string }).code, 'provider_temporarily_unavailable');
    assert.equal((await callApi(simulator, '/consents/v2')).status, 200);
    assert.equal((await callApi(simulator, '/consents/v1')).status, 502);
    assert.equal((await callApi(simulator, '/consents/v1')).status, 200);
  });

  it('answer with a web page, broken JSON, nothing, or the gateway’s shape', async (t) => {
    const simulator = await startSimulator(t);
    for (const answer of ['html', 'malformed', 'empty', 'gateway'] as const) {
      simulator.fault({ path: '/consents', answer, status: answer === 'malformed' ? 200 : 503 });
    }
    assert.match(await (await callApi(simulator, '/consents/v1')).text(), /<h1>/);
    await assert.rejects((await callApi(simulator, '/consents/v1')).json());
    assert.equal(await (await callApi(simulator, '/consents/v1')).text(), '');
    assert.equal(((await (await callApi(simulator, '/consents/v1')).json()) as { statusCode: number }).statusCode, 503);
  });

  it('hang or cut the line', async (t) => {
    const simulator = await startSimulator(t);
    simulator.fault({ path: '/consents', answer: 'hang' });
    simulator.fault({ path: '/consents', answer: 'reset' });
    await assert.rejects(callApi(simulator, '/consents/v1', { signal: AbortSignal.timeout(50) }), {
      name: 'TimeoutError',
    });
    await assert.rejects(callApi(simulator, '/consents/v1'), TypeError);
  });

  it('are refused when they make no sense', async (t) => {
    const simulator = await startSimulator(t);
    assert.throws(() => simulator.fault({ path: 'consents' }));
  });
});

describe('what tests can count', () => {
  it('logs method, route and status, and nothing that is secret', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent();
    await callApi(simulator, `/consents/v1/${consentId}?secret=1`);
    assert.equal(simulator.requestCount('GET /consents/v1/:id'), 1);
    assert.equal(simulator.requestCount('/v1/oauth2/token'), 1);
    assert.equal(simulator.requestCount('POST /consents/v1/:id'), 0);
    const entry = simulator.requests.at(-1);
    assert.equal(entry?.path, `/consents/v1/${consentId}`);
    assert.equal(entry?.status, 200);
    assert.ok(!JSON.stringify(simulator.requests).includes('secret'));
  });

  it('answers late when it is told to', async (t) => {
    const simulator = await startSimulator(t, { latencyMs: 60 });
    const start = performance.now();
    await requestToken(simulator);
    assert.ok(performance.now() - start >= 55);
  });
});
