import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { type Answer, BffClient, type ViewOrProblem } from '../support/bff-client.ts';
import { ClockedStage } from '../support/clocked-stage.ts';
import { type Consent, OtherAtto } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { withPartners } from '../support/partners-file.ts';
import { bffEnvironment, secret } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;
const renewalClient = { ATTO_RENEWAL_CLIENT_ID: randomUUID(), ATTO_RENEWAL_CLIENT_SECRET: secret() };

let stage: ClockedStage;
/** Another partner of the same bff and the same application. */
let other: { client: BffClient; server: PartnerServer };

before(async () => {
  const atto = await OtherAtto.start();
  const plain = bffEnvironment(atto, { ...renewalClient, LOG_LEVEL: 'trace' });
  const {
    environment,
    others: [beta],
  } = withPartners(plain, {}, 'beta');
  stage = await ClockedStage.of(atto, environment);
  assert.ok(beta);
  const { id: partner, ...theirs } = beta;
  const client = new BffClient(stage.client.url, { ...stage.client.credentials, partner, ...theirs }, stage.bff.now);
  other = { client, server: new PartnerServer(() => client, beta.apiKey) };
});

after(async () => {
  await other.client.close();
  await stage.close();
});

describe('a renewal is begun', () => {
  it('by the customer whose consent it is, in our rows', async () => {
    const consent = await ending('cust-1');
    const { status, body } = await begin('cust-1', consent);
    assert.equal(status, 201);
    assert.equal(body.reference, consent['customerReference'], 'what comes back carries the reference of the consent');
    assert.deepEqual((await stage.client.view(body)).body.kind, 'renew');
  });

  it('by the customer whose own reference is exactly the consent’s at Atto', async () => {
    const consent = stage.change(stage.atto.consent({ customerReference: 'cust-2', consentEnd: inDays(3) }), {});
    assert.equal((await begin('cust-2', consent)).status, 201);
  });

  it('by the partner’s server for its customer, without a customer token', async () => {
    const consent = await ending('cust-1');
    const { status, body } = await stage.partner.start('cust-1', { consentId: consent['consentId'] });
    assert.equal(status, 201);
    assert.equal(isRenewalLink((await stage.client.go(body.launchUrl)).headers['location'], consent), true);
  });

  it('by nobody else: the same 404 as for a consent that nobody has', async () => {
    const consent = await ending('cust-1');
    const prefixed = stage.change(
      stage.atto.consent({ customerReference: 'cust-1.AAAAAAAAAAAAAAAAAAAAAA', consentEnd: inDays(3) }),
      {},
    );
    const foreign = stage.change(stage.atto.consent({ customerReference: 'cust-1', applicationId: randomUUID() }), {});
    const { consent: guests } = await stage.connected(undefined, { consentEnd: inDays(3) });
    const answers: Record<string, Answer> = {
      'another customer': await begin('cust-10', consent),
      'a customer whose reference begins like it': await begin('cust', consent),
      'the reference itself as a customer': await begin(String(consent['customerReference']), consent),
      'a customer that the reference at Atto begins with': await begin('cust-1', prefixed),
      'a customer of another application': await begin('cust-1', foreign),
      'a guest’s consent': await begin('cust-1', guests),
      'a consent that nobody has': await begin('cust-1', { consentId: randomUUID() }),
      'the same customer of another partner': await begin('cust-1', consent, other.client),
      'the other partner’s server': await other.server.start('cust-1', { consentId: consent['consentId'] }),
    };
    for (const [who, { status, body }] of Object.entries(answers))
      assert.deepEqual([status, (body as { code?: string }).code], [404, 'not_found'], who);
  });

  it('only with a customer token that names the same consent', async () => {
    const consent = await ending('cust-1');
    const another = await ending('cust-1');
    const consentId = consent['consentId'];
    const tokens = {
      none: undefined,
      'that names none': await stage.client.customerToken('cust-1'),
      'that names another': await stage.client.customerToken('cust-1', { consent_id: another['consentId'] }),
    };
    for (const [what, token] of Object.entries(tokens))
      assert.equal((await stage.client.start({ consentId }, token)).status, 401, `a token ${what}`);
  });

  it('only when it is due: in the last thirty days, or when it has ended', async () => {
    const days: [number, string, number][] = [
      [31.5, 'Active', 409],
      [29.5, 'Active', 201],
      [60, 'Expired', 201],
      [60, 'Revoked', 201],
      [10, 'Pending', 409],
      [10, 'Failed', 409],
    ];
    for (const [left, consentStatus, status] of days) {
      const { consent } = await stage.connected('cust-1');
      stage.change(consent, { consentStatus, consentEnd: inDays(left) });
      const answer = await begin('cust-1', consent);
      assert.equal(answer.status, status, `${consentStatus}, ${left} days: ${answer.text}`);
      if (status === 409) assert.equal((answer.body as unknown as { code: string }).code, 'renewal_not_due');
    }
  });

  it('five times an hour, however many ask at once', async () => {
    const consent = await ending('cust-1');
    const answers = await Promise.all(Array.from({ length: 8 }, () => begin('cust-1', consent)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 201, 201, 429, 429, 429]);
    const refused = answers.find(({ status }) => status === 429);
    assert.ok(Number(refused?.headers['retry-after']) > 0);
    await stage.moveClock(3601);
    assert.equal((await begin('cust-1', consent)).status, 201);
  });

  it('in vain, at one question in two seconds, however often and however many try', async () => {
    const consent = await ending('cust-1');
    for (let count = 0; count < 5; count += 1) assert.equal((await begin('cust-1', consent)).status, 201);
    const { consent: notDue } = await stage.connected('cust-1');
    const vain: Record<string, [Consent, number]> = {
      'Atto knows none': [{ consentId: randomUUID() }, 404],
      'not due': [notDue, 409],
      'five times before': [consent, 429],
    };
    for (const [why, [tried, status]] of Object.entries(vain)) {
      const asked = stage.asked(tried);
      for (let count = 0; count < 3; count += 1) {
        const answers = await Promise.all(Array.from({ length: 5 }, () => begin('cust-1', tried)));
        assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([status]), why);
      }
      assert.equal(stage.asked(tried), asked + 1, why);
      await stage.moveClock(2);
      assert.equal((await begin('cust-1', tried)).status, status);
      assert.equal(stage.asked(tried), asked + 2, why);
    }
  });

  it('not while Atto cannot say how the consent stands', async () => {
    const consent = await ending('cust-1');
    stage.atto.instead(`/consents/v1/${consent['consentId']}`, (_request, response) => response.writeHead(500).end());
    assert.equal((await begin('cust-1', consent)).status, 503);
  });

  it('not of a consent of which nobody knows whether its giver is the customer', async () => {
    const journey = await stage.client.launched('cust-1');
    const consent = stage.consent(journey, { consentEnd: inDays(3) });
    const returned = { customer_ref: journey.reference, state: 'success', consent_id: String(consent['consentId']) };
    const handle = await stage.client.handle(returned);
    const headers = { origin: stage.client.credentials.origin, 'content-type': 'application/json' };
    await stage.client.call('POST', `/v1/returns/${handle}/disown`, headers, {});
    await until('the consent is disowned', async () => (await row(consent)).binding === 'disowned');
    const answer = await begin('cust-1', consent);
    assert.deepEqual([answer.status, (answer.body as unknown as { code: string }).code], [409, 'consent_unbound']);
  });
});

