import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Answer, BffClient } from '../support/bff-client.ts';
import { brokenAnswers } from '../support/broken-answers.ts';
import { type Consent, OtherAtto, type Reply } from '../support/other-atto.ts';
import { type BffProcess, bffEnvironment, startBffProcess } from '../support/start-bff.ts';
import { type Place, tracesOf } from '../support/traces.ts';

const configured = {
  ATTO_CLIENT_SECRET: 'canary-client-secret-8XHrZ0qvVw+/=&q',
  PARTNER_SIGNING_SECRET: 'canary-signing-secret-2uYF5dkqPz0nRtLm',
  PARTNER_API_KEY: 'canary-api-key-Jw7hQe4xTs9bVn1cKd6gPy3m',
  WEBHOOK_CLIENT_SECRET: 'canary-webhook-secret-5rWqZx8tBn2vMk7jHf',
};
/** Stands in every webhook that cannot be read. */
const SPOILT = 'canary-spoilt-webhook-4tGbNhYuJmKi';
const REFUSAL_REMEMBERED_MS = 550;

let atto: OtherAtto;
let bff: BffProcess;
let client: BffClient;
/** What the bff itself gave out, each for one pair of eyes. */
const tickets: string[] = [];
const journeyTokens: string[] = [];
const handles: string[] = [];
const customerTokens: string[] = [];
const cookies: string[] = [];
let webhookToken: string;
/** Of renewals: these do leave, each in one address. */
let renewalTokens: string[] = [];

before(async () => {
  atto = await OtherAtto.start();
  bff = await startBffProcess(bffEnvironment(atto, { ...configured, LOG_LEVEL: 'trace' }));
  ({ client } = bff);
  webhookToken = await client.webhookToken();
  const connected = await connect();
  await renew(connected);
  await everyWayToFail();
  await spoiltWebhooks();
  await wrongCredentials();
  await anAttoThatIsNotWell();
});

after(async () => {
  await bff.close();
  await atto.close();
});

describe('what must be told to nobody', () => {
  it('was there to be told: the whole story was played', () => {
    const statuses = new Set(client.heard.map(({ status }) => status));
    assert.deepEqual([...statuses].sort(), [200, 201, 204, 303, 400, 401, 403, 404, 409, 410, 413, 415]);
    assert.ok(bff.output().split('\n').length > 60);
    assert.ok(atto.given.access.length >= 4 && atto.given.validation.length >= 4);
    for (const list of [tickets, journeyTokens, handles, customerTokens, cookies, renewalTokens])
      assert.ok(list.length > 0);
  });

  it('would be found in any disguise', () => {
    const secret = configured.ATTO_CLIENT_SECRET;
    const told = [
      `{"secret":"${secret}"}`,
      Buffer.from(`id:${secret}`).toString('base64'),
      Buffer.from(`{"secret":"${secret}"}`).toString('base64url'),
      `?secret=${encodeURIComponent(secret)}`,
      new URLSearchParams({ secret }).toString(),
      Buffer.from(secret).toString('hex'),
    ];
    const places = told.map((text, index) => ({ where: String(index), text }));
    assert.deepEqual(tracesOf(secret, places), ['0', '1', '2', '3', '4', '5']);
  });

  for (const [name, secret] of Object.entries({ ...configured, 'a webhook that cannot be read': SPOILT })) {
    it(`is in no log line, no answer and no file: ${name}`, () => {
      assert.deepEqual(tracesOf(secret, [...logged(), ...answered(), ...stored()]), []);
    });
  }

  it('is in no log line: any token, handle or ticket', () => {
    assert.deepEqual(
      everyToken().flatMap((token) => tracesOf(token, logged())),
      [],
    );
  });

  it('is in no log line: whose journey it is', () => {
    assert.deepEqual(
      ['cust-canary-1', 'guest.'].flatMap((reference) => tracesOf(reference, logged())),
      [],
    );
  });

  it('lies in no file: any token, handle or ticket', () => {
    assert.deepEqual(
      everyToken().flatMap((token) => tracesOf(token, stored())),
      [],
    );
  });
});

describe('a token of Atto', () => {
  it('that the bff asks with is in no answer', () => {
    const ours = atto.given.access.filter((token) => !renewalTokens.includes(token));
    assert.ok(ours.length >= 2);
    assert.deepEqual(
      ours.flatMap((token) => tracesOf(token, answered())),
      [],
    );
  });

  it('for a renewal is in the one Location that it was made for, and nowhere else', () => {
    for (const token of renewalTokens) assert.deepEqual(tracesOf(token, answered()), ['303 location']);
    assert.equal(new Set(renewalTokens).size, 2);
  });

  it('that validates a launch is in the one Location that it was made for, and nowhere else', () => {
    const traces = atto.given.validation.map((token) => tracesOf(token, answered()));
    assert.deepEqual(new Set(traces.map((trace) => trace.join())), new Set(['303 location']));
  });
});

