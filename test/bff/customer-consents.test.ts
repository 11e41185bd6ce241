import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import type { ConsentStanding } from '@atto-connect/widget/contract';
import type { Answer, HeaderValues } from '../support/bff-client.ts';
import { ClockedStage } from '../support/clocked-stage.ts';
import type { Consent } from '../support/other-atto.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;

let stage: ClockedStage;

before(async () => {
  stage = await ClockedStage.open();
});

after(async () => {
  await stage.close();
});

describe('GET /v1/consents/{consentId}', () => {
  it('says how it stands, and nothing more', async () => {
    const { consent } = await stage.connected('cust-1', { consentEnd: inDays(90) });
    const { status, body, headers } = await look('cust-1', consent);
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'no-store');
    const { providerName, consentEnd: end } = consent;
    assert.deepEqual(body, { status: 'Active', providerName, end, daysLeft: 90, renew: 'none' });
  });

  const ends: [days: number | null, status: string, renew: string, daysLeft: number | null][] = [
    [31.6, 'Active', 'none', 32],
    [30.4, 'Active', 'none', 30],
    [30, 'Active', 'soon', 30],
    [1.4, 'Active', 'soon', 1],
    [0.1, 'Active', 'soon', 1],
    [-1, 'Active', 'now', 0],
    [null, 'Active', 'none', null],
    [-3, 'Expired', 'now', 0],
    [60, 'Revoked', 'now', 60],
    [60, 'Pending', 'none', 60],
    [60, 'Failed', 'none', 60],
    [60, 'SomethingNew', 'none', 60],
  ];
  for (const [days, consentStatus, renew, daysLeft] of ends) {
    it(`offers a renewal "${renew}" for one that is ${consentStatus} and ends in ${days} days`, async () => {
      const { consent } = await stage.connected('cust-1');
      const consentEnd = days === null ? null : inDays(days);
      stage.change(consent, { consentStatus, consentEnd });
      await stage.moveClock(61);
      const { body } = await look('cust-1', consent);
      assert.deepEqual([body.status, body.renew, body.end], [consentStatus, renew, consentEnd]);
      assert.equal(body.daysLeft, daysLeft);
    });
  }

  it('asks Atto at most once a minute, however many look', async () => {
    const { consent } = await stage.connected('cust-2');
    const asked = stage.asked(consent);
    for (let count = 0; count < 20; count += 1) assert.equal((await look('cust-2', consent)).status, 200);
    assert.equal(stage.asked(consent), asked, 'it was asked when it was claimed');
    await stage.moveClock(61);
    const answers = await Promise.all(Array.from({ length: 20 }, () => look('cust-2', consent)));
    for (const { status } of answers) assert.equal(status, 200);
    assert.equal(stage.asked(consent), asked + 1);
  });

  it('asks at most once a minute about one that Atto does not know, too', async () => {
    const consent = { consentId: crypto.randomUUID() };
    for (let count = 0; count < 3; count += 1) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => look('cust-2', consent)));
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([404]));
    }
    assert.equal(stage.asked(consent), 1);
    stage.change(stage.atto.consent({ ...consent, customerReference: 'cust-2' }), {});
    await stage.moveClock(61);
    assert.equal((await look('cust-2', consent)).status, 200);
  });

  it('learns within a minute what has changed at Atto', async () => {
    const { consent } = await stage.connected('cust-2');
    assert.equal((await look('cust-2', consent)).body.status, 'Active');
    // A list that is read meanwhile may tell of it sooner.
    stage.change(consent, { consentStatus: 'Expired' });
    await stage.moveClock(61);
    assert.equal((await look('cust-2', consent)).body.status, 'Expired');
  });

  it('adopts a consent from before our time if Atto says that it has exactly the customer’s reference', async () => {
    const consent = foreign({ customerReference: 'cust-3' });
    assert.equal((await look('cust-3', consent)).body.status, 'Active');
    const row = (await stage.partner.consent(consent['consentId'])).body;
    assert.deepEqual([row.customer, row.binding], ['cust-3', 'unproven']);
    assert.equal((await stage.partner.eventsOf(consent)).length, 1);
  });

  it('knows, once it has adopted one, the data that webhooks told of it before', async () => {
    const consent = foreign({ customerReference: 'cust-3' });
    await stage.notify(stage.atto.notification(consent, { dataAvailability: 'Processed' }));
    // Of a consent of nobody, nothing but the store shows that its webhook was worked off.
    const file = join(stage.environment['DATA_DIR'] ?? '', 'atto-connect.sqlite');
    const database = new DatabaseSync(file, { readOnly: true });
    const row = database.prepare('SELECT id FROM consent WHERE id = ?');
    await until('the webhook is worked off', () => row.get(String(consent['consentId'])) !== undefined);
    database.close();
    assert.equal((await look('cust-3', consent)).status, 200);
    assert.equal((await stage.partner.consent(consent['consentId'])).body.dataAvailability, 'Processed');
  });

  it('goes on knowing it: nobody has to claim what the customer has had for long', async () => {
    const consent = foreign({ customerReference: 'cust-3', consentEnd: inDays(20) });
    for (const seconds of [0, 61, 601, 61]) {
      await stage.moveClock(seconds);
      assert.equal((await look('cust-3', consent)).body.renew, 'soon');
    }
    assert.equal((await stage.partner.consent(consent['consentId'])).body.binding, 'unproven');
    const token = await stage.client.customerToken('cust-3', { consent_id: consent['consentId'] });
    assert.equal((await stage.client.start({ consentId: consent['consentId'] }, token)).status, 201);
  });

  it('is not there while nobody has shown that the customer gave it: a stranger may have', async () => {
    const journey = await stage.client.launched('cust-3');
    const consent = stage.consent(journey);
    await stage.notify(stage.atto.notification(consent));
    await until('the consent is known', async () => (await stage.partner.consent(consent['consentId'])).status === 200);
    assert.equal((await look('cust-3', consent)).status, 404);
    await stage.moveClock(601);
    await until('the consent is unbound', async () => {
      return (await stage.partner.consent(consent['consentId'])).body.binding === 'unbound';
    });
    assert.equal((await look('cust-3', consent)).status, 404);
    assert.equal((await end('cust-3', consent)).status, 404);
    await stage.claim(journey, consent);
    assert.equal((await look('cust-3', consent)).status, 200);
  });

  const notTheirs: Record<string, Consent> = {
    'begins with the customer’s reference': { customerReference: 'cust-3.AAAAAAAAAAAAAAAAAAAAAA' },
    'has a reference that the customer’s begins with': { customerReference: 'cust' },
    'has it in capitals': { customerReference: 'CUST-3' },
    'has no reference': { customerReference: null },
    'is of another application': { customerReference: 'cust-3', applicationId: crypto.randomUUID() },
    'has another id': { customerReference: 'cust-3', consentId: crypto.randomUUID() },
  };
  for (const [what, fields] of Object.entries(notTheirs)) {
    it(`knows nothing of one that ${what}`, async () => {
      const consentId = crypto.randomUUID();
      stage.atto.consents.set(consentId, stage.atto.consent({ consentId, ...fields }));
      const { status, body } = await look('cust-3', { consentId });
      assert.deepEqual([status, codeOf(body)], [404, 'not_found']);
      assert.equal((await stage.partner.consent(consentId)).status, 404);
    });
  }

  it('needs the claim consent_id of the customer token to be the same', async () => {
    const { consent } = await stage.connected('cust-4');
    const { consent: other } = await stage.connected('cust-4');
    for (const claims of [{}, { consent_id: String(other['consentId']) }]) {
      const authorization = `Bearer ${await stage.client.customerToken('cust-4', claims)}`;
      const answer = await call('GET', `/v1/consents/${consent['consentId']}`, { authorization });
      assert.deepEqual([answer.status, codeOf(answer.body)], [404, 'not_found']);
    }
    assert.equal((await call('GET', `/v1/consents/${consent['consentId']}`)).status, 401);
  });

  it('is another customer’s business only with another customer’s consent', async () => {
    const { consent } = await stage.connected('cust-4');
    const { consent: guests } = await stage.connected();
    assert.equal((await look('cust-40', consent)).status, 404);
    assert.equal((await look('cust-4', guests)).status, 404);
  });

  it('says 503 where Atto would have to be asked and cannot be', async () => {
    const { consent } = await stage.connected('cust-5');
    await stage.moveClock(61);
    stage.atto.instead(`/consents/v1/${consent['consentId']}`, (_request, response) => response.writeHead(500).end());
    const { status, body, headers } = await look('cust-5', consent);
    assert.deepEqual([status, codeOf(body)], [503, 'atto_unavailable']);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.equal((await look('cust-5', consent)).status, 200);
  });
});

