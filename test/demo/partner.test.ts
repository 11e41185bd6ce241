import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { request } from 'undici';
import { type PartnerOptions, type RunningPartner, startPartner } from '../../demo/partner/partner.ts';

const signingSecret = 'canary-signing-secret-of-at-least-32-characters';
const apiKey = 'canary-api-key-of-at-least-32-characters-too';
const integrity = `sha384-${'A'.repeat(64)}`;
let bff: Server;
let bffUrl: string;
let partner: RunningPartner;
/** What the bff was asked to have Atto write, and by whom. */
const invited: Record<string, unknown>[] = [];
/** What the bff signs receipts with, and what it says of the consent `c1`. */
const keys = await generateKeyPair('ES256', { extractable: true });
const stranger = await generateKeyPair('ES256');
let areKeysThere = true;
let consentStatus = 'Active';
/** Everything that the partner's server ever said in this file, headers and all. */
const heard: string[] = [];

before(async () => {
  bff = createServer(async (request, response) => {
    if (request.url === '/v1/partner/invitations') {
      let body = '';
      for await (const part of request) body += part;
      invited.push({ authorization: request.headers.authorization, ...JSON.parse(body) });
      response.statusCode = 201;
      response.end(JSON.stringify({ id: 'i_1', reference: 'r', emailState: null, connectionStatus: 'Pending' }));
      return;
    }
    if (request.url === '/.well-known/jwks.json') response.statusCode = areKeysThere ? 200 : 503;
    if (request.url === '/v1/partner/consents/c1' && request.headers.authorization === `Bearer ${apiKey}`) {
      response.end(JSON.stringify({ id: 'c1', status: consentStatus }));
      return;
    }
    const jwk = { ...(await exportJWK(keys.publicKey)), alg: 'ES256', use: 'sig' };
    const files = { 'atto-connect-9.8.7.js': { integrity } };
    response.end(JSON.stringify({ version: '9.8.7', files, keys: [jwk] }));
  });
  await new Promise<void>((listening) => bff.listen(0, '127.0.0.1', listening));
  bffUrl = `http://127.0.0.1:${(bff.address() as AddressInfo).port}`;
  const presenter = {
    attoUrl: 'http://127.0.0.1:1',
    banks: [{ name: 'Northmoor Bank', countryCode: 'GB', providerId: '1003', bankCode: '990301' }],
  };
  partner = await startLarkfield({ presenter });
});

after(async () => {
  await partner.close();
  bff.close();
});

