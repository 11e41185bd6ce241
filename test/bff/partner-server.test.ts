import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ClockedStage } from '../support/clocked-stage.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const UNBOUND_SECONDS = 600;

let stage: ClockedStage;
let partner: PartnerServer;

before(async () => {
  stage = await ClockedStage.open();
  ({ partner } = stage);
});

after(async () => {
  await stage.close();
});

describe('POST /v1/partner/journeys', () => {
  it('starts a journey for a known customer, and answers as a browser is answered', async () => {
    const { status, body } = await partner.start('cust-1', { returnTo: 'app', providerId: '4021' });
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(body).sort(), ['expiresAt', 'journeyId', 'journeyToken', 'launchUrl', 'reference']);
    assert.match(body.reference, /^cust-1\.[\w-]{22}$/);
    const { headers } = await stage.client.go(body.launchUrl);
    assert.equal(new URL(headers['location'] ?? '').searchParams.get('provider_id'), '4021');
    const consent = stage.consent(body);
    assert.equal((await stage.claim(body, consent)).body.status, 'connected');
  });

  for (const customer of ['guest', '', 'a b', 'x'.repeat(78), undefined]) {
    it(`refuses the customer ${JSON.stringify(customer)?.slice(0, 12)}`, async () => {
      const { status, body } = await partner.start(customer as string);
      assert.equal(status, 400);
      assert.deepEqual((body as unknown as { errors: { pointer: string }[] }).errors[0]?.pointer, '/customer');
    });
  }

  it('names only registered pages and configurations, and no other partner', async () => {
    for (const fields of [{ returnTo: 'elsewhere' }, { configId: 'theirs' }, { partner: 'acme' }])
      assert.equal((await partner.start('cust-1', fields)).status, 400, JSON.stringify(fields));
  });
});

describe('POST /v1/partner/journeys/{journeyId}/tokens', () => {
  it('gives a second browser a token of its own; the first one goes on', async () => {
    const journey = await stage.client.launched('cust-2');
    const { status, body } = await partner.token(journey.journeyId, 'cust-2');
    assert.equal(status, 201);
    assert.deepEqual(Object.keys(body), ['journeyToken']);
    const second = { ...journey, journeyToken: body.journeyToken };
    assert.equal((await stage.claim(second, stage.consent(journey))).body.status, 'connected');
    assert.equal((await stage.client.view(journey)).body.status, 'connected');
  });

  it('gives none for another customer, a guest’s journey or one that has ended', async () => {
    const journey = await stage.client.launched('cust-2');
    const guests = await stage.client.launched();
    assert.equal((await partner.token(journey.journeyId, 'cust-20')).status, 404);
    assert.equal((await partner.token(guests.journeyId, 'cust-2')).status, 404);
    assert.equal((await partner.token(guests.journeyId, 'guest')).status, 400);
    const { journey: connected } = await stage.connected('cust-2');
    await stage.client.call('POST', `/v1/journeys/${connected.journeyId}/disconnect`, json(connected.journeyToken), {});
    assert.equal((await partner.token(connected.journeyId, 'cust-2')).status, 404);
  });
});

describe('GET /v1/partner/journeys/{journeyId}', () => {
  it('shows the view, and with it the customer, the reference, the binding and the evidence', async () => {
    const journey = await stage.client.started('cust-3');
    const created = (await partner.journey(journey.journeyId)).body;
    assert.deepEqual(
      [created.status, created.customer, created.reference, created.binding, created.evidence],
      ['created', 'cust-3', journey.reference, 'none', []],
    );
    await stage.client.go(journey.launchUrl);
    assert.deepEqual((await partner.journey(journey.journeyId)).body.evidence, ['launched']);
    const consent = stage.consent(journey);
    const { body: view } = await stage.claim(journey, consent);
    const { customer, reference, binding, evidence, ...shown } = (await partner.journey(journey.journeyId)).body;
    assert.deepEqual(shown, view);
    assert.deepEqual([customer, reference, binding], ['cust-3', journey.reference, 'bound']);
    assert.deepEqual([...evidence].sort(), ['claim_verified', 'consent_attested', 'launched']);
  });

  it('calls a consent that nobody claims unbound after ten minutes, and shows it though the browser may not', async () => {
    const journey = await stage.client.launched('cust-4');
    const consent = stage.consent(journey);
    await stage.notify(stage.atto.notification(consent));
    await until(
      'the consent is known',
      async () => (await partner.journey(journey.journeyId)).body.consent !== undefined,
    );
    assert.equal((await partner.journey(journey.journeyId)).body.binding, 'none');
    await stage.moveClock(UNBOUND_SECONDS);
    await until(
      'the consent is unbound',
      async () => (await partner.journey(journey.journeyId)).body.binding === 'unbound',
    );
    const { body } = await partner.journey(journey.journeyId);
    assert.equal(body.consent?.id, consent['consentId']);
    assert.deepEqual([body.status, body.receipt], ['launched', undefined]);
    assert.deepEqual([...body.evidence].sort(), ['consent_attested', 'launched']);
    const { body: view } = await stage.client.view(journey);
    assert.deepEqual([view.status, view.consent, view.receipt], ['launched', undefined, undefined]);
    assert.equal((await partner.consent(consent['consentId'])).body.binding, 'unbound');
  });
});

