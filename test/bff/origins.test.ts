import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { assertProblem } from '../support/assert-problem.ts';
import type { Answer, BffClient, HeaderValues } from '../support/bff-client.ts';
import { Stage } from '../support/stage.ts';

const SHOP = 'https://shop.acme.example';
const APP = 'https://app.acme.example';

let stage: Stage;
let client: BffClient;

before(async () => {
  stage = await Stage.open();
  ({ client } = stage);
});

after(async () => {
  await stage.close();
});

const foreign = [
  'null',
  'https://evil.example',
  'http://shop.acme.example',
  'https://shop.acme.example:8443',
  'https://SHOP.acme.example',
  'https://shop.acme.example.',
  'https://shop.acme.example/',
  'https://acme.example',
  'https://evilshop.acme.example',
  'https://shop.acme.example.evil.example',
  'https://shop-acme.example',
  'https://shopxacme.example',
  'https://user@shop.acme.example',
  'https://xn--shp-acme-example.example',
  `${SHOP}, https://evil.example`,
  `${SHOP} ${APP}`,
  'file://',
  'chrome-extension://shop.acme.example',
  '*',
  '',
];

/** Every request that a page makes, as it would succeed. */
const requests: Record<string, (journey: StartedJourney, headers: HeaderValues) => Promise<Answer>> = {
  start: (_journey, headers) => client.start({}, undefined, headers),
  view: (journey, headers) => client.view(journey, headers),
  return: (journey, headers) => client.redeem(journey, denied(journey), headers),
  launch: (journey, headers) => client.launchAgain(journey, headers),
  cancel: (journey, headers) => client.cancel(journey, headers),
};

for (const [what, request] of Object.entries(requests)) {
  describe(`the origin of a page that asks to ${what}`, () => {
    for (const origin of [SHOP, APP]) {
      it(`may be ${origin}, which may read the answer`, async () => {
        const { status, headers } = await request(await client.launched(), { origin });
        assert.ok(status < 300);
        assert.equal(headers['access-control-allow-origin'], origin);
        assert.equal(headers['access-control-allow-credentials'], undefined);
        assert.match(headers['vary'] ?? '', /Origin/i);
        for (const name of ['etag', 'retry-after', 'preference-applied'])
          assert.ok(headers['access-control-expose-headers']?.toLowerCase().includes(name), name);
      });
    }

    it('may be absent: then no page asks', async () => {
      const { status } = await request(await client.launched(), { origin: undefined });
      assert.ok(status < 300);
    });

    it('may be nothing else, and nothing is done for it', async () => {
      const journey = await client.launched();
      const { body: before } = await client.view(journey);
      for (const origin of foreign) {
        const answer = await request(journey, { origin });
        assertProblem(answer, 403, 'origin_not_allowed');
        assert.equal(answer.headers['access-control-allow-origin'], undefined, origin);
      }
      assert.deepEqual((await client.view(journey)).body, before);
    });
  });
}

describe('a browser that asks for leave first', () => {
  const ask = (origin: string, path = '/v1/journeys'): Promise<Answer> =>
    client.call('OPTIONS', path, {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
    });

  for (const path of [
    '/v1/journeys',
    '/v1/journeys/j_x',
    '/v1/journeys/j_x/return',
    '/v1/returns/x/disown',
    '/v1/consents/x',
  ]) {
    it(`gets it for a registered origin: ${path}`, async () => {
      const { status, headers } = await ask(SHOP, path);
      assert.equal(status, 204);
      assert.equal(headers['access-control-allow-origin'], SHOP);
      assert.equal(headers['access-control-allow-methods'], 'GET,POST');
      assert.equal(headers['access-control-allow-credentials'], undefined);
      assert.equal(headers['access-control-max-age'], '600');
      const allowed = headers['access-control-allow-headers']?.toLowerCase().split(',') ?? [];
      for (const name of ['authorization', 'content-type', 'if-none-match', 'prefer'])
        assert.ok(allowed.includes(name));
    });
  }

  it('gets it for no other', async () => {
    for (const origin of foreign) {
      const answer = await ask(origin);
      assertProblem(answer, 403, 'origin_not_allowed');
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
      assert.equal(answer.headers['access-control-allow-methods'], undefined);
    }
  });
});

describe('what is not for pages', () => {
  it('lets no page read it', async () => {
    const basic = Buffer.from('atto-webhooks:x').toString('base64');
    const answers = [
      await client.webhook({}, { origin: SHOP }),
      await client.call('POST', '/v1/oauth2/token', { origin: SHOP, authorization: `Basic ${basic}` }),
      await client.call('GET', '/v1/partner/events', { origin: SHOP }),
      await client.call('OPTIONS', '/v1/partner/journeys', { origin: SHOP }),
      await client.call('OPTIONS', '/v1/webhooks/atto', { origin: SHOP }),
      await client.call('GET', '/readyz', { origin: SHOP }),
      await client.call('GET', '/v1/return/acme', { origin: SHOP }),
    ];
    for (const { headers, text } of answers) assert.equal(headers['access-control-allow-origin'], undefined, text);
  });

  it('refuses a page that has the partner’s API key', async () => {
    const authorization = `Bearer ${stage.environment['PARTNER_API_KEY']}`;
    const answer = await client.call('GET', '/v1/partner/events', { authorization, origin: SHOP });
    assertProblem(answer, 403, 'origin_not_allowed');
  });
});

function denied({ reference }: StartedJourney): object {
  return { customerRef: reference, state: 'error', error: 'access_denied' };
}
