import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSimulator } from '../../../demo/simulator/simulator.ts';
import { accessToken, callApi, requestToken, startSimulator } from './support.ts';

describe('POST /v1/oauth2/token', () => {
  it('answers a Bearer token of an hour in snake_case', async (t) => {
    const simulator = await startSimulator(t);
    const answer = await requestToken(simulator);
    const body = (await answer.json()) as Record<string, unknown>;
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(body), ['access_token', 'token_type', 'expires_in']);
    assert.equal(body['token_type'], 'Bearer');
    assert.equal(body['expires_in'], 3600);
    assert.equal(String(body['access_token']).split('.').length, 3);
  });

  it('answers in camelCase when asked to', async (t) => {
    const simulator = await startSimulator(t, { tokenCasing: 'camel' });
    const body = (await (await requestToken(simulator)).json()) as object;
    assert.deepEqual(Object.keys(body), ['accessToken', 'tokenType', 'expiresIn']);
  });

  for (const [what, form, status, code] of [
    ['a wrong secret', { client_secret: 'x'.repeat(32) }, 401, 'unauthorised_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'unauthorised_client'],
    ['another grant', { grant_type: 'password' }, 400, 'parameters_invalid'],
    ['an unknown scope', { scope: 'api:everything' }, 400, 'parameters_invalid'],
    ['two scopes at once', { scope: 'api:consent api:data' }, 400, 'parameters_invalid'],
  ] as const) {
    it(`refuses ${what} with ${status} and ${code}`, async (t) => {
      const answer = await requestToken(await startSimulator(t), form);
      const body = (await answer.json()) as Record<string, unknown>;
      assert.equal(answer.status, status);
      assert.deepEqual(Object.keys(body), ['code', 'description', 'details', 'correlationId']);
      assert.equal(body['code'], code);
    });
  }

  it('refuses a body that is not a form, and none at all', async (t) => {
    const { url } = await startSimulator(t);
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
    assert.equal((await fetch(`${url}/v1/oauth2/token`, json)).status, 400);
    assert.equal((await fetch(`${url}/v1/oauth2/token`, { method: 'POST' })).status, 400);
  });

  it('gives tokens that open only the API of their scope, under the new and the old name', async (t) => {
    const simulator = await startSimulator(t);
    const statusWith = async (scope: string) => {
      const authorization = `Bearer ${await accessToken(simulator, scope)}`;
      return (await fetch(`${simulator.url}/consents/v1`, { headers: { authorization } })).status;
    };
    assert.equal(await statusWith('api:consent'), 200);
    assert.equal(await statusWith('directid.consent'), 200);
    assert.equal(await statusWith('api:data'), 401);
  });

  it('gives tokens that run out, and forgets them all on request', async (t) => {
    let now = Date.now();
    const simulator = await startSimulator(t, { now: () => now, tokenLifetimeSeconds: 60 });
    const authorization = `Bearer ${await accessToken(simulator)}`;
    const status = async () => (await fetch(`${simulator.url}/consents/v1`, { headers: { authorization } })).status;
    now += 58_000;
    assert.equal(await status(), 200);
    now += 4_000;
    assert.equal(await status(), 401);
    now -= 10_000;
    simulator.forgetAccessTokens();
    assert.equal(await status(), 401);
  });

  it('wants a client secret of 32 characters', () => {
    assert.throws(() => createSimulator({ clientSecret: 'short' }), /32/);
  });
});

describe('GET /v1/connect/validation-token', () => {
  it('gives a token of fifteen minutes to a Bearer of the consent scope', async (t) => {
    const simulator = await startSimulator(t);
    const body = (await (await callApi(simulator, '/v1/connect/validation-token')).json()) as Record<string, unknown>;
    assert.deepEqual(Object.keys(body), ['token', 'expiresIn']);
    assert.equal(body['expiresIn'], 900);
  });

  it('refuses everybody else, and is not there when switched off', async (t) => {
    const simulator = await startSimulator(t);
    assert.equal((await fetch(`${simulator.url}/v1/connect/validation-token`)).status, 401);
    simulator.configure({ validationToken: 'off' });
    assert.equal((await callApi(simulator, '/v1/connect/validation-token')).status, 404);
  });
});