describe('POST /v1/consents/{consentId}/disconnect', () => {
  it('ends it, on a later visit, and with it the journey; again is no error', async () => {
    const { journey, consent } = await stage.connected('cust-6');
    for (const _time of [1, 2]) {
      const { status, body } = await end('cust-6', consent);
      assert.deepEqual([status, body.status, body.renew], [200, 'Revoked', 'now']);
    }
    assert.equal(stage.atto.calls(`/consents/v1/${consent['consentId']}/revoke`), 1);
    assert.equal((await stage.client.view(journey)).body.status, 'disconnected');
    assert.equal((await stage.partner.eventsOf(consent)).at(-1)?.status, 'Revoked');
  });

  it('ends nothing of somebody else’s', async () => {
    const { consent } = await stage.connected('cust-6');
    assert.equal((await end('cust-60', consent)).status, 404);
    assert.equal(stage.atto.calls(`/consents/v1/${consent['consentId']}/revoke`), 0);
    assert.equal((await stage.partner.consent(consent['consentId'])).body.status, 'Active');
  });

  it('says 503 where Atto does not take it, and nothing has changed', async () => {
    const { consent } = await stage.connected('cust-6');
    stage.atto.instead(`/consents/v1/${consent['consentId']}/revoke`, (_request, response) => {
      response.writeHead(500).end();
    });
    assert.equal((await end('cust-6', consent)).status, 503);
    assert.equal((await look('cust-6', consent)).body.status, 'Active');
  });
});