describe('GET /v1/partner/consents', () => {
  it('lists the partner’s consents, of one customer and of one status', async () => {
    const { consent: first } = await stage.connected('cust-5');
    const { consent: second } = await stage.connected('cust-5');
    await stage.connected('cust-50');
    await partner.revoke(first['consentId']);
    const ids = async (query: string) => (await partner.consents(query)).body.consents.map(({ id }) => id).sort();
    assert.deepEqual(await ids('?customer=cust-5'), [first['consentId'], second['consentId']].sort());
    assert.deepEqual(await ids('?customer=cust-5&status=Active'), [second['consentId']]);
    assert.deepEqual(await ids('?customer=cust-5&status=Revoked'), [first['consentId']]);
    assert.deepEqual(await ids('?customer=cust'), []);
    assert.ok((await ids('')).length >= 3);
  });

  it('keeps its rows true by the Consent API when a webhook gives a reason to ask', async () => {
    const { consent } = await stage.connected('cust-6');
    await stage.moveClock(5);
    const statusUpdated = new Date(stage.atto.now()).toISOString();
    const changed = stage.change(consent, { consentStatus: 'Expired', statusUpdated });
    await stage.notify(stage.atto.notification(changed));
    await until('it is expired', async () => (await partner.consent(consent['consentId'])).body.status === 'Expired');
    const { body } = await partner.consent(consent['consentId']);
    assert.deepEqual([body.status, body.renew, body.binding], ['Expired', 'now', 'bound']);
  });

  it('is told nothing by a webhook that lies', async () => {
    const { consent, journey } = await stage.connected('cust-6');
    await stage.moveClock(5);
    const statusUpdated = new Date(stage.atto.now()).toISOString();
    const asked = stage.asked(consent);
    await stage.notify(stage.atto.notification({ ...consent, consentStatus: 'Revoked', statusUpdated }));
    await until('Atto is asked', async () => stage.asked(consent) > asked);
    assert.equal((await partner.consent(consent['consentId'])).body.status, 'Active');
    assert.equal((await stage.client.view(journey)).body.status, 'connected');
  });

  it('refuses a query that it does not know', async () => {
    for (const query of ['?customer=', '?status=1', '?customer=a&customer=b', '?reference=x'])
      assert.equal((await partner.consents(query)).status, 400, query);
  });
});

describe('GET /v1/partner/events', () => {
  it('tells everything that the page saw, in order, and once', async () => {
    const from = await latest();
    const journey = await stage.client.started('cust-7');
    const versions = [(await stage.client.view(journey)).body.version];
    const seen = async () => versions.push((await stage.client.view(journey)).body.version);
    await stage.client.go(journey.launchUrl);
    await seen();
    await stage.bringError(journey, 'access_denied');
    await seen();
    const { body } = await stage.client.launchAgain(journey);
    await seen();
    await stage.client.go(body.launchUrl);
    const consent = stage.consent(journey);
    await stage.claim(journey, consent);
    await seen();
    await partner.revoke(consent['consentId']);
    await seen();
    const events = await partner.allEvents(from);
    const journeys = events.filter(({ journeyId }) => journeyId === journey.journeyId);
    assert.deepEqual(
      journeys.map(({ status }) => status),
      ['created', 'launched', 'failed', 'launched', 'connected', 'disconnected'],
    );
    assert.deepEqual(
      journeys.map(({ version }) => version),
      [...new Set(versions)],
    );
    const consents = events.filter(
      ({ type, consentId }) => type === 'consent.updated' && consentId === consent['consentId'],
    );
    assert.deepEqual(
      consents.map(({ status, binding }) => [status, binding]),
      [
        ['Active', 'bound'],
        ['Revoked', 'bound'],
      ],
    );
  });

  it('tells every step of the data, however fast they come', async () => {
    const { consent } = await stage.connected('cust-8');
    const from = await latest();
    const steps = ['Partial', 'Error', 'Complete', 'Processed'];
    const news = steps.map((dataAvailability) => stage.atto.notification(consent, { dataAvailability }));
    await Promise.all(news.map((body) => stage.notify(body)));
    await until(
      'the data is processed',
      async () => (await partner.consent(consent['consentId'])).body.dataAvailability === 'Processed',
    );
    const events = await partner.allEvents(from);
    const told = (kind: string) =>
      events.filter(({ type }) => type === kind).map(({ dataAvailability }) => dataAvailability);
    assert.deepEqual(told('consent.updated'), told('journey.updated'));
    assert.equal(told('consent.updated').at(-1), 'Processed');
  });

  it('tells that a consent will end soon', async () => {
    const { consent } = await stage.connected('cust-9');
    const from = await latest();
    await stage.notify(stage.atto.notification({ ...consent, consentStatus: 'UpcomingExpiration' }));
    await until('the partner hears of it', async () => (await partner.allEvents(from)).length > 0);
    const [event] = await partner.allEvents(from);
    assert.deepEqual(
      [event?.type, event?.consentId, event?.status],
      ['consent.updated', consent['consentId'], 'UpcomingExpiration'],
    );
    assert.equal((await partner.consent(consent['consentId'])).body.status, 'Active');
  });

  it('goes on where it stopped, page by page, and survives a restart', async () => {
    const events = await partner.allEvents();
    const next = events.at(-1)?.cursor ?? '';
    assert.deepEqual(
      events.map(({ cursor }) => Number(cursor)),
      events.map(({ cursor }) => Number(cursor)).sort((one, other) => one - other),
    );
    assert.equal(new Set(events.map(({ cursor }) => cursor)).size, events.length);
    assert.deepEqual((await partner.events(next)).body, { events: [], next });
    const middle = events[Math.floor(events.length / 2)]?.cursor ?? '';
    assert.deepEqual(
      await partner.allEvents(middle),
      events.filter(({ cursor }) => Number(cursor) > Number(middle)),
    );
  });

  it('knows nothing of cursors that are none', async () => {
    for (const after of ['-1', 'x', '1e3', '1&after=2']) assert.equal((await partner.events(after)).status, 400, after);
  });
});

