import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assertProblem } from '../support/assert-problem.ts';
import { BffClient } from '../support/bff-client.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { bffEnvironment, secret, startTestBff, type TestBff } from '../support/start-bff.ts';

const [CURRENT, FORMER] = [secret(), secret()];

let near: OtherAtto;
let far: OtherAtto;
let bff: TestBff;
/** Shares the application with `bond`, and calls customers by their bare references. */
let acme: BffClient;
let bond: BffClient;
/** Has an application and an Atto of its own. */
let cord: BffClient;

before(async () => {
  [near, far] = [await OtherAtto.start(), await OtherAtto.start()];
  const plain = bffEnvironment(near);
  const path = join(plain['DATA_DIR'] ?? '', 'partners.json');
  const bondSecret = secret();
  const cordSecret = secret();
  const atto = { ATTO_API_URL: far.url, ATTO_CLIENT_ID: 'cord-client', ATTO_APPLICATION_ID: far.applicationId };
  const partners = [
    partner('acme', `${CURRENT},${FORMER}`, { reference: 'exact', guests: true }),
    partner('bond', bondSecret, { configIds: ['bond-main', 'bond-other'] }),
    partner('cord', cordSecret, { configIds: [], atto: { ...atto, ATTO_CLIENT_SECRET: 'cord-secret' } }),
  ];
  writeFileSync(path, JSON.stringify(partners));
  bff = await startTestBff(near, { ...plain, PARTNERS_FILE: path });
  acme = clientOf('acme', CURRENT);
  bond = clientOf('bond', bondSecret);
  cord = clientOf('cord', cordSecret);
});

after(async () => {
  for (const client of [acme, bond, cord]) await client.close();
  await bff.close();
  await near.close();
  await far.close();
});

