import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Answer, BffClient, HeaderValues } from '../support/bff-client.ts';
import { PartnerServer } from '../support/partner-server.ts';
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
    assertRefused(answer, 413, 'invalid_request');
  });

  for (const [what, header] of Object.entries({
    'that is compressed': { 'content-encoding': 'gzip' },
    'in an alphabet of its own': { 'content-type': 'application/x-www-form-urlencoded; charset=x-unknown' },
  })) {
    it(`refuses a form ${what}`, async () => {
      assertRefused(await ask({ ...basic(`atto-webhooks:${CURRENT}`), ...header }, GRANT), 415, 'invalid_request');
    });
  }

  it('reads nothing of whoever it does not know', async () => {
    assertRefused(await ask(basic('atto-webhooks:wrong'), 'x'.repeat(5000)), 401, 'invalid_client');
  });

  it('is not for GET', async () => {
    assert.equal((await client.call('GET', '/v1/oauth2/token')).status, 405);
  });

  it('slows down who guesses, and tells when to come back', async () => {
    const guessed = await Stage.open();
    const answers: Answer[] = [];
    for (let count = 0; count < 61; count += 1)
      answers.push(await guessed.client.call('POST', '/v1/oauth2/token', basic(`atto-webhooks:${count}`), GRANT));
    await guessed.close();
    const last = answers.pop() ?? assert.fail();
    for (const answer of answers) assertRefused(answer, 401, 'invalid_client');
    assertRefused(last, 429, 'invalid_client');
    assert.match(last.headers['retry-after'] ?? '', /^\d+$/);
  });

  it('serves who has the secret, whatever others of the same address try, here or at the partner’s API', async () => {
    const guessed = await Stage.open();
    try {
      const right = new PartnerServer(() => guessed.client, guessed.environment['PARTNER_API_KEY']);
      const wrong = new PartnerServer(() => guessed.client, 'x'.repeat(32));
      const guess = () => guessed.client.call('POST', '/v1/oauth2/token', basic('atto-webhooks:wrong'), GRANT);
      for (let count = 0; count < 61; count += 1) await guess();
      assert.equal((await guess()).status, 429);
      assert.ok(await guessed.client.webhookToken());
      assert.equal((await wrong.events()).status, 401);
      for (let count = 0; count < 61; count += 1) await wrong.events();
      assert.equal((await wrong.events()).status, 429);
      assert.equal((await right.events()).status, 200);
    } finally {
      await guessed.close();
    }
  });
});

/** @see RFC 6749 section 5.2 */
function assertRefused(answer: Answer, status: number, error: string): void {
  assert.equal(answer.status, status, answer.text);
  const { error_description: description, ...rest } = answer.body as Record<string, string>;
  assert.deepEqual(rest, { error });
  assert.match(description ?? '', /^[\x20-\x21\x23-\x5B\x5D-\x7E]{10,}$/);
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