describe('the way to a renewal', () => {
  it('names the consent and nothing else, and carries a token that is minted for it, by its own client', async () => {
    const consent = await ending('cust-3');
    const { body } = await begin('cust-3', consent);
    const before = stage.atto.heard.length;
    const { status, headers } = await stage.client.go(body.launchUrl);
    assert.equal(status, 303);
    assert.equal(isRenewalLink(headers['location'], consent), true, headers['location']);
    assert.deepEqual([headers['referrer-policy'], headers['cache-control']], ['no-referrer', 'no-store']);
    const [asked, ...more] = stage.atto.heard.slice(before);
    assert.deepEqual(more, []);
    const form = new URLSearchParams(asked?.body);
    assert.equal(form.get('client_id'), renewalClient.ATTO_RENEWAL_CLIENT_ID);
    assert.equal(form.get('scope'), 'directid.consent');
  });

  it('is a new token for each navigation', async () => {
    const consent = await ending('cust-3');
    const { body } = await begin('cust-3', consent);
    const first = await stage.client.go(body.launchUrl);
    const again = await stage.client.launchAgain(body);
    const second = await stage.client.go(again.body.launchUrl);
    assert.notEqual(tokenIn(first), tokenIn(second));
  });

  it('is open once, and only to who navigates; nobody else costs a token', async () => {
    const { body } = await begin('cust-3', await ending('cust-3'));
    const path = new URL(body.launchUrl).pathname;
    const given = stage.atto.given.access.length;
    const curious = [{ 'sec-fetch-mode': 'cors' }, { 'sec-fetch-mode': 'navigate', 'sec-purpose': 'prefetch' }];
    for (const headers of curious) assert.equal((await stage.client.go(body.launchUrl, headers)).status, 204);
    assert.equal((await stage.client.call('HEAD', path)).headers['location'], undefined);
    assert.equal(stage.atto.given.access.length, given);
    assert.equal((await stage.client.go(body.launchUrl)).status, 303);
    assert.equal((await stage.client.go(body.launchUrl)).status, 410);
    assert.equal(stage.atto.given.access.length, given + 1);
  });

  it('is a page that says so where no token can be had; the journey can be launched again', async () => {
    const { body } = await begin('cust-3', await ending('cust-3'));
    stage.atto.instead('/v1/oauth2/token', (_request, response) => response.writeHead(500).end());
    const { status, headers } = await stage.client.go(body.launchUrl);
    assert.deepEqual([status, headers['location']], [503, undefined]);
    const again = await stage.client.launchAgain(body);
    assert.equal((await stage.client.go(again.body.launchUrl)).status, 303);
  });
});

