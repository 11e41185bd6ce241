import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import jwt, { type Jwt, type JwtPayload } from 'jsonwebtoken';
import { configFromEnvironment } from '../../bff/src/config.ts';
import { Stage } from '../support/stage.ts';
import { bffEnvironment } from '../support/start-bff.ts';

const RECEIPT_SECONDS = 1800;

interface KeySet {
  readonly keys: readonly (JsonWebKey & { kid: string; alg: string; use: string; d?: string })[];
}

let stage: Stage;

before(async () => {
  stage = await Stage.open();
});

after(async () => {
  await stage.close();
});

describe('a receipt', () => {
  it('verifies with another JWT library and the JWKS, and says what the partner needs', async () => {
    const { receipt, journeyId, consentId } = await connected('cust-1');
    const { header, payload } = await verified(receipt);
    assert.deepEqual([header.alg, header.typ], ['ES256', 'receipt+jwt']);
    const { iat, exp, jti, ...claims } = payload;
    assert.deepEqual(claims, {
      iss: stage.client.url,
      aud: 'acme',
      sub: 'cust-1',
      consent_id: consentId,
      provider_id: '4021',
      journey_id: journeyId,
    });
    assert.match(String(jti), /^[\w-]{22,}$/);
    assert.equal(Number(exp) - Number(iat), RECEIPT_SECONDS);
    assert.ok(Math.abs(Number(iat) - Date.now() / 1000) < 5);
  });

  it('of a guest names the made-up reference', async () => {
    const { receipt, reference } = await connected();
    assert.equal((await verified(receipt)).payload.sub, reference);
  });

  it('is signed once: every poll shows the same; another connection has another jti', async () => {
    const one = await connected('cust-1');
    const again = (await stage.client.view(one.journey)).body.receipt;
    assert.equal(again, one.receipt);
    const other = await connected('cust-1');
    assert.notEqual((await verified(one.receipt)).payload.jti, (await verified(other.receipt)).payload.jti);
  });

  it('is there only once connected, and no more once disconnected', async () => {
    const journey = await stage.client.launched('cust-1');
    assert.equal((await stage.client.view(journey)).body.receipt, undefined);
    stage.consent(journey);
    assert.equal((await stage.bringError(journey, 'access_denied')).body.receipt, undefined);
  });

  it('is refused when it is expired', async () => {
    const { receipt } = await connected('cust-1');
    const later = Math.floor(Date.now() / 1000) + RECEIPT_SECONDS + 1;
    await assert.rejects(verified(receipt, { clockTimestamp: later }), /jwt expired/);
    await verified(receipt, { clockTimestamp: later - 60 });
  });

  it('is refused to a partner that it is not for, and from a bff that did not make it', async () => {
    const { receipt } = await connected('cust-1');
    await assert.rejects(verified(receipt, { audience: 'beta' }), /jwt audience invalid/);
    await assert.rejects(verified(receipt, { issuer: 'https://elsewhere.example' }), /jwt issuer invalid/);
    const other = await Stage.open();
    try {
      await assert.rejects(verified((await connected('cust-1', other)).receipt), /no such key/);
    } finally {
      await other.close();
    }
  });

  it('is refused wherever a bit of it was changed', async () => {
    const { receipt } = await connected('cust-1');
    const [header = '', payload = '', signature = ''] = receipt.split('.');
    const swapped = (part: string, from: string, to: string) =>
      Buffer.from(Buffer.from(part, 'base64url').toString().replace(from, to)).toString('base64url');
    const forgeries: Record<string, string> = {
      'another customer': [header, swapped(payload, 'cust-1', 'cust-2'), signature].join('.'),
      'another partner': [header, swapped(payload, '"acme"', '"beta"'), signature].join('.'),
      'a later end': [header, payload.replace(/.$/, 'A'), signature].join('.'),
      'no algorithm': [swapped(header, 'ES256', 'none'), payload, ''].join('.'),
      'the public key as a secret': await signedWithPublicKey(payload),
      'another type': [swapped(header, 'receipt+jwt', 'at+jwt'), payload, signature].join('.'),
      'no signature': [header, payload, ''].join('.'),
    };
    for (const [what, forged] of Object.entries(forgeries)) await assert.rejects(verified(forged), Error, what);
    for (let index = 0; index < signature.length - 1; index += 7) {
      const other = signature[index] === 'A' ? 'B' : 'A';
      const broken = signature.slice(0, index) + other + signature.slice(index + 1);
      await assert.rejects(verified([header, payload, broken].join('.')), /invalid signature/);
    }
  });

  it('is no webhook token, and a webhook token is no receipt', async () => {
    const { receipt } = await connected('cust-1');
    const asWebhook = await stage.client.webhook({}, { authorization: `Bearer ${receipt}` });
    assert.deepEqual([asWebhook.status, asWebhook.body.code], [401, 'invalid_token']);
    const token = await stage.client.webhookToken();
    await assert.rejects(verified(token), /audience invalid/);
    const audience = `${stage.client.url}/v1/webhooks/atto`;
    await assert.rejects(verified(token, { audience }), /not a receipt/);
  });
});