describe('what the bff gives out for one pair of eyes', () => {
  it('is said once: journey tokens', () => {
    for (const token of journeyTokens) assert.deepEqual(tracesOf(token, answered()), ['201 body']);
  });

  it('is said once: tickets', () => {
    for (const ticket of tickets) assert.equal(tracesOf(ticket, answered()).length, 1);
  });

  it('is said once, in the address that it belongs to: handles', () => {
    for (const handle of handles) assert.deepEqual(tracesOf(handle, answered()), ['303 location']);
  });

  it('is not repeated: customer tokens', () => {
    assert.deepEqual(
      customerTokens.flatMap((token) => tracesOf(token, answered())),
      [],
    );
  });

  it('is said once: webhook tokens', () => {
    assert.deepEqual(tracesOf(webhookToken, answered()), ['200 body']);
  });
});

/** A customer connects a bank, with news of its data, and looks at it. */
async function connect(): Promise<Consent> {
  const journey = await started('cust-canary-1');
  await client.go(journey.launchUrl);
  const consent = consentOf(journey, { consentEnd: new Date(Date.now() + 10 * 86_400_000).toISOString() });
  const handle = await comeBack(journey, consent);
  await client.redeem(journey, { handle });
  await client.webhook(atto.notification(consent, { dataAvailability: 'Complete' }));
  await client.webhook(atto.notificationV1(consent, { dataAvailability: 'Processed' }));
  await client.view(journey);
  const guest = await started();
  await client.go(guest.launchUrl);
  const { consentId } = consentOf(guest);
  await client.redeem(guest, { customerRef: guest.reference, state: 'success', consentId });
  await client.call('POST', `/v1/journeys/${guest.journeyId}/disconnect`, json(`Bearer ${guest.journeyToken}`), {});
  const partner = { authorization: `Bearer ${configured.PARTNER_API_KEY}` };
  await client.call('GET', `/v1/partner/journeys/${journey.journeyId}`, partner);
  return consent;
}

/** Twice, so that there are two tokens. */
async function renew({ consentId }: Consent): Promise<void> {
  const known = atto.given.access.length;
  for (let count = 0; count < 2; count += 1) {
    const token = await client.customerToken('cust-canary-1', { consent_id: consentId });
    customerTokens.push(token);
    const { body, status, text } = await client.start({ consentId }, token);
    assert.equal(status, 201, text);
    noted(body);
    const { headers } = await client.go(body.launchUrl);
    const [, cookie] = /^atto-browser=([\w-]+);/.exec(headers['set-cookie'] ?? '') ?? [];
    if (cookie !== undefined) cookies.push(cookie);
  }
  renewalTokens = atto.given.access.slice(known);
}

async function everyWayToFail(): Promise<void> {
  const journey = await started('cust-canary-1');
  await client.go(journey.launchUrl, { 'sec-fetch-mode': 'cors' });
  await client.go(journey.launchUrl);
  await client.go(journey.launchUrl);
  const error = { customer_ref: journey.reference, state: 'error', error: 'access_denied', error_description: 'no' };
  await client.redeem(journey, { handle: await handleOf(error) });
  const again = await client.launchAgain(journey);
  tickets.push(ticketOf(again.body.launchUrl));
  await client.go(again.body.launchUrl);
  const lied = consentOf(journey, { customerReference: 'cust-canary-1' });
  await client.redeem(journey, { handle: await comeBack(journey, lied) });
  await client.redeem(journey, { handle: `${handles[0]}x` });
  await client.redeem(journey, { handles: handles[0] });
  await client.redeem(journey, `{"handle": "${handles[0]}`);
  await client.cancel(journey);
  await client.cancel(journey, { origin: 'https://elsewhere.example' });
  await client.view({ ...journey, journeyId: 'j_unknown' });
  await client.view({ ...journey, journeyToken: `${journey.journeyToken}x` });
}

/** Whoever can send them is authenticated; what they say is nobody's business all the same. */
async function spoiltWebhooks(): Promise<void> {
  const bodies = [`{"consentId": "${SPOILT}", `, `"${SPOILT}"`, SPOILT, { consentId: SPOILT }, [SPOILT]];
  for (const body of bodies) await client.webhook(body);
  await client.webhook({ eventId: SPOILT, eventType: 7, data: SPOILT });
  await client.webhook({ consentId: SPOILT, filler: 'x'.repeat(70_000) });
  await client.webhook(SPOILT, { 'content-type': 'text/plain' });
  await client.webhook(`\u0000${SPOILT}`, { 'content-encoding': 'gzip' });
}