describe('a renewal comes back', () => {
  it('bound, where the browser shows the cookie that it left with', async () => {
    const { journey, consent, cookie } = await left('cust-4');
    renewed(consent);
    const { body } = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    assert.deepEqual([body.status, body.kind], ['connected', 'renew']);
    const told = (await stage.partner.journey(journey.journeyId)).body;
    assert.equal(told.binding, 'bound');
    assert.ok(told.evidence.includes('same_browser'));
  });

  const strangers: Record<string, (came: Left) => Promise<object>> = {
    'without the cookie': async ({ consent }) => ({ handle: await handleOf(consent) }),
    'with a cookie of another browser': async ({ consent }) => ({
      handle: await handleOf(consent, `atto-browser=${'A'.repeat(43)}`),
    }),
    'as raw parameters, which no cookie comes with': async ({ consent }) => ({
      customerRef: consent['customerReference'],
      state: 'success',
      consentId: consent['consentId'],
    }),
  };
  for (const [how, returnOf] of Object.entries(strangers)) {
    it(`unproven ${how}: the partner’s server sees it`, async () => {
      const came = await left('cust-4');
      renewed(came.consent);
      const { body } = await stage.client.redeem(came.journey, await returnOf(came));
      assert.equal(body.status, 'connected');
      const told = (await stage.partner.journey(came.journey.journeyId)).body;
      assert.equal(told.binding, 'unproven');
      assert.equal(body.receipt, undefined, 'nobody knows who would hold it');
      assert.equal(told.evidence.includes('same_browser'), false);
      assert.equal((await row(came.consent)).binding, 'bound', 'whose the consent is was settled before');
    });
  }

  it('is bound in the browser of two renewals at once, too', async () => {
    const one = await left('cust-4');
    const two = await left('cust-4', one.cookie);
    assert.equal(two.cookie, one.cookie);
    for (const { journey, consent, cookie } of [one, two]) {
      renewed(consent);
      await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
      assert.equal((await stage.partner.journey(journey.journeyId)).body.binding, 'bound');
    }
  });

  const changes: Record<string, () => Consent> = {
    statusUpdated: () => ({ statusUpdated: inDays(0) }),
    consentEnd: () => ({ consentEnd: inDays(90) }),
    journeyType: () => ({ journeyType: 'Reauthentication' }),
  };
  for (const [field, change] of Object.entries(changes)) {
    it(`waits while nothing has changed, and is connected once ${field} has`, async () => {
      const { journey, consent, cookie } = await left('cust-5');
      const first = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
      assert.deepEqual([first.status, first.body.status, first.body.consent], [200, 'returned', undefined]);
      await stage.moveClock(1);
      await until('Atto is asked again', async () => (await stage.asked(consent)) >= 4);
      assert.equal((await stage.client.view(journey)).body.status, 'returned');
      stage.change(consent, change());
      await stage.moveClock(2);
      const news = await stage.next(journey, await stage.client.view(journey, { 'if-none-match': '"0"' }));
      assert.equal(news.body.status, 'connected', news.text);
    });
  }

  it('bound, where the cookie is shown by a later return while an earlier one waits without it', async () => {
    const { journey, consent, cookie } = await left('cust-5');
    await stage.client.redeem(journey, { handle: await handleOf(consent) });
    const second = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    assert.deepEqual([second.status, second.body.status], [200, 'returned']);
    renewed(consent);
    await stage.moveClock(1);
    const news = await stage.next(journey, await stage.client.view(journey, { 'if-none-match': '"0"' }));
    assert.equal(news.body.status, 'connected', news.text);
    assert.equal((await stage.partner.journey(journey.journeyId)).body.binding, 'bound');
    assert.ok(news.body.receipt !== undefined);
  });

  it('unproven, where another browser has left for it since: what that one did, nobody brought back', async () => {
    const { journey, consent, cookie } = await left('cust-5');
    await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    const again = await stage.client.launchAgain(journey);
    const went = await stage.client.go(again.body.launchUrl, { 'sec-fetch-mode': 'navigate' });
    assert.notEqual(cookieOf(went), cookie);
    renewed(consent);
    await stage.moveClock(1);
    const news = await stage.next(journey, await stage.client.view(journey, { 'if-none-match': '"0"' }));
    assert.equal(news.body.status, 'connected', news.text);
    assert.equal((await stage.partner.journey(journey.journeyId)).body.binding, 'unproven');
  });

  it('and waits, where it was disconnected here before and Atto has only told its own time of that', async () => {
    const { consent } = await stage.connected('cust-5');
    assert.equal((await stage.partner.revoke(consent['consentId'])).status, 200);
    const { body: journey, text } = await begin('cust-5', consent);
    assert.ok(journey.launchUrl, text);
    const cookie = cookieOf(await stage.client.go(journey.launchUrl, { 'sec-fetch-mode': 'navigate' }));
    stage.change(consent, { consentStatus: 'Revoked', statusUpdated: inDays(0) });
    const { body } = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    assert.equal(body.status, 'returned');
    renewed(consent);
    await stage.moveClock(1);
    const news = await stage.next(journey, await stage.client.view(journey, { 'if-none-match': '"0"' }));
    assert.equal(news.body.status, 'connected', news.text);
  });

  it('under another id never: nothing has changed', async () => {
    const { journey, consent, cookie } = await left('cust-5');
    renewed(consent);
    const another = stage.change(stage.atto.consent({ customerReference: consent['customerReference'] }), {});
    const { status, body } = await stage.client.redeem(journey, { handle: await handleOf(another, cookie) });
    assert.deepEqual([status, body.code], [409, 'claim_rejected']);
    const right = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    assert.equal(right.body.status, 'connected');
  });

  it('with the new end, a new receipt, and a new history of the data', async () => {
    const { journey, consent, cookie, first } = await left('cust-6', undefined, 'Processed');
    const receipt = (await stage.client.view(first)).body.receipt;
    const after = renewed(consent);
    const { body } = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    assert.deepEqual([body.dataAvailability, body.consent?.end], [null, after['consentEnd']]);
    assert.ok(body.receipt !== undefined && body.receipt !== receipt);
    assert.equal((await row(consent)).dataAvailability, null);
    await tell(after, 'Partial');
    assert.equal((await stage.client.view(journey)).body.dataAvailability, 'Partial');
    assert.equal(
      (await stage.client.view(first)).body.consent?.end,
      after['consentEnd'],
      'the first journey knows, too',
    );
  });

  it('with the data that came before the customer did', async () => {
    const { journey, consent, cookie } = await left('cust-6', undefined, 'Processed');
    const after = renewed(consent);
    await stage.notify(stage.atto.notification(after));
    await stage.notify(stage.atto.notification(after, { dataAvailability: 'Partial' }));
    await until('the renewal is known', async () => (await row(consent)).end === after['consentEnd']);
    const { body } = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    assert.deepEqual([body.status, body.dataAvailability], ['connected', 'Partial']);
    assert.equal((await row(consent)).dataAvailability, 'Partial');
  });

  for (const [consentStatus, days] of [
    ['Expired', -1],
    ['Revoked', 60],
  ] as const) {
    it(`makes a consent that was ${consentStatus} Active again`, async () => {
      const { consent: was } = await stage.connected('cust-7');
      const consent = stage.change(was, { consentStatus, consentEnd: inDays(days) });
      const { body: journey } = await begin('cust-7', consent);
      const cookie = cookieOf(await stage.client.go(journey.launchUrl));
      renewed(consent);
      const { body } = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
      assert.deepEqual([body.status, body.consent?.status], ['connected', 'Active']);
      assert.deepEqual([(await row(consent)).status, (await row(consent)).renew], ['Active', 'none']);
    });
  }
});

