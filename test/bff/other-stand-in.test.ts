import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Answer, BffClient, ViewOrProblem } from '../support/bff-client.ts';
import { brokenAnswers } from '../support/broken-answers.ts';
import { type Consent, type ErrorShape, OtherAtto } from '../support/other-atto.ts';
import { type Environment, startTestBff, type TestBff } from '../support/start-bff.ts';

/** What an Atto may do, whoever wrote it. */
const dialects: Record<string, (atto: OtherAtto) => void> = {
  'writes tokens in camelCase': (atto) => set(atto, { tokens: 'camelCase' }),
  'writes tokens in snake_case': (atto) => set(atto, { tokens: 'snake_case' }),
  'writes the life of a token as text': (atto) => set(atto, { expiresIn: '3600' }),
  'says no life of a token that is a number': (atto) => set(atto, { expiresIn: 'an hour' }),
  'gives tokens that live for a second': (atto) => set(atto, { expiresIn: 1 }),
  'calls the validation token so': (atto) => set(atto, { validationTokenField: 'validationToken' }),
  'has fields and enum members that nobody knows': (atto) => set(atto, { novelties: true }),
  'writes provider ids as text': (atto) => set(atto, { providerIdAsText: true }),
  'leaves out what has no value': (atto) => set(atto, { nullsAbsent: true }),
  'does all of that at once': (atto) =>
    set(atto, {
      tokens: 'snake_case',
      expiresIn: '3600',
      errors: 'problem',
      validationTokenField: 'validationToken',
      novelties: true,
      providerIdAsText: true,
      nullsAbsent: true,
    }),
};

const TOKEN = '/v1/oauth2/token';
const VALIDATION = '/v1/connect/validation-token';
const CONSENT = '/consents/v1';

/** What an Atto does when it is not well: the claim waits, and connects by itself. */
const faults: Record<string, (atto: OtherAtto, trap: string) => void> = {
  'knows the consent only a moment later (404)': (atto) => atto.instead(CONSENT, notFound(atto)),
  'calls the id malformed for a moment (400)': (atto) => atto.instead(CONSENT, brokenAnswers.status(400)),
  'has had too many requests': (atto) => atto.instead(CONSENT, brokenAnswers.status(429, { 'retry-after': '1' })),
  'has had too many until a date': (atto) =>
    atto.instead(CONSENT, brokenAnswers.status(429, { 'retry-after': new Date().toUTCString() })),
  'has had too many for a century': (atto) =>
    atto.instead(CONSENT, brokenAnswers.status(429, { 'retry-after': '3155760000' })),
  'answers 500': (atto) => atto.instead(CONSENT, brokenAnswers.status(500)),
  'answers 502': (atto) => atto.instead(CONSENT, brokenAnswers.status(502)),
  'answers 503 with a page': (atto) => atto.instead(CONSENT, brokenAnswers.status(503)),
  'answers with a page': (atto) => atto.instead(CONSENT, brokenAnswers.html),
  'answers with nothing': (atto) => atto.instead(CONSENT, brokenAnswers.empty),
  'breaks off in the middle of its JSON': (atto) => atto.instead(CONSENT, brokenAnswers.notJson),
  'answers with a list': (atto) => atto.instead(CONSENT, brokenAnswers.array),
  'answers with megabytes': (atto) => atto.instead(CONSENT, brokenAnswers.huge),
  'compresses although asked not to': (atto) => atto.instead(CONSENT, brokenAnswers.compressed),
  'hangs up': (atto) => atto.instead(CONSENT, brokenAnswers.reset),
  'never answers': (atto) => atto.instead(CONSENT, brokenAnswers.hang),
  'answers a byte at a time': (atto) => atto.instead(CONSENT, brokenAnswers.drip),
  'redirects to somebody else': (atto, trap) => atto.instead(CONSENT, brokenAnswers.status(302, { location: trap })),
  'redirects, and keeps the method': (atto, trap) =>
    atto.instead(CONSENT, brokenAnswers.status(307, { location: trap })),
  'refuses a token that it gave out': (atto) => atto.revokeTokens(),
  'refuses every token for a while': (atto) =>
    atto.instead(CONSENT, brokenAnswers.status(401), brokenAnswers.status(401)),
  'has no token for us (500)': (atto) => noToken(atto, brokenAnswers.status(500)),
  'has no token for us (a page)': (atto) => noToken(atto, brokenAnswers.html),
  'has no token for us (nothing)': (atto) => noToken(atto, brokenAnswers.empty),
  'redirects who asks for a token': (atto, trap) => noToken(atto, brokenAnswers.status(307, { location: trap })),
};

