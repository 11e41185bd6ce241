import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import express, { type Express, type Request, type Response } from 'express';
import { pino } from 'pino';
import { type Bff, configFromEnvironment, createBff } from '../../bff/src/index.ts';
import { type Answer, BffClient, type HeaderValues, type ViewOrProblem } from '../support/bff-client.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { bffEnvironment, credentialsOf } from '../support/start-bff.ts';

const PATH = '/bank';

/** A partner's own app: sessions, pages, an API of its own, and the bff below one path. */
class PartnerApp {
  readonly atto: OtherAtto;
  readonly client: BffClient;
  readonly bff: Bff;
  readonly logged: string[];
  readonly #server: Server;
  readonly #directory: string;

  private constructor(fields: Omit<PartnerApp, 'close' | 'post' | 'get'> & { server: Server; directory: string }) {
    this.atto = fields.atto;
    this.client = fields.client;
    this.bff = fields.bff;
    this.logged = fields.logged;
    this.#server = fields.server;
    this.#directory = fields.directory;
  }

  static async open(build: (app: Express, bff: Bff) => void = mounted): Promise<PartnerApp> {
    const atto = await OtherAtto.start();
    const app = express();
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const directory = mkdtempSync(join(tmpdir(), 'atto-connect-mounted-'));
    const environment = bffEnvironment(atto, {
      DATA_DIR: directory,
      PUBLIC_URL: origin + PATH,
      PARTNER_ORIGINS: `${origin},https://pages.acme.example`,
      PARTNER_RETURN_URLS: `main=${origin}/done`,
      PARTNER_GUESTS: 'false',
    });
    const logged: string[] = [];
    const logger = pino({ level: 'info' }, { write: (line: string) => logged.push(line) });
    const bff = createBff({ config: configFromEnvironment(environment), logger, identify: customerOfSession });
    build(app, bff);
    const client = new BffClient(origin, credentialsOf(environment));
    return new PartnerApp({ atto, client, bff, logged, server, directory });
  }

  /** As the partner's own page does it. */
  post<Body>(path: string, headers: HeaderValues, body: object = {}): Promise<Answer<Body>> {
    const page = { origin: this.client.url, 'content-type': 'application/json' };
    return this.client.call('POST', path, { ...page, ...headers }, body);
  }

