import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { assertProblem } from '../support/assert-problem.ts';
import type { BffClient, HeaderValues } from '../support/bff-client.ts';
import { Stage } from '../support/stage.ts';

const CANARY = 'canary-value-that-was-sent';
const KIBIBYTE = 1024;

let stage: Stage;
let client: BffClient;
let journey: StartedJourney;
let webhookToken: string;

before(async () => {
  stage = await Stage.open();
  ({ client } = stage);
  journey = await client.launched('cust-1');
  webhookToken = await client.webhookToken();
});

after(async () => {
  await stage.close();
});

interface Posted {
  /** With its tokens, so that nothing but what is tested is wrong. */
  readonly path: () => string;
  readonly authorization?: () => string;
  /** A body without a fault. */
  readonly body: () => object;
  readonly limit: number;
}

const journeyToken = () => `Bearer ${journey.journeyToken}`;
const posts: Record<string, Posted> = {
  '/v1/journeys': { path: () => '/v1/journeys', body: () => ({ partner: 'acme' }), limit: 16 * KIBIBYTE },
  '/v1/journeys/{id}/return': step('return', () => ({ handle: 'x' })),
  '/v1/journeys/{id}/launch': step('launch', () => ({})),
  '/v1/journeys/{id}/cancel': step('cancel', () => ({})),
  '/v1/journeys/{id}/disconnect': step('disconnect', () => ({})),
  '/v1/returns/{handle}/disown': { path: () => '/v1/returns/x/disown', body: () => ({}), limit: 16 * KIBIBYTE },
};
const webhook: Posted = {
  path: () => '/v1/webhooks/atto',
  authorization: () => `Bearer ${webhookToken}`,
  body: () => ({ consentId: 'x', providerAuthentication: 'Success' }),
  limit: 64 * KIBIBYTE,
};

function step(name: string, body: () => object): Posted {
  const path = () => `/v1/journeys/${journey.journeyId}/${name}`;
  return { path, authorization: journeyToken, body, limit: 16 * KIBIBYTE };
}

async function post({ path, authorization }: Posted, headers: HeaderValues, body?: unknown) {
  return client.call('POST', path(), { authorization: authorization?.(), ...headers }, body);
}

for (const [route, posted] of Object.entries({ ...posts, '/v1/webhooks/atto': webhook })) {
  describe(`POST ${route}`, () => {
    const types = [
      'text/plain',
      'text/plain; charset=application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/problem+json',
      'application/jsonp',
      'application/json-patch+json',
      'application/json; charset=latin1',
      '',
      undefined,
    ];
    for (const type of types) {
      it(`takes no body of type "${type}"`, async () => {
        const answer = await post(posted, { 'content-type': type }, posted.body());
        assertProblem(answer, 415, 'unsupported_media_type');
      });
    }

    it('takes no compressed body', async () => {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      assertProblem(await post(posted, headers, posted.body()), 415, 'unsupported_media_type');
    });

    for (const body of ['{', '{"a":1,}', `{"${CANARY}"`, `'${CANARY}'`, 'null', `"${CANARY}"`, '7', '\u0000']) {
      it(`takes no body that is ${JSON.stringify(body)}, and repeats nothing of it`, async () => {
        const answer = await post(posted, { 'content-type': 'application/json' }, body);
        assertProblem(answer, 400, 'invalid_request', ['']);
        assert.doesNotMatch(answer.text, new RegExp(CANARY));
      });
    }

    it('takes no list', async () => {
      const answer = await post(posted, { 'content-type': 'application/json' }, [posted.body()]);
      assertProblem(answer, 400, 'invalid_request', ['']);
    });

    it(`takes no body of more than ${posted.limit / KIBIBYTE} KiB`, async () => {
      const body = { ...posted.body(), filler: CANARY.padEnd(posted.limit, 'x') };
      const answer = await post(posted, { 'content-type': 'application/json' }, body);
      assertProblem(answer, 413, 'too_large');
    });

    it('takes UTF-8 that says so', async () => {
      const answer = await post(posted, { 'content-type': 'application/json; charset=utf-8' }, posted.body());
      assert.notEqual(answer.status, 415, answer.text);
    });

    for (const method of ['PUT', 'DELETE', 'GET'] as const) {
      it(`is not for ${method}`, async () => {
        const answer = await client.call(method, posted.path());
        assertProblem(answer, 405, 'method_not_allowed');
        assert.equal(answer.headers['allow'], 'POST');
      });
    }
  });
}

for (const [route, posted] of Object.entries(posts)) {
  describe(`POST ${route}`, () => {
    it('refuses fields that it does not know, by name', async () => {
      const body = { ...posted.body(), surprise: CANARY, [`${CANARY}-`.repeat(8)]: 1 };
      const answer = await post(posted, { 'content-type': 'application/json' }, body);
      const pointers = ['/surprise', `/${`${CANARY}-`.repeat(8).slice(0, 64)}`];
      assertProblem(answer, 400, 'invalid_request', pointers);
    });
  });
}

describe('an address', () => {
  const nothing = [
    '/',
    '/v1',
    '/v1/',
    '/v1/journeys/',
    '/v1/Journeys',
    '/v2/journeys',
    '/metrics/x',
    '/v1/journeys/a/b',
  ];
  for (const path of [...nothing, '//evil.example/%2e%2e', '/v1/journeys%2fx/return']) {
    it(`that leads nowhere is a problem: ${path}`, async () => {
      assertProblem(await client.call('GET', path), 404, 'not_found');
    });
  }

  it('that cannot be decoded is a problem', async () => {
    assertProblem(await client.call('GET', '/v1/journeys/%zz'), 400, 'bad_request');
  });
});

describe('every answer', () => {
  const asked = ['/healthz', '/nothing', '/v1/go/x', '/v1/return/nobody', '/v1/journeys/x', '/widget/nothing.js'];
  for (const path of asked) {
    it(`is safe to look at and says nothing of what made it: ${path}`, async () => {
      const { headers } = await client.call('GET', path);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/);
      assert.equal(headers['cross-origin-opener-policy'], undefined);
      assert.equal(headers['x-powered-by'], undefined);
      assert.equal(headers['set-cookie'], undefined);
    });
  }

  it('to an error carries the trace of who asked', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const { body } = await client.call<{ traceId: string }>('GET', '/nothing', { traceparent });
    assert.equal(body.traceId, '4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('to an error carries no trace that is made up', async () => {
    const { body } = await client.call<{ traceId: string }>('GET', '/nothing', { traceparent: `00-${CANARY}-x-01` });
    assert.doesNotMatch(body.traceId, /canary/);
  });
});
