import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Answer, BffClient, HeaderValues } from '../support/bff-client.ts';
import { Stage } from '../support/stage.ts';
import { secret } from '../support/start-bff.ts';

const GRANT = 'grant_type=client_credentials';
const [CURRENT, FORMER] = [secret(), secret()];

let stage: Stage;
let client: BffClient;

before(async () => {
  stage = await Stage.open({ WEBHOOK_CLIENT_SECRET: `${CURRENT},${FORMER}` });
  ({ client } = stage);
});

after(async () => {
  await stage.close();
});

describe('POST /v1/oauth2/token', () => {
  it('gives a bearer token for ten minutes, as Atto reads it', async () => {
    const { status, headers, body } = await ask(basic(`atto-webhooks:${CURRENT}`), GRANT);
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['pragma'], 'no-cache');
    const { access_token: token, ...rest } = body as Record<string, string>;
    assert.deepEqual(rest, { token_type: 'Bearer', expires_in: 600 });
    assert.equal(decodeProtectedHeader(token ?? '').typ, 'at+jwt');
    const { aud, iss, exp = 0, iat = 0 } = decodeJwt(token ?? '');
    assert.deepEqual([aud, iss, exp - iat], [`${client.url}/v1/webhooks/atto`, client.url, 600]);
  });

  it('takes a scope, whatever it says', async () => {
    assert.equal((await ask(basic(`atto-webhooks:${CURRENT}`), `${GRANT}&scope=anything`)).status, 200);
  });

  it('takes the former secret, too', async () => {
    assert.equal((await ask(basic(`atto-webhooks:${FORMER}`), GRANT)).status, 200);
  });

  it('takes Basic in small letters, and credentials that were encoded', async () => {
    const { authorization = '' } = basic(`atto%2Dwebhooks:${CURRENT}`);
    assert.equal((await ask({ authorization: authorization.replace('Basic', 'basic') }, GRANT)).status, 200);
  });

  const strangers: Record<string, HeaderValues> = {
    'without credentials': {},
    'with another id': basic(`atto:${CURRENT}`),
    'with another secret': basic(`atto-webhooks:${secret()}`),
    'with half of the secret': basic(`atto-webhooks:${CURRENT.slice(0, -1)}`),
    'with both secrets': basic(`atto-webhooks:${CURRENT},${FORMER}`),
    'with no secret': basic('atto-webhooks:'),
    'with no id': basic(`:${CURRENT}`),
    'with no colon': basic(`atto-webhooks${CURRENT}`),
    'with a very long secret': basic(`atto-webhooks:${'x'.repeat(6000)}`),
    'with what is not base64': { authorization: 'Basic ~~~' },
    'as a bearer': { authorization: `Bearer ${CURRENT}` },
  };
  for (const [what, headers] of Object.entries(strangers)) {
    it(`does not know who comes ${what}`, async () => {
      const answer = await ask(headers, GRANT);
      assertRefused(answer, 401, 'invalid_client');
      assert.match(answer.headers['www-authenticate'] ?? '', /^Basic /);
    });
  }

  it('does not read credentials from the body', async () => {
    const body = `${GRANT}&client_id=atto-webhooks&client_secret=${CURRENT}`;
    assertRefused(await ask({}, body), 401, 'invalid_client');
  });

  const requests: Record<string, [body: string, error: string]> = {
    nothing: ['', 'invalid_request'],
    'no grant': ['scope=x', 'invalid_request'],
    'a grant twice': [`${GRANT}&${GRANT}`, 'invalid_request'],
    'a scope twice': [`${GRANT}&scope=a&scope=b`, 'invalid_request'],
    'another grant': ['grant_type=password&username=x&password=y', 'unsupported_grant_type'],
    'a grant in capitals': ['grant_type=CLIENT_CREDENTIALS', 'unsupported_grant_type'],
    'an empty grant': ['grant_type=', 'unsupported_grant_type'],
    JSON: ['{"grant_type":"client_credentials"}', 'invalid_request'],
  };
  for (const [what, [body, error]] of Object.entries(requests)) {
    it(`refuses ${what}`, async () => {
      assertRefused(await ask(basic(`atto-webhooks:${CURRENT}`), body), 400, error);
    });
  }

  it('refuses JSON that says what it is', async () => {
    const headers = { ...basic(`atto-webhooks:${CURRENT}`), 'content-type': 'application/json' };
    assertRefused(await client.call('POST', '/v1/oauth2/token', headers, GRANT), 400, 'invalid_request');
  });

  it('refuses a form of more than 4 KiB', async () => {
    const answer = await ask(basic(`atto-webhooks:${CURRENT}`), `${GRANT}&scope=${'x'.repeat(5000)}`);
    assert.equal(answer.status, 413);
  });

  it('is not for GET', async () => {
    assert.equal((await client.call('GET', '/v1/oauth2/token')).status, 405);
  });

  it('slows down who guesses, and tells when to come back', async () => {
    const guessed = await Stage.open();
    const statuses: number[] = [];
    let last: Answer | null = null;
    for (let count = 0; count < 61; count += 1) {
      last = await guessed.client.call('POST', '/v1/oauth2/token', basic(`atto-webhooks:${count}`), GRANT);
      statuses.push(last.status);
    }
    await guessed.close();
    assert.deepEqual(new Set(statuses.slice(0, 30)), new Set([401]));
    assert.equal(statuses.at(-1), 429);
    assert.match(last?.headers['retry-after'] ?? '', /^\d+$/);
  });
});

/** @see RFC 6749 section 5.2 */
function assertRefused(answer: Answer, status: number, error: string): void {
  assert.equal(answer.status, status, answer.text);
  assert.deepEqual(answer.body, { error });
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
  assert.equal(answer.headers['cache-control'], 'no-store');
}

function basic(credentials: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
}

async function ask(headers: HeaderValues, body: string): Promise<Answer> {
  const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  return client.call('POST', '/v1/oauth2/token', form, body);
}