describe('POST /session/customer-token', () => {
  it('vouches for the signed-in customer by their own reference', async () => {
    const cookie = await signIn('cust-1042');
    const { status, body } = await call('POST', '/session/customer-token', { cookie });
    assert.equal(status, 200);
    const { payload } = await jwtVerify(JSON.parse(body).token, new TextEncoder().encode(signingSecret), {
      algorithms: ['HS256'],
      issuer: 'larkfield',
      audience: bffUrl,
      subject: 'cust-1042',
    });
    const { iat = 0, exp = 0 } = payload;
    assert.ok(Math.abs(iat - Date.now() / 1000) < 5);
    assert.ok(exp - iat > 0 && exp - iat <= 15 * 60);
    assert.deepEqual(Object.keys(payload).sort(), ['aud', 'exp', 'iat', 'iss', 'sub']);
  });

  it('vouches for whoever this session belongs to, not for the latest', async () => {
    const first = await signIn('cust-1042');
    await signIn('cust-2077');
    const { body } = await call('POST', '/session/customer-token', { cookie: first });
    const { payload } = await jwtVerify(JSON.parse(body).token, new TextEncoder().encode(signingSecret));
    assert.equal(payload.sub, 'cust-1042');
  });

  it('refuses when nobody is signed in', async () => {
    assert.equal((await call('POST', '/session/customer-token')).status, 401);
  });

  it('refuses after signing out', async () => {
    const cookie = await signIn('cust-1042');
    assert.equal((await call('DELETE', '/session', { cookie })).status, 204);
    assert.equal((await call('POST', '/session/customer-token', { cookie })).status, 401);
  });

  it('refuses a session that was made up', async () => {
    const { status } = await call('POST', '/session/customer-token', { cookie: 'larkfield_session=cust-1042' });
    assert.equal(status, 401);
  });

  const foreign: [string, Record<string, string>][] = [
    ['another site', { origin: 'https://elsewhere.example' }],
    ['the same host on another port', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a caller that says nothing of itself', { origin: '' }],
    ['another site, without Origin', { origin: '', 'sec-fetch-site': 'cross-site' }],
  ];
  for (const [who, headers] of foreign) {
    it(`refuses ${who}, whoever is signed in`, async () => {
      const cookie = await signIn('cust-1042');
      assert.equal((await call('POST', '/session/customer-token', { cookie, ...headers })).status, 403);
    });
  }

  it('is not kept by any cache', async () => {
    const { headers } = await call('POST', '/session/customer-token', { cookie: await signIn('cust-1042') });
    assert.equal(headers['cache-control'], 'no-store');
  });
});

describe('signing in', () => {
  it('sets a cookie that scripts cannot read and other sites cannot post with', async () => {
    const { headers } = await call('POST', '/session', {}, { reference: 'cust-2077' });
    assert.match(String(headers['set-cookie']), /^larkfield_session=[\w-]{32}; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('knows only its own customers', async () => {
    assert.equal((await call('POST', '/session', {}, { reference: 'cust-9999' })).status, 404);
  });

  it('names what was wrong with a request, not what it said', async () => {
    const { status, body } = await call('POST', '/session', {}, { reference: 1042 });
    assert.equal(status, 400);
    assert.deepEqual(JSON.parse(body).fields, ['reference']);
  });
});

describe('POST /presenter/invitations', () => {
  it('has a customer of Larkfield invited, with its API key', async () => {
    const { status, body } = await call('POST', '/presenter/invitations', {}, { reference: 'cust-2077' });
    assert.equal(status, 201);
    assert.deepEqual(JSON.parse(body), { id: 'i_1', emailState: null, connectionStatus: 'Pending' });
    assert.deepEqual(invited, [
      {
        authorization: `Bearer ${apiKey}`,
        customer: 'cust-2077',
        recipientName: 'Jonas Wren',
        recipientEmail: 'jonas.wren@example.com',
        templateId: 'larkfield',
      },
    ]);
  });

  it('invites nobody else, and for no other page', async () => {
    invited.length = 0;
    assert.equal((await call('POST', '/presenter/invitations', {}, { reference: 'cust-9999' })).status, 404);
    assert.equal((await call('POST', '/presenter/invitations', {}, { recipientEmail: 'x@y.example' })).status, 400);
    const elsewhere = { origin: 'https://elsewhere.example' };
    assert.equal((await call('POST', '/presenter/invitations', elsewhere, { reference: 'cust-2077' })).status, 403);
    assert.deepEqual(invited, []);
  });
});

describe('POST /applications', () => {
  const application = { amount: 8000, months: 36, purpose: 'car', name: 'A', email: 'a@example.com', monthlyIncome: 1 };

  afterEach(async () => {
    await call('DELETE', '/presenter/connections');
    consentStatus = 'Active';
  });

  const apply = (cookie: string, content: Record<string, unknown>) =>
    call('POST', '/applications', { cookie }, { ...application, ...content });

  it('gives the application a number for the receipt of whoever is signed in', async () => {
    const { status, body } = await apply(await signIn('cust-1042'), { receipt: await receipt() });
    assert.equal(status, 201);
    assert.match(JSON.parse(body).number, /^LF-\d{5}$/);
  });

  it('takes a guest’s from a guest', async () => {
    assert.equal((await apply('', { receipt: await receipt({ sub: 'guest.Zk3' }) })).status, 201);
  });

  it('refuses one that is not filled in, and does not use up its receipt', async () => {
    const cookie = await signIn('cust-1042');
    const given = { receipt: await receipt() };
    assert.equal((await apply(cookie, { ...given, email: '' })).status, 400);
    assert.equal((await apply(cookie, given)).status, 201);
  });

  const worthless: [string, () => Promise<string | undefined>][] = [
    ['none', async () => undefined],
    ['what is none', async () => 'a.b.c'],
    ['one that somebody else signed', () => receipt({}, { key: stranger.privateKey })],
    ['one of another server', () => receipt({ iss: 'https://elsewhere.example' })],
    ['one for another partner', () => receipt({ aud: 'somebody-else' })],
    ['one of another customer', () => receipt({ sub: 'cust-2077' })],
    ['one of a guest', () => receipt({ sub: 'guest.Zk3' })],
    ['one that is too old', () => receipt({ exp: Math.floor(Date.now() / 1000) - 1 })],
    ['a token of another kind', () => receipt({}, { typ: 'JWT' })],
    ['one without a consent', () => receipt({ consent_id: undefined })],
  ];
  for (const [what, make] of worthless) {
    it(`refuses ${what}`, async () => {
      const { status, body } = await apply(await signIn('cust-1042'), { receipt: await make() });
      assert.equal(status, 422);
      assert.deepEqual(JSON.parse(body).fields, ['receipt']);
    });
  }

  it('refuses a customer’s receipt from a guest', async () => {
    assert.equal((await apply('', { receipt: await receipt() })).status, 422);
  });

  it('takes a receipt once', async () => {
    const used = await receipt({ sub: 'guest.Zk3' });
    assert.equal((await apply('', { receipt: used })).status, 201);
    assert.equal((await apply('', { receipt: used })).status, 422);
  });

  it('keeps the consent on file: vouches for it, and asks for no receipt as long as it is good', async () => {
    const cookie = await signIn('cust-1042');
    await apply(cookie, { receipt: await receipt() });
    assert.equal(JSON.parse((await call('GET', '/session', { cookie })).body).consentId, 'c1');
    const { body } = await call('POST', '/session/customer-token', { cookie });
    const { payload } = await jwtVerify(JSON.parse(body).token, new TextEncoder().encode(signingSecret));
    assert.equal(payload['consent_id'], 'c1');
    assert.equal((await apply(cookie, {})).status, 201);
    consentStatus = 'Expired';
    assert.equal((await apply(cookie, {})).status, 422);
    assert.equal((await apply(await signIn('cust-2077'), {})).status, 422, 'it is not another customer’s');
  });

  it('forgets it when the presenter clears everything, for no other page', async () => {
    const cookie = await signIn('cust-1042');
    await apply(cookie, { receipt: await receipt() });
    const consentId = async () => JSON.parse((await call('GET', '/session', { cookie })).body).consentId;
    const elsewhere = { origin: 'https://elsewhere.example' };
    assert.equal((await call('DELETE', '/presenter/connections', elsewhere)).status, 403);
    assert.equal(await consentId(), 'c1');
    assert.equal((await call('DELETE', '/presenter/connections')).status, 204);
    assert.equal(await consentId(), null);
  });

  it('says that it cannot answer where the keys cannot be had', async () => {
    areKeysThere = false;
    const alone = await startLarkfield();
    const given = { ...application, receipt: await receipt({ sub: 'guest.Zk3' }) };
    const headers = { origin: alone.url, 'content-type': 'application/json' };
    const answer = await request(`${alone.url}/applications`, { method: 'POST', headers, body: JSON.stringify(given) });
    await answer.body.dump();
    await alone.close();
    areKeysThere = true;
    assert.equal(answer.statusCode, 503);
  });
});

describe('the application page', () => {
  it('loads the widget that the bff serves, pinned by its hash', async () => {
    const { body } = await call('GET', '/');
    const tag = `<script async src="${bffUrl}/widget/atto-connect-9.8.7.js" integrity="${integrity}" crossorigin="anonymous">`;
    assert.ok(body.includes(tag), body);
    assert.ok(body.includes(`bff="${bffUrl}" partner="larkfield"`));
  });

  it('allows scripts and requests from itself and the bff alone, and nothing inline', async () => {
    const { headers, body } = await call('GET', '/');
    const policy = String(headers['content-security-policy']).split('; ');
    assert.ok(policy.includes("default-src 'none'"));
    assert.ok(policy.includes(`script-src 'self' ${bffUrl}`));
    assert.ok(policy.includes(`connect-src 'self' ${bffUrl}`));
    assert.ok(policy.includes("require-trusted-types-for 'script'"));
    assert.doesNotMatch(policy.join(), /unsafe|\*/);
    assert.doesNotMatch(body, /<style|style=|<script>|\son\w+=|\{\{/);
  });

  it('serves its scripts without types and with an ETag', async () => {
    const { headers, body } = await call('GET', '/demo.ts');
    assert.match(String(headers['content-type']), /^text\/javascript/);
    assert.doesNotMatch(body, /import type|: Promise</);
    const again = await call('GET', '/demo.ts', { 'if-none-match': String(headers['etag']) });
    assert.equal(again.status, 304);
  });

  it('serves nothing else of the disk', async () => {
    for (const path of ['/..%2fpartner%2fpartner.ts', '/%2e%2e/package.json', '/index.html', '/missing.css', '/.env']) {
      assert.equal((await call('GET', path)).status, 404, path);
    }
  });

  it('says so when the bff cannot be reached, without saying where it is', async () => {
    const alone = await startLarkfield({ bffUrl: 'http://127.0.0.1:1' });
    const { statusCode, body } = await request(alone.url);
    const text = await body.text();
    await alone.close();
    assert.equal(statusCode, 503);
    assert.doesNotMatch(text, /127\.0\.0\.1|ECONN/);
  });
});

describe('the secrets of the lender', () => {
  it('are in nothing that it ever said', async () => {
    for (const path of ['/', '/session', '/presenter.json', '/demo.ts', '/larkfield.ts', '/nothing']) {
      await call('GET', path, { cookie: await signIn('cust-1042') });
    }
    assert.ok(heard.length > 20);
    for (const secret of [signingSecret, apiKey]) {
      assert.deepEqual(
        heard.filter((said) => said.includes(secret)),
        [],
      );
    }
  });
});

/** The lender's server, at the bff of this file unless it is to be another. */
function startLarkfield(change: Partial<PartnerOptions> = {}): Promise<RunningPartner> {
  const identity = { partnerId: 'larkfield', signingSecret, apiKey };
  return startPartner({ port: 0, hostname: '127.0.0.1', bffUrl, ...identity, ...change });
}

/** As the bff would sign it for this customer, but for what is to be different. */
function receipt(claims: Record<string, unknown> = {}, { key = keys.privateKey, typ = 'receipt+jwt' } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const genuine = { iss: bffUrl, aud: 'larkfield', sub: 'cust-1042', jti: randomUUID(), iat: now, exp: now + 1800 };
  return new SignJWT({ ...genuine, consent_id: 'c1', ...claims }).setProtectedHeader({ alg: 'ES256', typ }).sign(key);
}

async function signIn(reference: string): Promise<string> {
  const { headers } = await call('POST', '/session', {}, { reference });
  return String(headers['set-cookie']).split(';')[0] ?? '';
}

/** As the page itself would ask, unless the headers say otherwise; an empty one is left out. */
async function call(method: string, path: string, headers: Record<string, string> = {}, content?: unknown) {
  const all = { origin: partner.url, 'content-type': 'application/json', ...headers };
  const answer = await request(partner.url + path, {
    method,
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')),
    ...(content !== undefined && { body: JSON.stringify(content) }),
  });
  const body = await answer.body.text();
  heard.push(JSON.stringify(answer.headers) + body);
  return { status: answer.statusCode, headers: answer.headers, body };
}