describe('POST /v1/partner/consents/{consentId}/revoke', () => {
  it('revokes at Atto, ends the journey, and takes the receipt back; again is no error', async () => {
    const { consent, journey } = await stage.connected('cust-10');
    for (const _time of [1, 2]) {
      const { status, body } = await partner.revoke(consent['consentId']);
      assert.deepEqual([status, body.status, body.renew], [200, 'Revoked', 'now']);
    }
    assert.equal(stage.atto.calls(`/consents/v1/${consent['consentId']}/revoke`), 1);
    const { body: view } = await stage.client.view(journey);
    assert.deepEqual([view.status, view.receipt], ['disconnected', undefined]);
  });

  it('is told of once, though Atto says it too, and puts its own time to it', async () => {
    const { consent } = await stage.connected('cust-10');
    const revoked = (await partner.revoke(consent['consentId'])).body;
    await stage.moveClock(5);
    const statusUpdated = new Date(stage.atto.now()).toISOString();
    const asked = stage.asked(consent);
    await stage.notify(stage.atto.notification(stage.change(consent, { consentStatus: 'Revoked', statusUpdated })));
    await until('Atto was asked', () => stage.asked(consent) > asked);
    // What is asked is stored a moment later; a second look would be another question.
    await stage.notify(stage.atto.notification(consent, { dataAvailability: 'Complete' }));
    await until(
      'the next news is told',
      async () => (await partner.eventsOf(consent)).at(-1)?.dataAvailability === 'Complete',
    );
    const told = (await partner.eventsOf(consent)).map(({ status, dataAvailability }) => [status, dataAvailability]);
    assert.deepEqual(told, [
      ['Active', null],
      ['Revoked', null],
      ['Revoked', 'Complete'],
    ]);
    assert.equal(revoked.status, 'Revoked');
  });

  it('changes nothing where Atto does not take it', async () => {
    const { consent, journey } = await stage.connected('cust-10');
    stage.atto.instead(`/consents/v1/${consent['consentId']}/revoke`, (_request, response) => {
      response.writeHead(500).end();
    });
    assert.equal((await partner.revoke(consent['consentId'])).status, 503);
    assert.equal((await partner.consent(consent['consentId'])).body.status, 'Active');
    assert.equal((await stage.client.view(journey)).body.status, 'connected');
  });
});

describe('an API key', () => {
  it('is asked for everywhere, is no business of pages, and nobody is locked out for what others do not find', async () => {
    const { client } = stage;
    assert.equal((await client.call('GET', '/v1/partner/events')).status, 401);
    const wrong = new PartnerServer(() => client, 'x'.repeat(32));
    assert.equal((await wrong.events()).status, 401);
    const key = stage.environment['PARTNER_API_KEY'];
    const page = { authorization: `Bearer ${key}`, origin: client.credentials.origin };
    assert.equal((await client.call('GET', '/v1/partner/events', page)).status, 403);
    const many = await Promise.all(Array.from({ length: 100 }, () => partner.consent('unknown')));
    assert.deepEqual(new Set(many.map(({ status }) => status)), new Set([404]));
    assert.equal((await partner.events()).status, 200);
  });

  it('is answered sixty times a minute that it is wrong, then to come back later', async () => {
    const guesser = await Stage.open();
    try {
      const wrong = new PartnerServer(() => guesser.client, 'x'.repeat(32));
      const statuses = [];
      for (let count = 0; count < 61; count += 1) statuses.push((await wrong.events()).status);
      assert.deepEqual([statuses.indexOf(429), statuses.at(-2)], [60, 401]);
      const { headers } = await wrong.events();
      assert.ok(Number(headers['retry-after']) > 0 && Number(headers['retry-after']) <= 60);
    } finally {
      await guesser.close();
    }
  });
});

async function latest(): Promise<string> {
  return (await partner.allEvents()).at(-1)?.cursor ?? '0';
}

function json(token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    origin: stage.client.credentials.origin,
  };
}