describe('a customer who chooses, inside Atto’s pages, to disconnect', () => {
  it('has a journey that is disconnected, a consent that is Revoked, and no receipt; no webhook is needed', async () => {
    const { journey, consent, cookie, first } = await left('cust-8');
    stage.change(consent, { consentStatus: 'Revoked', statusUpdated: inDays(0), journeyType: 'Reconfirmation' });
    const { status, body } = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    assert.deepEqual([status, body.status, body.receipt], [200, 'disconnected', undefined]);
    assert.equal((await row(consent)).status, 'Revoked');
    assert.equal((await stage.client.view(first)).body.status, 'disconnected', 'the journey that had connected it');
    const { status: told } = (await stage.partner.eventsOf(consent)).at(-1) ?? {};
    assert.equal(told, 'Revoked');
  });
});

describe('a renewal that fails', () => {
  for (const error of ['customer_cancelled', 'access_denied', 'unexpected_error']) {
    it(`with ${error} leaves the consent as it was`, async () => {
      const { journey, consent, first, before } = await left('cust-9', undefined, 'Processed');
      const returned = { customer_ref: String(consent['customerReference']), state: 'error', error };
      const { body } = await stage.client.redeem(journey, { handle: await stage.client.handle(returned) });
      assert.equal(body.status, error === 'customer_cancelled' ? 'cancelled' : 'failed');
      assert.equal(body.error?.code, error);
      assert.deepEqual(await standing(consent, first), before);
    });
  }

  it('by nobody coming back leaves the consent as it was', async () => {
    const { journey, consent, first, before } = await left('cust-9', undefined, 'Complete');
    await stage.moveClock(3601);
    assert.equal((await stage.client.view(journey)).body.status, 'expired');
    assert.deepEqual(await standing(consent, first), before);
  });

  it('is followed by one that does not: its data is that of the renewal', async () => {
    const { journey, consent, cookie } = await left('cust-9', undefined, 'Processed');
    const returned = { customer_ref: String(consent['customerReference']), state: 'error', error: 'access_denied' };
    await stage.client.redeem(journey, { handle: await stage.client.handle(returned) });
    const again = await stage.client.launchAgain(journey);
    await stage.client.go(again.body.launchUrl, { 'sec-fetch-mode': 'navigate', cookie });
    renewed(consent);
    const { body } = await stage.client.redeem(journey, { handle: await handleOf(consent, cookie) });
    assert.deepEqual(
      [body.status, body.dataAvailability, (await row(consent)).dataAvailability],
      ['connected', null, null],
    );
  });
});