describe('an end that comes near', () => {
  it('is a reason to ask nobody: Atto says it beforehand, and the consent is shown as "soon"', async () => {
    const { consent } = await stage.connected('cust-7', { consentEnd: inDays(7) });
    const asked = stage.asked(consent);
    await stage.notify(stage.atto.notification({ ...consent, consentStatus: 'UpcomingExpiration' }));
    await until('the partner hears of it', async () =>
      (await stage.partner.eventsOf(consent)).some(({ status }) => status === 'UpcomingExpiration'),
    );
    assert.equal((await look('cust-7', consent)).body.renew, 'soon');
    assert.equal(stage.asked(consent), asked);
  });
});

async function look(customer: string, { consentId }: Consent): Promise<Answer<ConsentStanding>> {
  return call('GET', `/v1/consents/${consentId}`, await vouchedFor(customer, consentId));
}

async function end(customer: string, { consentId }: Consent): Promise<Answer<ConsentStanding>> {
  const headers = { ...(await vouchedFor(customer, consentId)), 'content-type': 'application/json' };
  return call('POST', `/v1/consents/${consentId}/disconnect`, headers);
}

/** The partner's server says that this consent is this customer's, rightly or not. */
async function vouchedFor(customer: string, consentId: unknown): Promise<HeaderValues> {
  return { authorization: `Bearer ${await stage.client.customerToken(customer, { consent_id: consentId })}` };
}

function call<Body>(method: 'GET' | 'POST', path: string, headers: HeaderValues = {}): Promise<Answer<Body>> {
  const { origin } = stage.client.credentials;
  return stage.client.call(method, path, { origin, ...headers }, method === 'POST' ? {} : undefined);
}

function foreign(fields: Consent): Consent {
  return stage.change(stage.atto.consent(fields), {});
}

function inDays(days: number): string {
  return new Date(stage.atto.now() + days * DAY_MS).toISOString();
}

function codeOf(body: unknown): unknown {
  return (body as { code?: string }).code;
}
