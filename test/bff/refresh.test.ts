import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ClockedStage } from '../support/clocked-stage.ts';
import type { Consent, Reply } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';

let stage: ClockedStage;
let partner: PartnerServer;

before(async () => {
  stage = await ClockedStage.open();
  ({ partner } = stage);
});

after(async () => {
  await stage.close();
});

describe('POST /v1/partner/consents/{consentId}/refresh', () => {
  it('has Atto refresh the data, with the scope for it, and answers with the consent', async () => {
    const { consent } = await stage.connected('cust-1');
    const { status, body } = await partner.refresh(consent['consentId']);
    assert.deepEqual([status, body.id, body.status], [200, consent['consentId'], 'Active']);
    assert.equal(refreshes(consent), 1);
    const scopes = stage.atto.heard
      .filter(({ path }) => path === '/v1/oauth2/token')
      .map(({ body: form }) => new URLSearchParams(form).get('scope'));
    assert.ok(scopes.includes('directid.stored_data'));
  });

  it('waits longer than for anything else', async () => {
    const { consent } = await stage.connected('cust-1');
    // Longer than the five seconds that every other call may take.
    answer(consent, (_request, response) => {
      setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{"statusCode":200}'), 5500);
    });
    assert.equal((await partner.refresh(consent['consentId'])).status, 200);
  });

  const refusals: readonly [what: string, status: number, body: object, told: readonly [number, string]][] = [
    [
      'access that was revoked',
      403,
      gateway(403, 'The consent or account access has been revoked'),
      [403, 'refresh_not_allowed'],
    ],
    [
      'an account that may not be refreshed',
      403,
      { code: 'account_refresh_not_allowed' },
      [403, 'account_refresh_not_allowed'],
    ],
    ['a login that is too old', 403, { Code: 'sca_error' }, [403, 'sca_error']],
    [
      'a refresh that is under way',
      409,
      gateway(409, 'A refresh is already in progress for this consent'),
      [409, 'refresh_in_progress'],
    ],
    [
      'a bank that is down',
      502,
      { code: 'provider_temporarily_unavailable' },
      [502, 'provider_temporarily_unavailable'],
    ],
    ['an Atto that is down', 500, { code: 'unexpected_error' }, [503, 'atto_unavailable']],
  ];
  for (const [what, status, body, told] of refusals) {
    it(`says what Atto says of ${what}`, async () => {
      const { consent } = await stage.connected('cust-1');
      answer(consent, (_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
      const refused = await partner.refresh(consent['consentId']);
      assert.deepEqual([refused.status, refused.body.code], told);
      assert.doesNotMatch(refused.text, /The consent or account|A refresh is already/);
    });
  }

  it('looks how a consent stands that Atto refused', async () => {
    const { consent } = await stage.connected('cust-2');
    await stage.moveClock(5);
    stage.change(consent, { consentStatus: 'Revoked', statusUpdated: new Date(stage.atto.now()).toISOString() });
    assert.equal((await partner.refresh(consent['consentId'])).status, 403);
    await until('it is revoked', async () => (await partner.consent(consent['consentId'])).body.status === 'Revoked');
  });

  it('asks nothing for a consent that nobody has claimed', async () => {
    const consent = await unclaimed(stage);
    const { status, body } = await partner.refresh(consent['consentId']);
    assert.deepEqual([status, body.code], [409, 'consent_unbound']);
    assert.equal(refreshes(consent), 0);
  });

  it('asks Atto thirty times a minute and no more', async () => {
    await stage.moveClock(120);
    const { consent } = await stage.connected('cust-4');
    const statuses = [];
    for (let count = 0; count < 31; count += 1) statuses.push((await partner.refresh(consent['consentId'])).status);
    assert.deepEqual(statuses, [...Array(30).fill(200), 503]);
    assert.equal(refreshes(consent), 30);
    const { headers } = await partner.refresh(consent['consentId']);
    assert.ok(Number(headers['retry-after']) > 0 && Number(headers['retry-after']) <= 61);
    await stage.moveClock(61);
    assert.equal((await partner.refresh(consent['consentId'])).status, 200);
  });
});

describe('a partner that takes it upon itself whose consents are (requireBound: false)', () => {
  it('has data refreshed of a consent that nobody has claimed, but not of one that its giver has disowned', async () => {
    const bold = await ClockedStage.open({ PARTNER_REQUIRE_BOUND: 'false' });
    const consent = await unclaimed(bold);
    assert.equal((await bold.partner.refresh(consent['consentId'])).status, 200);
    const journey = await bold.client.launched('cust-5');
    const disowned = bold.consent(journey);
    const returned = { customer_ref: journey.reference, state: 'success', consent_id: String(disowned['consentId']) };
    const handle = await bold.client.handle(returned);
    const json = { 'content-type': 'application/json', origin: bold.client.credentials.origin };
    await bold.client.call('POST', `/v1/returns/${handle}/disown`, json, {});
    await until('it is known', async () => (await bold.partner.consent(disowned['consentId'])).status === 200);
    assert.equal((await bold.partner.refresh(disowned['consentId'])).status, 409);
    await bold.close();
  });
});

describe('a bff that is told to leave', () => {
  it('gives up a refresh that is under way, rather than keep everybody waiting', async () => {
    const leaving = await Stage.open();
    const server = new PartnerServer(() => leaving.client, leaving.environment['PARTNER_API_KEY']);
    const { consent } = await leaving.connected('cust-1');
    const asked = new Promise<void>((heard) => {
      leaving.atto.instead(`/stored-data/v1/consents/${consent['consentId']}/refresh`, () => heard());
    });
    const refused = server.refresh(consent['consentId']);
    await asked;
    const [{ status }] = await Promise.all([refused, leaving.restart()]);
    assert.equal(status, 503);
    await leaving.close();
  });
});

async function unclaimed(where: ClockedStage): Promise<Consent> {
  const consent = where.consent(await where.client.launched('cust-3'));
  await where.notify(where.atto.notification(consent));
  await until('it is known', async () => (await where.partner.consent(consent['consentId'])).status === 200);
  return consent;
}

function refreshes({ consentId }: Consent): number {
  return stage.atto.calls(`/stored-data/v1/consents/${consentId}/refresh`);
}

function answer({ consentId }: Consent, reply: Reply): void {
  stage.atto.instead(`/stored-data/v1/consents/${consentId}/refresh`, reply);
}

function gateway(statusCode: number, message: string): object {
  return { statusCode, message };
}