describe('the token in a renewal link', () => {
  it('is in the one Location that it was made for, and nowhere else: no body, header, log line or file', async () => {
    const { consent } = await left('cust-10');
    await stage.claim({ journeyId: '', journeyToken: 'x', reference: '', launchUrl: '', expiresAt: '' }, consent);
    const tokens = stage.atto.heard.flatMap(({ path, body }, index) =>
      path === '/v1/oauth2/token' && body.includes(renewalClient.ATTO_RENEWAL_CLIENT_ID) ? [index] : [],
    );
    const links = stage.client.heard.flatMap(({ headers }) => tokenIn({ headers }) ?? []);
    assert.ok(links.length >= 20, `${links.length} links`);
    assert.equal(new Set(links).size, links.length);
    assert.ok(tokens.length >= links.length);
    const folder = stage.environment['DATA_DIR'] ?? '';
    const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    const elsewhere = [stage.bff.output(), ...files].join('\n');
    const said = stage.client.heard.map(({ headers, text }) => [text, ...Object.values(headers)].join('\n'));
    for (const token of links) {
      assert.equal(said.filter((text) => text.includes(token)).length, 1);
      for (const disguise of [token, Buffer.from(token).toString('base64'), encodeURIComponent(token)])
        assert.equal(elsewhere.includes(disguise), false);
    }
    assert.ok(stage.bff.output().includes('/v1/go/:ticket'), 'the log was there to be searched');
  });
});