async function wrongCredentials(): Promise<void> {
  const token = await client.customerToken('cust-canary-1', { exp: 1 });
  customerTokens.push(token);
  await client.start({}, token);
  await client.start({}, `${token}x`);
  const basic = (text: string) => ({
    authorization: `Basic ${Buffer.from(text).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  });
  const secret = configured.WEBHOOK_CLIENT_SECRET;
  await client.call('POST', '/v1/oauth2/token', basic(`somebody:${secret}`), 'grant_type=client_credentials');
  await client.call('POST', '/v1/oauth2/token', basic(`atto-webhooks:${secret}`), `grant_type=${secret}`);
  await client.call(
    'POST',
    '/v1/oauth2/token',
    basic(`atto-webhooks:${secret}`),
    `grant_type[]=${secret}&grant_type=x`,
  );
  await client.webhook({}, { authorization: `Bearer ${webhookToken}x` });
  await client.webhook({}, { authorization: `Bearer ${journeyTokens[0]}` });
  await client.call('GET', '/v1/partner/events', { authorization: `Bearer ${configured.PARTNER_API_KEY}x` });
  await client.call('GET', `/v1/go/${tickets[0]}/${tickets[0]}`);
}

/** It repeats to us what we said to it. */
async function anAttoThatIsNotWell(): Promise<void> {
  const echo = (field: string) =>
    brokenAnswers.json(400, { [field]: configured.ATTO_CLIENT_SECRET, Description: atto.given.access.join() });
  for (const fault of [echo('Description'), echo('message'), brokenAnswers.reset, brokenAnswers.html]) {
    await hasNoToken(fault);
    const journey = await started('cust-canary-1');
    await client.go(journey.launchUrl);
    await hasNoToken(fault);
    await client.redeem(journey, { handle: await comeBack(journey, consentOf(journey)) });
  }
  await sleep(REFUSAL_REMEMBERED_MS);
  for (const fault of [echo('Details'), brokenAnswers.notJson, brokenAnswers.reset, brokenAnswers.compressed]) {
    const journey = await started('cust-canary-1');
    await client.go(journey.launchUrl);
    atto.instead('/consents', fault);
    await client.redeem(journey, { handle: await comeBack(journey, consentOf(journey)) });
  }
}

/** When the bff next asks for one; soon after it was refused one, it does not ask. */
async function hasNoToken(fault: Reply): Promise<void> {
  await sleep(REFUSAL_REMEMBERED_MS);
  atto.revokeTokens();
  atto.instead('/v1/oauth2/token', fault);
}

async function started(customer?: string): Promise<StartedJourney> {
  const token = customer === undefined ? undefined : await client.customerToken(customer);
  if (token !== undefined) customerTokens.push(token);
  const { body, status, text } = await client.start({}, token);
  assert.equal(status, 201, text);
  return noted(body);
}

function noted(journey: StartedJourney): StartedJourney {
  tickets.push(ticketOf(journey.launchUrl));
  journeyTokens.push(journey.journeyToken);
  return journey;
}

function consentOf({ reference }: StartedJourney, fields: Consent = {}): Consent {
  const consent = atto.consent({ customerReference: reference, ...fields });
  atto.consents.set(String(consent['consentId']), consent);
  return consent;
}

async function comeBack({ reference }: StartedJourney, { consentId }: Consent): Promise<string> {
  return handleOf({ customer_ref: reference, state: 'success', consent_id: String(consentId) });
}

async function handleOf(returned: Record<string, string>): Promise<string> {
  const handle = await client.handle(returned);
  handles.push(handle);
  return handle;
}

function ticketOf(launchUrl: string): string {
  return new URL(launchUrl).pathname.split('/').at(-1) ?? '';
}

function json(authorization: string): Record<string, string> {
  return { authorization, 'content-type': 'application/json', origin: client.credentials.origin };
}

function everyToken(): string[] {
  const { access, validation } = atto.given;
  const ours = [...tickets, ...journeyTokens, ...handles, ...customerTokens, ...cookies, webhookToken];
  return [...ours, ...access, ...validation];
}

function logged(): Place[] {
  return [{ where: 'log', text: bff.output() }];
}

function answered(): Place[] {
  return client.heard.flatMap(({ status, headers, text }: Answer) => [
    { where: `${status} body`, text },
    ...Object.entries(headers).map(([name, value]) => ({ where: `${status} ${name}`, text: value ?? '' })),
  ]);
}

function stored(): Place[] {
  const folder = bff.environment['DATA_DIR'] ?? '';
  return readdirSync(folder).map((name) => ({ where: name, text: readFileSync(join(folder, name), 'latin1') }));
}