describe('two partners of one application', () => {
  it('are told apart by their configurations', async () => {
    assert.equal((await sentTo(acme)).searchParams.get('config_id'), 'acme');
    assert.equal((await sentTo(bond)).searchParams.get('config_id'), 'bond-main');
    assert.equal((await sentTo(bond, { configId: 'bond-other' })).searchParams.get('config_id'), 'bond-other');
  });

  it('cannot name each other’s configurations', async () => {
    const answer = await bond.start({ configId: 'acme' }, await bond.customerToken('cust-1'));
    assertProblem(answer, 400, 'invalid_request', ['/configId']);
  });

  it('cannot vouch for each other’s customers', async () => {
    const token = await bond.customerToken('cust-1');
    assertProblem(await acme.start({}, token), 401, 'invalid_token');
    const claimed = await bond.customerToken('cust-1', { iss: 'acme' });
    assertProblem(await acme.start({}, claimed), 401, 'invalid_token');
  });

  it('cannot start from each other’s pages', async () => {
    const answer = await acme.start({}, undefined, { origin: bond.credentials.origin });
    assertProblem(answer, 403, 'origin_not_allowed');
  });

  it('cannot touch each other’s journeys from their pages, even with the token', async () => {
    const journey = await acme.launched('cust-1');
    const headers = { origin: bond.credentials.origin };
    const answers = [
      await acme.view(journey, headers),
      await acme.cancel(journey, headers),
      await acme.launchAgain(journey, headers),
      await acme.redeem(journey, { handle: 'x' }, headers),
    ];
    for (const answer of answers) assertProblem(answer, 403, 'origin_not_allowed');
    assert.equal((await acme.view(journey)).body.status, 'launched');
  });

  it('share no guests: each says for itself whether it takes any', async () => {
    assert.equal((await acme.start()).status, 201);
    assertProblem(await bond.start(), 401, 'missing_token');
  });

  it('come back to their own pages', async () => {
    const journey = await bond.launched('cust-1');
    const returned = { customer_ref: journey.reference, state: 'error', error: 'access_denied' };
    const own = await bond.comeBack(returned);
    const other = await bond.comeBack(returned, 'acme');
    assert.match(own.headers['location'] ?? '', /^https:\/\/bond\.example\/done#/);
    assert.match(other.headers['location'] ?? '', /^https:\/\/acme\.example\/done#/);
  });
});

describe('a partner that asks for bare references', () => {
  it('finds its own reference at Atto; a guest is still made up', async () => {
    assert.equal((await acme.started('cust-1')).reference, 'cust-1');
    assert.match((await acme.started()).reference, /^guest\.[\w-]{22}$/);
  });

  it('may have two journeys of one customer: the first return wins, and the other is over', async () => {
    const customer = 'cust-two-tabs';
    const [first, second] = [await acme.launched(customer), await acme.launched(customer)];
    const consent = near.consent({ customerReference: customer });
    near.consents.set(String(consent['consentId']), consent);
    const returned = { customer_ref: customer, state: 'success', consent_id: String(consent['consentId']) };
    const { body } = await acme.redeem(first, { handle: await acme.handle(returned) });
    const other = await acme.view(second);
    assert.equal(body.status, 'connected');
    assert.equal(other.body.status, 'expired');
    assert.equal(other.body.error?.code, 'journey_expired');
  });
});

describe('a partner with an Atto of its own', () => {
  it('is sent there, asked about there, and with its own credentials', async () => {
    const journey = await cord.started('cust-1');
    const { headers } = await cord.go(journey.launchUrl);
    assert.equal(new URL(headers['location'] ?? '').searchParams.get('client_id'), far.applicationId);
    const consent = far.consent({ customerReference: journey.reference });
    const consentId = String(consent['consentId']);
    far.consents.set(consentId, consent);
    const { body } = await cord.redeem(journey, { customerRef: journey.reference, state: 'success', consentId });
    assert.equal(body.status, 'connected');
    assert.equal(near.calls(`/consents/v1/${consentId}`), 0);
    assert.match(far.heard[0]?.body ?? '', /client_id=cord-client&client_secret=cord-secret/);
    assert.doesNotMatch(near.heard.map((request) => request.body).join(), /cord/);
  });

  it('cannot connect what belongs to the application of another', async () => {
    const journey = await cord.launched('cust-1');
    const consent = far.consent({ customerReference: journey.reference, applicationId: near.applicationId });
    const consentId = String(consent['consentId']);
    far.consents.set(consentId, consent);
    const answer = await cord.redeem(journey, { customerRef: journey.reference, state: 'success', consentId });
    assertProblem(answer, 409, 'claim_rejected');
  });

  it('is asked about its own consents, whatever a webhook says of the application', async () => {
    const journey = await cord.launched('cust-1');
    const consent = far.consent({ customerReference: journey.reference, consentStatus: 'Pending' });
    const consentId = String(consent['consentId']);
    far.consents.set(consentId, consent);
    await cord.redeem(journey, { customerRef: journey.reference, state: 'success', consentId });
    far.consents.set(consentId, { ...consent, consentStatus: 'Active' });
    const told = { ...consent, consentStatus: 'Active', applicationId: near.applicationId };
    assert.equal((await cord.webhook(far.notification(told))).status, 204);
    const seen = await cord.view(journey);
    const waited = await cord.view(journey, { 'if-none-match': seen.headers['etag'], prefer: 'wait=25' });
    assert.equal((waited.status === 304 ? seen : waited).body.status, 'connected');
    assert.equal(near.calls(`/consents/v1/${consentId}`), 0);
  });
});

describe('a secret that is being replaced', () => {
  it('is good in both its values', async () => {
    for (const value of [CURRENT, FORMER]) {
      const token = await acme.customerToken('cust-1', {}, value);
      assert.equal((await acme.start({}, token)).status, 201);
    }
    const third = await acme.customerToken('cust-1', {}, `${CURRENT},${FORMER}`);
    assertProblem(await acme.start({}, third), 401, 'invalid_token');
  });
});

function partner(id: string, signingSecret: string, more: object): object {
  return {
    id,
    origins: [`https://${id}.example`],
    returnUrls: { main: `https://${id}.example/done` },
    configIds: [id],
    signingSecret,
    apiKey: secret(),
    ...more,
  };
}

function clientOf(id: string, signingSecret: string): BffClient {
  const { client } = bff;
  const own = { partner: id, origin: `https://${id}.example`, signingSecret };
  return new BffClient(client.url, { ...client.credentials, ...own });
}

async function sentTo(client: BffClient, fields: object = {}): Promise<URL> {
  const { launchUrl } = await client.started('cust-1', fields);
  return new URL((await client.go(launchUrl)).headers['location'] ?? '');
}