interface Left {
  readonly journey: StartedJourney;
  readonly consent: Consent;
  /** `name=value` */
  readonly cookie: string;
  /** The journey that had connected it. */
  readonly first: StartedJourney;
  /** How the consent stood before. */
  readonly before: unknown;
}

/** A customer who has left for the renewal of a consent that ends soon. */
async function left(customer: string, cookie?: string, data?: string): Promise<Left> {
  const { journey: first, consent } = await stage.connected(customer, { consentEnd: inDays(5) });
  if (data !== undefined) await tell(consent, data);
  const before = await standing(consent, first);
  const { body: journey, text } = await begin(customer, consent);
  assert.ok(journey.launchUrl, text);
  await stage.moveClock(3);
  const went = await stage.client.go(journey.launchUrl, { 'sec-fetch-mode': 'navigate', cookie });
  return { journey, consent, first, before, cookie: cookieOf(went) };
}

/** As the partner's server and the page of the journey that connected it see it. */
async function standing(consent: Consent, first: StartedJourney): Promise<unknown> {
  const { updatedAt: _updatedAt, ...known } = { updatedAt: '', ...(await row(consent)) };
  return { row: known, view: (await stage.client.view(first)).body };
}

async function ending(customer: string): Promise<Consent> {
  return (await stage.connected(customer, { consentEnd: inDays(5) })).consent;
}

async function begin(customer: string, { consentId }: Consent, client = stage.client): Promise<Answer<StartedJourney>> {
  return client.start({ consentId }, await client.customerToken(customer, { consent_id: consentId }));
}

/** The customer has done at the bank what was asked. */
function renewed(consent: Consent): Consent {
  const changes = { consentStatus: 'Active', consentEnd: inDays(90), journeyType: 'Reauthentication' };
  return stage.change(consent, { ...changes, statusUpdated: inDays(0) });
}

/** Atto tells how far the data has come, and our rows know it. */
async function tell(consent: Consent, dataAvailability: string): Promise<void> {
  await stage.notify(stage.atto.notification(consent, { dataAvailability }));
  await until(
    `the data is ${dataAvailability}`,
    async () => (await row(consent)).dataAvailability === dataAvailability,
  );
}

async function handleOf({ customerReference, consentId }: Consent, cookie?: string): Promise<string> {
  const returned = { customer_ref: String(customerReference), state: 'success', consent_id: String(consentId) };
  const path = `/v1/return/acme?${new URLSearchParams(returned)}`;
  const { headers } = await stage.client.call('GET', path, { 'sec-fetch-mode': 'navigate', cookie });
  return /#atto_return=([\w-]+)$/.exec(headers['location'] ?? '')?.[1] ?? '';
}

async function row(consent: Consent) {
  return (await stage.partner.consent(consent['consentId'])).body;
}

function cookieOf({ headers }: Answer): string {
  const [cookie = ''] = (headers['set-cookie'] ?? '').split(';');
  assert.match(cookie, /^atto-browser=[\w-]{43}$/);
  return cookie;
}

function isRenewalLink(location: string | undefined, { consentId }: Consent): boolean {
  const pattern = new RegExp(`^https://connect\\.atto\\.example/\\?consent_id=${consentId}#access_token=[\\w-]+$`);
  return pattern.test(location ?? '');
}

function tokenIn({ headers }: Pick<Answer<ViewOrProblem>, 'headers'>): string | undefined {
  return /#access_token=([\w-]+)$/.exec(headers['location'] ?? '')?.[1];
}

function inDays(days: number): string {
  return new Date(stage.atto.now() + days * DAY_MS).toISOString();
}
