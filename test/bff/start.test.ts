import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import { assertProblem } from '../support/assert-problem.ts';
import type { BffClient } from '../support/bff-client.ts';
import { Stage } from '../support/stage.ts';
import { secret } from '../support/start-bff.ts';

const CANARY = 'canary-value-that-was-sent';
const APP = 'https://app.acme.example';

let stage: Stage;
let client: BffClient;

before(async () => {
  stage = await Stage.open({ PARTNER_CONFIG_IDS: 'standard,business' });
  ({ client } = stage);
});

after(async () => {
  await stage.close();
});

describe('POST /v1/journeys', () => {
  it('starts a journey for a customer whom the partner vouches for', async () => {
    const { status, headers, body } = await client.start({}, await client.customerToken('cust-1'));
    assert.equal(status, 201);
    assert.equal(headers['cache-control'], 'no-store');
    assert.deepEqual(Object.keys(body).sort(), ['expiresAt', 'journeyId', 'journeyToken', 'launchUrl', 'reference']);
    assert.match(body.reference, /^cust-1\.[\w-]{22}$/);
    assert.match(body.journeyToken, /^[\w-]{43}$/);
    assert.match(body.launchUrl, new RegExp(`^${client.url}/v1/go/[\\w-]{43}$`));
    assert.ok(Math.abs(Date.parse(body.expiresAt) - Date.now() - 3_600_000) < 5000);
  });

  it('starts a journey for a guest, where the partner takes guests', async () => {
    assert.match((await client.started()).reference, /^guest\.[\w-]{22}$/);
  });

  it('gives every journey its own reference, token and ticket', async () => {
    const journeys = await Promise.all(Array.from({ length: 20 }, () => client.started('cust-1')));
    for (const field of ['journeyId', 'journeyToken', 'reference', 'launchUrl'] as const)
      assert.equal(new Set(journeys.map((journey) => journey[field])).size, 20);
  });

  it('takes a reference of 77 characters, and stays within Atto’s 100', async () => {
    const { reference } = await client.started('a'.repeat(77));
    assert.match(reference, /^[A-Za-z0-9_.-]{1,100}$/);
  });

  it('leaves the journey as it was created', async () => {
    const journey = await client.started();
    const { body } = await client.view(journey);
    const { updatedAt, ...rest } = body;
    assert.ok(Math.abs(Date.parse(updatedAt) - Date.now()) < 5000);
    assert.deepEqual(rest, {
      journeyId: journey.journeyId,
      kind: 'connect',
      status: 'created',
      dataAvailability: null,
      expiresAt: journey.expiresAt,
      version: 1,
    });
  });

  const references = ['a'.repeat(78), 'guest', 'cust 1', 'cust/1', 'kundé', 'a:b', 'a@b', 'a\nb', ' '];
  for (const reference of references) {
    it(`refuses the customer reference ${JSON.stringify(reference).slice(0, 20)} and says what it expects`, async () => {
      const answer = await client.start({}, await client.customerToken(reference));
      assertProblem(answer, 400, 'invalid_request', ['/customerToken/sub']);
      assert.match(answer.text, /77/);
    });
  }
});