describe('with an Atto that somebody else wrote', { concurrency: 16 }, () => {
  describe('a whole journey with one', { concurrency: 16 }, () => {
    for (const [what, speak] of Object.entries(dialects)) {
      it(`that ${what} ends with its data complete`, async () => {
        await withBff({}, async (bff, atto) => {
          speak(atto);
          const journey = await launchedAt(bff, atto);
          const consent = consentOf(atto, journey);
          const returned = await comeBack(bff, journey, consent);
          assert.equal(returned.body.status, 'connected', returned.text);
          assert.equal(returned.body.consent?.providerName, 'Larch Valley Savings');
          const complete = await told(bff, journey, atto.notification(consent, { dataAvailability: 'Complete' }));
          assert.equal(complete.body.dataAvailability, 'Complete');
          const processed = await told(bff, journey, atto.notificationV1(consent, { dataAvailability: 'Processed' }));
          assert.equal(processed.body.dataAvailability, 'Processed');
        });
      });
    }

    for (const errors of ['PascalCase', 'camelCase', 'gateway', 'problem'] satisfies ErrorShape[]) {
      it(`whose errors are of the shape "${errors}" waits for a consent that it does not know yet`, async () => {
        await withBff({}, async (bff, atto) => {
          set(atto, { errors, nullsAbsent: errors === 'camelCase', novelties: errors === 'problem' });
          const journey = await launchedAt(bff, atto);
          const consent = consentOf(atto, journey);
          atto.consents.clear();
          const returned = await comeBack(bff, journey, consent);
          assert.equal(returned.body.status, 'returned', returned.text);
          atto.consents.set(String(consent['consentId']), consent);
          assert.equal((await soon(bff, journey, returned)).body.status, 'connected');
        });
      });
    }

    for (const [what, fall] of Object.entries(faults)) {
      it(`that ${what} connects all the same, without being asked again by the browser`, async () => {
        await withTrap(async (trap, caught) => {
          await withBff({}, async (bff, atto) => {
            const journey = await launchedAt(bff, atto);
            const consent = consentOf(atto, journey);
            fall(atto, trap);
            const returned = await comeBack(bff, journey, consent);
            assert.equal(returned.status, 200, returned.text);
            assert.ok(['returned', 'connected'].includes(returned.body.status), returned.text);
            const view = returned.body.status === 'connected' ? returned : await soon(bff, journey, returned);
            assert.equal(view.body.status, 'connected', view.text);
            assert.deepEqual(caught, [], 'a redirect was followed');
          });
        });
      });
    }

    it('that refuses our client never connects, and is not asked on every poll', async () => {
      await withBff({}, async (bff, atto) => {
        const journey = await bff.launched('cust-3');
        const consent = consentOf(atto, journey);
        atto.instead(TOKEN, ...Array.from({ length: 50 }, () => brokenAnswers.status(401)));
        atto.revokeTokens();
        const returned = await comeBack(bff, journey, consent);
        for (let poll = 0; poll < 20; poll += 1) await bff.view(journey);
        assert.equal(returned.body.status, 'returned', returned.text);
        assert.ok(atto.calls(TOKEN) <= 4, `${atto.calls(TOKEN)} token requests`);
      });
    });
  });

  describe('asking for tokens', { concurrency: 16 }, () => {
    it('is done once for many who start at the same time', async () => {
      await withBff({}, async (bff, atto) => {
        set(atto, { delayMs: 30 });
        const journeys = await Promise.all(Array.from({ length: 20 }, () => bff.launched()));
        assert.equal(journeys.length, 20);
        assert.equal(atto.calls(TOKEN), 1);
      });
    });

    it('is done once for as long as the token lives', async () => {
      await withBff({ ATTO_VALIDATION_TOKEN: 'off' }, async (bff, atto) => {
        for (let count = 0; count < 3; count += 1) await comeBack(bff, ...(await ready(bff, atto)));
        assert.equal(atto.calls(TOKEN), 1);
      });
    });

    it('is done again when four fifths of its life are over', async () => {
      await withBff({ ATTO_VALIDATION_TOKEN: 'off' }, async (bff, atto) => {
        set(atto, { expiresIn: 3 });
        await comeBack(bff, ...(await ready(bff, atto)));
        await sleep(2450);
        await comeBack(bff, ...(await ready(bff, atto)));
        assert.equal(atto.calls(TOKEN), 2);
      });
    });

    it('is not done by each of many, one after the other, where there is none', async () => {
      await withBff({}, async (bff, atto) => {
        atto.instead(TOKEN, ...Array.from({ length: 20 }, () => brokenAnswers.status(503)));
        const start = performance.now();
        for (let count = 0; count < 20; count += 1) await bff.launched();
        const seconds = (performance.now() - start) / 1000;
        const calls = atto.calls(TOKEN);
        assert.ok(calls <= 1 + 2 * seconds, `${calls} token requests in ${seconds} s`);
        await sleep(550);
        await bff.launched();
        assert.equal(atto.calls(TOKEN), calls + 1);
      });
    });

    it('is not done before Atto has said that it may be', async () => {
      await withBff({}, async (bff, atto) => {
        atto.instead(TOKEN, brokenAnswers.status(429, { 'retry-after': '50' }));
        await bff.launched();
        await sleep(1000);
        await bff.launched();
        assert.equal(atto.calls(TOKEN), 1);
      });
    });

    it('sends the credentials in a form, and one scope, as the documentation spells it', async () => {
      await withBff({ ATTO_CLIENT_SECRET: 'se&cr=et +ü' }, async (bff, atto, { environment }) => {
        await bff.launched();
        const [asked] = atto.heard;
        assert.deepEqual(Object.fromEntries(new URLSearchParams(asked?.body)), {
          grant_type: 'client_credentials',
          client_id: environment['ATTO_CLIENT_ID'],
          client_secret: 'se&cr=et +ü',
          scope: 'directid.consent',
        });
      });
    });

    it('names the scope as the newer pages do, where it is configured so', async () => {
      await withBff({ ATTO_SCOPES: 'api' }, async (bff, atto) => {
        await bff.launched();
        assert.equal(new URLSearchParams(atto.heard[0]?.body).get('scope'), 'api:consent');
      });
    });
  });

  describe('the validation token', { concurrency: 16 }, () => {
    const places: Record<string, (url: URL) => string | null> = {
      'fragment:validation_token': (url) => new URLSearchParams(url.hash.slice(1)).get('validation_token'),
      'fragment:token': (url) => new URLSearchParams(url.hash.slice(1)).get('token'),
      'query:proof': (url) => url.searchParams.get('proof'),
    };
    for (const [place, read] of Object.entries(places)) {
      it(`goes where it was asked to go (${place})`, async () => {
        await withBff({ ATTO_VALIDATION_TOKEN: place }, async (bff, atto) => {
          const { launchUrl } = await bff.started();
          const { headers } = await bff.go(launchUrl);
          assert.equal(read(new URL(headers['location'] ?? '')), atto.given.validation[0]);
        });
      });
    }

    it('is not asked for where it is off', async () => {
      await withBff({ ATTO_VALIDATION_TOKEN: 'off' }, async (bff, atto) => {
        await bff.launched();
        assert.equal(atto.calls(VALIDATION), 0);
      });
    });

    const unwell = {
      ...brokenAnswers,
      status: brokenAnswers.status(500),
      json: brokenAnswers.json(200, { token: 7 }),
    };
    for (const [what, reply] of Object.entries(unwell)) {
      it(`holds up no launch when it cannot be had (${what})`, async () => {
        await withBff({}, async (bff, atto) => {
          atto.instead(VALIDATION, reply);
          const { launchUrl } = await bff.started();
          const start = performance.now();
          const { status, headers } = await bff.go(launchUrl);
          assert.equal(status, 303);
          assert.doesNotMatch(headers['location'] ?? '', /#/);
          assert.ok(performance.now() - start < 4900);
        });
      });
    }
  });

  describe('disconnecting', { concurrency: 16 }, () => {
    for (const revokeAnswer of [200, 204] as const) {
      it(`takes an empty ${revokeAnswer} for a yes`, async () => {
        await withBff({}, async (bff, atto) => {
          set(atto, { revokeAnswer });
          const [journey, consent] = await ready(bff, atto);
          await comeBack(bff, journey, consent);
          const { body } = await disconnect(bff, journey);
          assert.equal(body.status, 'disconnected');
          assert.equal(atto.consents.get(String(consent['consentId']))?.['consentStatus'], 'Revoked');
        });
      });
    }

    it('changes nothing when Atto cannot be had', async () => {
      await withBff({}, async (bff, atto) => {
        const [journey, consent] = await ready(bff, atto);
        await comeBack(bff, journey, consent);
        atto.instead(CONSENT, brokenAnswers.status(500));
        assert.equal((await disconnect(bff, journey)).status, 503);
        assert.equal((await bff.view(journey)).body.status, 'connected');
      });
    });
  });
});

function set(atto: OtherAtto, switches: Partial<OtherAtto>): void {
  Object.assign(atto, switches);
}

function notFound(atto: OtherAtto): Parameters<OtherAtto['instead']>[1] {
  return (_request, response) => atto.error(response, 404, 'consent_not_found');
}

function noToken(atto: OtherAtto, reply: Parameters<OtherAtto['instead']>[1]): void {
  atto.revokeTokens();
  atto.instead(TOKEN, reply);
}

/** A bff and the Atto that it talks to, for one test. */
async function withBff(
  changes: Environment,
  test: (client: BffClient, atto: OtherAtto, bff: TestBff) => Promise<void>,
): Promise<void> {
  const atto = await OtherAtto.start();
  const bff = await startTestBff(atto, changes);
  try {
    await test(bff.client, atto, bff);
  } finally {
    await bff.close();
    await atto.close();
  }
}

/** A server that nobody has business with. */
async function withTrap(test: (url: string, caught: string[]) => Promise<void>): Promise<void> {
  const caught: string[] = [];
  const server = createServer((request, response) => {
    caught.push(`${request.method} ${request.url}`);
    response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, caught);
  } finally {
    server.close();
  }
}

/** Launched, and sent there with the validation token that this Atto gave. */
async function launchedAt(bff: BffClient, atto: OtherAtto): Promise<StartedJourney> {
  const journey = await bff.started('cust-3');
  const { headers } = await bff.go(journey.launchUrl);
  const url = new URL(headers['location'] ?? '');
  assert.equal(url.searchParams.get('customer_ref'), journey.reference);
  assert.equal(url.searchParams.get('client_id'), atto.applicationId);
  assert.equal(url.hash, `#validation_token=${atto.given.validation.at(-1)}`);
  return journey;
}

function consentOf(atto: OtherAtto, { reference }: StartedJourney): Consent {
  const consent = atto.consent({ customerReference: reference });
  atto.consents.set(String(consent['consentId']), consent);
  return consent;
}

async function ready(bff: BffClient, atto: OtherAtto): Promise<[StartedJourney, Consent]> {
  const journey = await bff.launched('cust-3');
  return [journey, consentOf(atto, journey)];
}

async function comeBack(bff: BffClient, journey: StartedJourney, consent: Consent): Promise<Answer<ViewOrProblem>> {
  const returned = { customer_ref: journey.reference, state: 'success', consent_id: String(consent['consentId']) };
  return bff.redeem(journey, { handle: await bff.handle(returned) });
}

/** The next change of the journey. */
async function soon(bff: BffClient, journey: StartedJourney, seen: Answer): Promise<Answer<ViewOrProblem>> {
  return bff.view(journey, { 'if-none-match': seen.headers['etag'], prefer: 'wait=25' });
}

/** A webhook, and what the page learns from it. */
async function told(bff: BffClient, journey: StartedJourney, notification: Consent): Promise<Answer<ViewOrProblem>> {
  const seen = await bff.view(journey);
  assert.equal((await bff.webhook(notification)).status, 204);
  return soon(bff, journey, seen);
}

async function disconnect(bff: BffClient, journey: StartedJourney): Promise<Answer<ViewOrProblem>> {
  const headers = {
    origin: bff.credentials.origin,
    authorization: `Bearer ${journey.journeyToken}`,
    'content-type': 'application/json',
  };
  return bff.call('POST', `/v1/journeys/${journey.journeyId}/disconnect`, headers, {});
}