describe('/.well-known/jwks.json', () => {
  it('shows public halves only, for some minutes', async () => {
    const { status, headers, body } = await stage.client.call<KeySet>('GET', '/.well-known/jwks.json');
    assert.equal(status, 200);
    assert.match(headers['content-type'] ?? '', /^application\/jwk-set\+json/);
    assert.equal(headers['cache-control'], 'public, max-age=300');
    for (const key of body.keys) {
      assert.deepEqual(Object.keys(key).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      assert.deepEqual([key.kty, key.crv, key.alg, key.use], ['EC', 'P-256', 'ES256', 'sig']);
    }
  });

  it('is the same after a restart: what is out stays valid', async () => {
    const { receipt } = await connected('cust-2');
    const token = await stage.client.webhookToken();
    await stage.restart();
    await verified(receipt);
    assert.equal((await webhookWith(token)).status, 204);
  });
});

describe('SIGNING_KEYS', () => {
  const [first, second] = [privateJwk('2026-10'), privateJwk('2026-11')];
  let rotating: Stage;

  before(async () => {
    rotating = await Stage.open({ SIGNING_KEYS: keySet(first) });
  });

  after(async () => {
    await rotating.close();
  });

  it('rotate: what the old key signed still verifies, what is new is signed by the first', async () => {
    const old = await connected('cust-3', rotating);
    const oldToken = await rotating.client.webhookToken();
    await rotating.restart({ SIGNING_KEYS: keySet(second, first) });
    assert.equal((await verified(old.receipt, {}, rotating)).header.kid, '2026-10');
    assert.equal((await webhookWith(oldToken, rotating)).status, 204);
    const fresh = await connected('cust-3', rotating);
    assert.equal((await verified(fresh.receipt, {}, rotating)).header.kid, '2026-11');
    const freshToken = await rotating.client.webhookToken();
    assert.equal(jwt.decode(freshToken, { complete: true })?.header.kid, '2026-11');
    assert.equal((await webhookWith(freshToken, rotating)).status, 204);
  });

  it('end what a key signed once it is taken out', async () => {
    const old = await connected('cust-3', rotating);
    const oldToken = await rotating.client.webhookToken();
    const third = privateJwk('2026-12');
    await rotating.restart({ SIGNING_KEYS: keySet(third) });
    await assert.rejects(verified(old.receipt, {}, rotating), /no such key/);
    assert.equal((await webhookWith(oldToken, rotating)).status, 401);
    await verified((await connected('cust-3', rotating)).receipt, {}, rotating);
  });

  it('without names get one each, and the secret half is never shown', async () => {
    const { kid: _kid, ...nameless } = privateJwk('x');
    await rotating.restart({ SIGNING_KEYS: JSON.stringify({ keys: [nameless, first] }) });
    const { text, body } = await rotating.client.call<KeySet>('GET', '/.well-known/jwks.json');
    assert.equal(new Set(body.keys.map(({ kid }) => kid)).size, 2);
    for (const { d } of [nameless, first]) assert.equal(text.includes(String(d)), false);
    await verified((await connected('cust-3', rotating)).receipt, {}, rotating);
  });
});

describe('SIGNING_KEYS that cannot be signed with', () => {
  const { d: _secret, ...publicHalf } = privateJwk('public');
  const faults: Record<string, string> = {
    'are no JSON': 'nonsense',
    'are no key set': '[]',
    'are empty': keySet(),
    'lack the secret half': keySet(publicHalf),
    'are of another curve': keySet({ ...privateJwk('x'), crv: 'P-384' }),
    'are no point of the curve': keySet({ ...privateJwk('x'), x: 'AAAA' }),
    'have a name that is none': keySet({ ...privateJwk('x'), kid: 7 }),
    'have one name for two': keySet(privateJwk('same'), privateJwk('same')),
  };
  for (const [what, keys] of Object.entries(faults)) {
    it(`because they ${what} are a fault of the configuration, with a line that names them and shows none`, () => {
      const atto = { url: 'http://127.0.0.1:9', applicationId: 'none' };
      const environment = bffEnvironment(atto, { SIGNING_KEYS: keys, DATA_DIR: 'unused' });
      assert.throws(
        () => configFromEnvironment(environment),
        ({ message }: Error) => /^SIGNING_KEYS: expected [^\n]+$/.test(message) && !message.includes(keys),
      );
    });
  }
});

async function connected(customer?: string, on = stage) {
  const { journey, consent } = await on.connected(customer);
  const receipt = (await on.client.view(journey)).body.receipt ?? '';
  const { journeyId, reference } = journey;
  return { journey, journeyId, reference, receipt, consentId: consent['consentId'] };
}

/** As a partner's server would: the key of the JWKS, algorithm, type, audience and issuer. */
async function verified(
  receipt: string,
  options: { audience?: string; issuer?: string; clockTimestamp?: number } = {},
  on = stage,
): Promise<{ header: Jwt['header']; payload: JwtPayload }> {
  const { body } = await on.client.call<KeySet>('GET', '/.well-known/jwks.json');
  const kid = jwt.decode(receipt, { complete: true })?.header.kid;
  const { header, payload } = jwt.verify(receipt, publicKey(body, kid), {
    algorithms: ['ES256'],
    audience: 'acme',
    issuer: on.client.url,
    complete: true,
    ...options,
  });
  if (header.typ !== 'receipt+jwt') throw new Error('not a receipt');
  assert.ok(typeof payload === 'object');
  return { header, payload };
}

function publicKey({ keys }: KeySet, kid: string | undefined): KeyObject {
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) throw new Error('no such key');
  return createPublicKey({ key, format: 'jwk' });
}

/** RS/ES → HS confusion: the public key, which everybody knows, as a shared secret. */
async function signedWithPublicKey(payload: string): Promise<string> {
  const { body } = await stage.client.call<KeySet>('GET', '/.well-known/jwks.json');
  const kid = body.keys[0]?.kid ?? '';
  const secret = publicKey(body, kid).export({ format: 'pem', type: 'spki' }).toString();
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
  return jwt.sign(claims, secret, { algorithm: 'HS256', header: { alg: 'HS256', kid, typ: 'receipt+jwt' } });
}

function webhookWith(token: string, on = stage) {
  return on.client.webhook(on.atto.notification(on.atto.consent({})), { authorization: `Bearer ${token}` });
}

function privateJwk(kid: string) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid };
}

function keySet(...keys: object[]): string {
  return JSON.stringify({ keys });
}