describe('a customer token', () => {
  const seconds = () => Math.floor(Date.now() / 1000);
  const good = () => ({ iss: 'acme', aud: client.url, sub: 'cust-1', iat: seconds(), exp: seconds() + 300 });
  const signed = (claims: object, alg = 'HS256', key = client.credentials.signingSecret) =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg }).sign(new TextEncoder().encode(key));
  const without = async (claim: string) => {
    const { [claim]: _left, ...claims } = good() as Record<string, unknown>;
    return signed(claims);
  };
  const bad: Record<string, () => Promise<string> | string> = {
    'without a signature': () => new UnsecuredJWT(good()).encode(),
    'signed with another secret': () => signed(good(), 'HS256', secret()),
    'signed with an empty secret': () => signed(good(), 'HS256', '\0'),
    'signed with the API key': () => signed(good(), 'HS256', stage.environment['PARTNER_API_KEY']),
    'of another algorithm': () => signed(good(), 'HS512'),
    'of another issuer': () => signed({ ...good(), iss: 'other' }),
    'of no issuer': () => without('iss'),
    'for another bff': () => signed({ ...good(), aud: 'https://other.example' }),
    'for a look-alike of this bff': () => signed({ ...good(), aud: `${client.url}/` }),
    'for nobody': () => without('aud'),
    'of nobody': () => without('sub'),
    'that never ends': () => without('exp'),
    'that never began': () => without('iat'),
    'that has expired': () => signed({ ...good(), exp: seconds() - 10 }),
    'that is good for sixteen minutes': () => signed({ ...good(), exp: seconds() + 16 * 60 }),
    'that is not good yet': () => signed({ ...good(), nbf: seconds() + 60 }),
    'whose claims were changed': async () => {
      const [header, , signature] = (await signed(good())).split('.');
      const claims = Buffer.from(JSON.stringify({ ...good(), sub: 'cust-2' })).toString('base64url');
      return [header, claims, signature].join('.');
    },
    'that is no JWT': () => 'cust-1',
    'that is the token of a journey': async () => (await client.started()).journeyToken,
  };
  for (const [what, make] of Object.entries(bad)) {
    it(`${what} is refused, and its bearer does not become a guest`, async () => {
      const answer = await client.start({}, await make());
      assertProblem(answer, 401, 'invalid_token');
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer error="invalid_token"/);
    });
  }

  for (const authorization of ['Bearer ', 'Bearer', 'Basic Y3VzdC0xOng=', 'cust-1', 'Bearer a b']) {
    it(`is not read from "Authorization: ${authorization}", and its bearer does not become a guest`, async () => {
      assertProblem(await client.start({}, undefined, { authorization }), 401, 'invalid_token');
    });
  }

  it('is taken for fifteen minutes', async () => {
    const claims = good();
    const token = await signed({ ...claims, exp: claims.iat + 15 * 60 });
    assert.equal((await client.start({}, token)).status, 201);
  });
});

describe('what a page may wish for', () => {
  it('reaches Atto: provider and configuration', async () => {
    const { searchParams } = await launchUrlOf({ providerId: '4021', configId: 'business' });
    assert.equal(searchParams.get('provider_id'), '4021');
    assert.equal(searchParams.get('config_id'), 'business');
  });

  it('reaches Atto: bank code and country', async () => {
    const { searchParams } = await launchUrlOf({ bankCode: '99-03 01', countryCode: 'gb', locale: 'en-GB' });
    assert.equal(searchParams.get('bank_code'), '99-03 01');
    assert.equal(searchParams.get('country_code'), 'GB');
    assert.equal(searchParams.get('config_id'), 'standard');
  });

  it('is nothing more than that', async () => {
    const url = await launchUrlOf({});
    assert.equal(url.origin + url.pathname, 'https://connect.atto.example/');
    assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'config_id', 'customer_ref']);
  });

  const wrong: Record<string, [fields: object, ...pointers: string[]]> = {
    'a bank code without its country': [{ bankCode: '990301' }, '/countryCode'],
    'a country without a bank code': [{ countryCode: 'GB' }, '/bankCode'],
    'a country in three letters': [{ bankCode: '990301', countryCode: 'GBR' }, '/countryCode'],
    'a bank code with a slash': [{ bankCode: `${CANARY}/`, countryCode: 'GB' }, '/bankCode'],
    'a provider that is a number': [{ providerId: 4021 }, '/providerId'],
    'a provider that is a list': [{ providerId: ['4021'] }, '/providerId'],
    'a provider that is null': [{ providerId: null }, '/providerId'],
    'a provider with a query': [{ providerId: `1&client_id=${CANARY}` }, '/providerId'],
    'a configuration that is not the partner’s': [{ configId: CANARY }, '/configId'],
    'a locale with a space': [{ locale: `en ${CANARY}` }, '/locale'],
    'a partner that is not there': [{ partner: CANARY }, '/partner'],
    'a partner that every object has': [{ partner: 'constructor' }, '/partner'],
    'no partner': [{ partner: undefined }, '/partner'],
    'a return URL that is not registered': [{ returnTo: CANARY }, '/returnTo'],
    'a return URL by its address': [{ returnTo: 'https://shop.acme.example/done' }, '/returnTo'],
    'a return URL of another origin': [{ returnTo: 'app' }, '/returnTo'],
    'its own reference': [{ customerRef: CANARY }, '/customerRef'],
    'its own reference, as Atto spells it': [{ customer_ref: CANARY }, '/customer_ref'],
    'its own customer': [{ customer: CANARY, reference: CANARY }, '/customer', '/reference'],
    'a field with a slash and a tilde': [{ 'a/b~c': CANARY }, '/a~1b~0c'],
    'several things at once': [{ providerId: 1, x: 2 }, '/providerId', '/x'],
  };
  for (const [what, [fields, ...pointers]] of Object.entries(wrong)) {
    it(`is not ${what}: the answer names it and repeats nothing`, async () => {
      const answer = await client.start(fields);
      assertProblem(answer, 400, 'invalid_request', pointers);
      assert.doesNotMatch(answer.text, new RegExp(CANARY));
    });
  }

  it('is not a prototype', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = '{"partner":"acme","__proto__":{"polluted":true}}';
    const answer = await client.call('POST', '/v1/journeys', headers, body);
    assertProblem(answer, 400, 'invalid_request', ['/__proto__']);
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
  });

  it('is not a renewal of a consent that its token does not name', async () => {
    const consentId = '0e984725-c51c-4bf4-9960-e1c80e27aba0';
    assertProblem(await client.start({ consentId }), 401, 'invalid_token');
    assertProblem(await client.start({ consentId }, await client.customerToken('cust-1')), 401, 'invalid_token');
  });
});