  get<Body>(path: string, headers: HeaderValues): Promise<Answer<Body>> {
    return this.client.call('GET', path, headers);
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.bff.close();
    this.#server.closeAllConnections();
    this.#server.close();
    await this.atto.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

let app: PartnerApp;

before(async () => {
  app = await PartnerApp.open();
});

after(async () => {
  await app.close();
});

describe('a bff that is mounted in an app with sessions', () => {
  it('connects the customer of the session, by addresses that have the mount path', async () => {
    const journey = await started('session-of-ann');
    assert.match(journey.reference, /^ann\.[\w-]{22}$/);
    assert.ok(journey.launchUrl.startsWith(`${app.client.url}${PATH}/v1/go/`), journey.launchUrl);
    const went = await app.get(new URL(journey.launchUrl).pathname, NAVIGATES);
    assert.equal(went.status, 303);
    const consent = consentOf(journey);
    const returned = { customer_ref: journey.reference, state: 'success', consent_id: consent };
    const back = await app.get(`${PATH}/v1/return/acme?${new URLSearchParams(returned)}`, NAVIGATES);
    const [, handle] = /#atto_return=([\w-]+)$/.exec(back.headers['location'] ?? '') ?? [];
    assert.equal(back.headers['location'], `${app.client.url}/done#atto_return=${handle}`);
    const path = `${PATH}/v1/journeys/${journey.journeyId}`;
    const authorization = `Bearer ${journey.journeyToken}`;
    const { body } = await app.post<ViewOrProblem>(`${path}/return`, { authorization }, { handle });
    assert.equal(body.status, 'connected');
    const [, payload = ''] = (body.receipt ?? '').split('.');
    const { iss, sub } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { iss: string; sub: string };
    assert.deepEqual([iss, sub], [app.client.url + PATH, 'ann']);
  });

  it('keeps the app’s own pages and API as they were', async () => {
    assert.equal((await app.get('/', {})).text, 'the partner’s page');
    const echoed = await app.post('/api/echo', {}, { hello: 'world' });
    assert.deepEqual([echoed.status, echoed.body], [200, { hello: 'world' }]);
    assert.equal((await app.get('/nowhere', {})).headers['content-security-policy'], "default-src 'none'");
    assert.equal(
      (await app.get(`${PATH}/nowhere`, {})).headers['content-type'],
      'application/problem+json; charset=utf-8',
    );
    assert.equal((await app.get('/v1/journeys', {})).status, 404, 'nothing outside of its path');
  });

  it('refuses who is not signed in, where the partner takes no guests', async () => {
    const answer = await app.post(`${PATH}/v1/journeys`, {}, { partner: 'acme' });
    assert.equal(answer.status, 401);
  });

  it('does not take a customer token for a session', async () => {
    const authorization = `Bearer ${await app.client.customerToken('ann')}`;
    assert.equal((await app.post(`${PATH}/v1/journeys`, { authorization }, { partner: 'acme' })).status, 401);
  });

  it('says 400 where the app names a customer in a way that no reference can have, and lets it refuse', async () => {
    const odd = await app.post(`${PATH}/v1/journeys`, { cookie: 'session=session-of-guest' }, { partner: 'acme' });
    assert.equal(odd.status, 400);
    const refused = await app.post(
      `${PATH}/v1/journeys`,
      { cookie: 'session=session-of-blocked' },
      { partner: 'acme' },
    );
    assert.deepEqual([refused.status, (refused.body as { code: string }).code], [403, 'refused']);
    const broken = await app.post(`${PATH}/v1/journeys`, { cookie: 'session=session-of-broken' }, { partner: 'acme' });
    assert.deepEqual([broken.status, (broken.body as { code: string }).code], [500, 'internal_error']);
    assert.equal(broken.text.includes('the session store is away'), false);
  });

  it('renews by the session: the cookie of the renewal lies below the mount path', async () => {
    const journey = await started('session-of-ann');
    await app.get(new URL(journey.launchUrl).pathname, NAVIGATES);
    const consentId = consentOf(journey, { consentEnd: new Date(Date.now() + 5 * 86_400_000).toISOString() });
    const authorization = `Bearer ${journey.journeyToken}`;
    const raw = { customerRef: journey.reference, state: 'success', consentId };
    const path = `${PATH}/v1/journeys/${journey.journeyId}`;
    assert.equal((await app.post<ViewOrProblem>(`${path}/return`, { authorization }, raw)).body.status, 'connected');
    const standing = await app.get<{ renew: string }>(`${PATH}/v1/consents/${consentId}`, ANN);
    assert.deepEqual([standing.status, standing.body.renew], [200, 'soon']);
    const renewal = await started('session-of-ann', { consentId });
    const { headers } = await app.get(new URL(renewal.launchUrl).pathname, NAVIGATES);
    assert.match(headers['set-cookie'] ?? '', /; Path=\/bank\/v1;/);
    assert.match(headers['location'] ?? '', new RegExp(`\\?consent_id=${consentId}#access_token=`));
    const others = { cookie: 'session=session-of-bob' };
    assert.equal((await app.get(`${PATH}/v1/consents/${consentId}`, others)).status, 404);
    assert.equal((await app.post(`${PATH}/v1/journeys`, others, { partner: 'acme', consentId })).status, 404);
    assert.equal((await app.post(`${PATH}/v1/consents/${consentId}/disconnect`, others)).status, 404);
    const ended = await app.post<{ status: string }>(`${PATH}/v1/consents/${consentId}/disconnect`, ANN);
    assert.deepEqual([ended.status, ended.body.status], [200, 'Revoked']);
  });

  it('resumes by the session, in the customer’s other browser', async () => {
    const journey = await started('session-of-ann');
    await app.get(new URL(journey.launchUrl).pathname, NAVIGATES);
    const returned = { customer_ref: journey.reference, state: 'success', consent_id: consentOf(journey) };
    const back = await app.get(`${PATH}/v1/return/acme?${new URLSearchParams(returned)}`, NAVIGATES);
    const [, handle] = /#atto_return=([\w-]+)$/.exec(back.headers['location'] ?? '') ?? [];
    const path = `${PATH}/v1/returns/${handle}/resume`;
    assert.equal((await app.post(path, { cookie: 'session=session-of-bob' })).status, 404);
    assert.equal((await app.post(path, {})).status, 401);
    const resumed = await app.post<StartedJourney>(path, ANN);
    assert.deepEqual([resumed.status, resumed.body.journeyId], [200, journey.journeyId]);
  });
});

describe('a POST that rides on a session', () => {
  const start = (headers: HeaderValues) =>
    app.client.call(
      'POST',
      `${PATH}/v1/journeys`,
      { ...ANN, 'content-type': 'application/json', ...headers },
      {
        partner: 'acme',
      },
    );
  const cases: [string, HeaderValues, number][] = [
    ['with the app’s own Origin', { origin: 'own' }, 201],
    ['with another registered Origin', { origin: 'https://pages.acme.example' }, 201],
    ['without Origin, from the same origin as the browser says', { 'sec-fetch-site': 'same-origin' }, 201],
    ['without Origin and without a word of the browser', {}, 403],
    ['without Origin, from the same site', { 'sec-fetch-site': 'same-site' }, 403],
    ['without Origin, from another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['without Origin, typed by a person', { 'sec-fetch-site': 'none' }, 403],
    ['with a foreign Origin', { origin: 'https://elsewhere.example' }, 403],
    [
      'with a foreign Origin that calls itself the same',
      { origin: 'https://elsewhere.example', 'sec-fetch-site': 'same-origin' },
      403,
    ],
    ['with the Origin null', { origin: 'null', 'sec-fetch-site': 'same-origin' }, 403],
  ];
  for (const [what, { origin, ...headers }, status] of cases) {
    it(`${what} is answered with ${status}`, async () => {
      const answer = await start({ ...headers, origin: origin === 'own' ? app.client.url : origin });
      assert.equal(answer.status, status, answer.text);
    });
  }

  it('as a form, which any page can send, is refused', async () => {
    const headers = { ...ANN, origin: app.client.url, 'content-type': 'application/x-www-form-urlencoded' };
    assert.equal((await app.client.call('POST', `${PATH}/v1/journeys`, headers, 'partner=acme')).status, 415);
  });

  it('is asked for a sign of its page wherever it may lead', async () => {
    for (const path of ['/journeys/x/cancel', '/returns/x/resume', '/returns/x/disown', '/consents/x/disconnect']) {
      const headers = { ...ANN, 'content-type': 'application/json' };
      assert.equal((await app.client.call('POST', `${PATH}/v1${path}`, headers, {})).status, 403, path);
    }
  });

  it('is never answered to another origin with credentials', async () => {
    const { headers } = await start({ origin: 'https://pages.acme.example' });
    assert.equal(headers['access-control-allow-origin'], 'https://pages.acme.example');
    assert.equal(headers['access-control-allow-credentials'], undefined);
  });
});

describe('a bff that is mounted after a body parser', () => {
  it('refuses what was parsed, and tells the operator why', async () => {
    const late = await PartnerApp.open((express_, bff) => {
      express_.use(express.json());
      mounted(express_, bff);
    });
    try {
      const answer = await late.post(`${PATH}/v1/journeys`, ANN, { partner: 'acme' });
      assert.deepEqual([answer.status, (answer.body as { code: string }).code], [500, 'internal_error']);
      assert.match(late.logged.join(''), /mount the bff before any body parser/);
      assert.equal(answer.text.includes('parser'), false);
    } finally {
      await late.close();
    }
  });
});

describe('a bff in an app that has a hand in every answer', () => {
  it('lets it add to polls, held or not, and trace ids stay its own', async () => {
    const busy = await PartnerApp.open((app, bff) => {
      app.use((_request, response, next) => {
        response.locals['traceId'] = 'of the app';
        next();
      });
      beforeEachEnd(app, (response) => response.setHeader('X-App', `${response.getHeader('content-type')}`));
      mounted(app, bff);
    });
    try {
      const { poll, tag } = await pollOf(busy);
      const answers = [
        await poll({}),
        await poll({ 'if-none-match': tag }),
        await poll({ 'if-none-match': tag, prefer: 'wait=1' }),
      ];
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 304, 304],
      );
      for (const { headers } of answers) {
        assert.ok(headers['x-app'] !== undefined && headers['etag'] === tag, JSON.stringify(headers));
        assert.match(headers['content-security-policy'] ?? '', /default-src 'none'/);
      }
      assert.equal(answers[0]?.headers['x-app'], 'application/json; charset=utf-8');
      assert.doesNotMatch(busy.logged.join(''), /of the app/);
    } finally {
      await busy.close();
    }
  });

  it('says so where that hand fails while a poll is held', async () => {
    let fails = 0;
    const clumsy = await PartnerApp.open((app, bff) => {
      beforeEachEnd(app, () => {
        if (fails-- > 0) throw new Error('the app stumbles');
      });
      mounted(app, bff);
    });
    try {
      const { poll, tag } = await pollOf(clumsy);
      fails = 1;
      const { status, body } = await poll({ 'if-none-match': tag, prefer: 'wait=1' });
      assert.deepEqual([status, body.code], [500, 'internal_error']);
      assert.match(clumsy.logged.join(''), /the app stumbles/);
    } finally {
      await clumsy.close();
    }
  });
});

describe('close()', () => {
  it('answers those who wait at once, and leaves nothing running', async () => {
    const closing = await PartnerApp.open();
    try {
      const journey = (await closing.post<StartedJourney>(`${PATH}/v1/journeys`, ANN, { partner: 'acme' })).body;
      const authorization = `Bearer ${journey.journeyToken}`;
      const path = `${PATH}/v1/journeys/${journey.journeyId}`;
      const { headers } = await closing.get(path, { authorization });
      const start = performance.now();
      const waiting = closing.get(path, { authorization, 'if-none-match': headers['etag'], prefer: 'wait=20' });
      // Whoever comes later is answered later: by then the other one waits.
      await closing.get(path, { authorization });
      await closing.bff.close();
      assert.equal((await waiting).status, 304);
      assert.ok(performance.now() - start < 10_000);
    } finally {
      await closing.close();
    }
  });
});

const ANN = { cookie: 'session=session-of-ann' };
const NAVIGATES = { 'sec-fetch-mode': 'navigate' };

/** As the README says it: below a path, before any body parser. */
function mounted(app: Express, bff: Bff): void {
  app.use(PATH, bff);
  app.use(express.json());
  app.get('/', (_request, response) => {
    response.send('the partner’s page');
  });
  app.post('/api/echo', (request, response) => {
    response.json(request.body);
  });
}

/** As middleware does that adds to answers at the last moment. */
function beforeEachEnd(app: Express, act: (response: Response) => void): void {
  app.use((_request, response, next) => {
    const end = response.end;
    response.end = (...given: unknown[]) => {
      act(response);
      return Reflect.apply(end, response, given);
    };
    next();
  });
}

/** A journey in that app, and how it is asked for. */
async function pollOf(partnerApp: PartnerApp) {
  const { journeyId, journeyToken } = (
    await partnerApp.post<StartedJourney>(`${PATH}/v1/journeys`, ANN, { partner: 'acme' })
  ).body;
  const poll = (headers: HeaderValues) =>
    partnerApp.get<ViewOrProblem>(`${PATH}/v1/journeys/${journeyId}`, {
      authorization: `Bearer ${journeyToken}`,
      ...headers,
    });
  return { poll, tag: (await poll({})).headers['etag'] ?? '' };
}

/** The app's session, however it keeps it. */
async function customerOfSession(request: Request): Promise<string | null> {
  const [, name] = /session=session-of-(\w+)/.exec(request.get('cookie') ?? '') ?? [];
  if (name === 'blocked') throw Object.assign(new Error('this customer may not'), { status: 403 });
  if (name === 'broken') throw new Error('the session store is away');
  return name ?? null;
}

async function started(session: string, fields: object = {}): Promise<StartedJourney> {
  const cookie = `session=${session}`;
  const answer = await app.post<StartedJourney>(`${PATH}/v1/journeys`, { cookie }, { partner: 'acme', ...fields });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

function consentOf({ reference }: StartedJourney, fields: object = {}): string {
  const consent = app.atto.consent({ customerReference: reference, ...fields });
  const id = String(consent['consentId']);
  app.atto.consents.set(id, consent);
  return id;
}