describe('the page that the customer comes back to', () => {
  it('is the one that was asked for', async () => {
    assert.equal(await pageAfter({ returnTo: 'app' }, APP), `${APP}/back?tab=bank`);
  });

  it('is the first of the page’s own origin', async () => {
    assert.equal(await pageAfter({}, APP), `${APP}/back?tab=bank`);
    assert.equal(await pageAfter({}, 'https://shop.acme.example'), 'https://shop.acme.example/done');
  });

  it('is the first of all where no page asked', async () => {
    assert.equal(await pageAfter({}, undefined), 'https://shop.acme.example/done');
  });
});

describe('a partner that takes no guests', () => {
  it('refuses who brings no token', async () => {
    const strict = await Stage.open({ PARTNER_GUESTS: 'false' });
    const answer = await strict.client.start();
    const vouched = await strict.client.start({}, await strict.client.customerToken('cust-1'));
    await strict.close();
    assertProblem(answer, 401, 'missing_token');
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.equal(vouched.status, 201);
  });
});

describe('starting too often', () => {
  it('is refused with the time to wait, so that the page can read it', async () => {
    const busy = await Stage.open({ LIMIT_STARTS: '2' });
    const answers = [await busy.client.start(), await busy.client.start(), await busy.client.start()];
    await busy.close();
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 429],
    );
    const [, , refused] = answers;
    assert.ok(refused !== undefined);
    assertProblem(refused, 429, 'too_many_requests');
    assert.match(refused.headers['retry-after'] ?? '', /^\d{1,2}$/);
    assert.equal(refused.headers['access-control-allow-origin'], 'https://shop.acme.example');
    assert.match(refused.headers['access-control-expose-headers'] ?? '', /retry-after/);
  });
});

async function launchUrlOf(fields: object): Promise<URL> {
  const { launchUrl } = await client.started('cust-1', fields);
  return new URL((await client.go(launchUrl)).headers['location'] ?? '');
}

async function pageAfter(fields: object, origin: string | undefined): Promise<string> {
  const { body, text, status } = await client.start(fields, undefined, { origin });
  assert.equal(status, 201, text);
  const { headers } = await client.comeBack({ customer_ref: body.reference, state: 'error', error: 'access_denied' });
  return (headers['location'] ?? '').replace(/#.*$/, '');
}
