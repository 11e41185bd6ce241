import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Answer, Held, ViewOrProblem } from '../support/bff-client.ts';
import { ClockedStage } from '../support/clocked-stage.ts';
import { until } from '../support/until.ts';

let stage: ClockedStage;

before(async () => {
  stage = await ClockedStage.open();
});

after(async () => {
  await stage.close();
});

describe('POST /v1/journeys/{journeyId}/disconnect', () => {
  it('revokes the bound consent at Atto, ends the journey and takes the receipt back', async () => {
    const { journey, consent } = await stage.connected('cust-1');
    const { status, body, headers } = await disconnect(journey);
    assert.equal(status, 200);
    assert.deepEqual([body.status, body.receipt, body.consent?.status], ['disconnected', undefined, 'Revoked']);
    assert.equal(stage.atto.consents.get(String(consent['consentId']))?.['consentStatus'], 'Revoked');
    const seen = await stage.client.view(journey);
    assert.deepEqual([seen.body, seen.headers['etag']], [body, headers['etag']]);
    const row = (await stage.partner.consent(consent['consentId'])).body;
    assert.deepEqual([row.status, row.binding, row.renew], ['Revoked', 'bound', 'now']);
  });

  it('stands, though an answer from before it comes after it, and keeps what was told of the data', async () => {
    const { journey, consent } = await stage.connected('cust-1');
    await stage.notify(stage.atto.notification(consent, { dataAvailability: 'Processed' }));
    const answers: (() => void)[] = [];
    stage.atto.instead(`/consents/v1/${consent['consentId']}`, (_request, response) => {
      answers.push(() => response.setHeader('content-type', 'application/json').end(JSON.stringify(consent)));
    });
    const expired = { consentStatus: 'Expired', statusUpdated: new Date(stage.bff.now() + 1).toISOString() };
    await stage.moveClock(3);
    await stage.notify(stage.atto.notification(consent, expired));
    await until('Atto is asked', () => answers.length > 0);
    assert.equal((await disconnect(journey)).body.status, 'disconnected');
    const revoked = (await stage.partner.consent(consent['consentId'])).body;
    for (const answer of answers) answer();
    // What comes after it shows that it was worked off.
    await stage.connected('cust-1');
    const row = (await stage.partner.consent(consent['consentId'])).body;
    assert.deepEqual([row.status, row.dataAvailability], ['Revoked', 'Processed']);
    assert.deepEqual(row, revoked);
  });

  it('is no error when it is done again, and asks Atto once', async () => {
    const { journey, consent } = await stage.connected('cust-1');
    const first = await disconnect(journey);
    const second = await disconnect(journey);
    assert.deepEqual([second.status, second.body], [200, first.body]);
    assert.equal(stage.atto.calls(`/consents/v1/${consent['consentId']}/revoke`), 1);
  });

  it('is done once for two tabs at the same time', async () => {
    const { journey } = await stage.connected('cust-1');
    const answers = await Promise.all([disconnect(journey), disconnect(journey)]);
    for (const { status, body } of answers) assert.deepEqual([status, body.status], [200, 'disconnected']);
    assert.equal(new Set(answers.map(({ body }) => body.version)).size, 1);
  });

  it('takes a consent that Atto has revoked already for revoked', async () => {
    const { journey, consent } = await stage.connected('cust-1');
    stage.atto.instead(`/consents/v1/${consent['consentId']}/revoke`, (_request, response) => {
      stage.atto.error(response, 400, 'consent_revoked');
    });
    assert.equal((await disconnect(journey)).body.status, 'disconnected');
  });

  it('changes nothing where Atto does not take it, and can be tried again', async () => {
    const { journey, consent } = await stage.connected('cust-1');
    stage.atto.instead(`/consents/v1/${consent['consentId']}/revoke`, (_request, response) => {
      response.writeHead(500).end();
    });
    const { status, body, headers } = await disconnect(journey);
    assert.deepEqual([status, body.code], [503, 'atto_unavailable']);
    assert.ok(Number(headers['retry-after']) > 0);
    assert.equal((await stage.client.view(journey)).body.status, 'connected');
    assert.equal((await disconnect(journey)).body.status, 'disconnected');
  });

  it('is a 409 before there is anything to end, and after it has ended otherwise', async () => {
    const created = await stage.client.started('cust-1');
    const launched = await stage.client.launched('cust-1');
    const cancelled = await stage.client.launched('cust-1');
    await stage.client.cancel(cancelled);
    for (const journey of [created, launched, cancelled]) {
      const { status, body } = await disconnect(journey);
      assert.deepEqual([status, body.code], [409, 'wrong_state']);
    }
  });

  it('is final: nothing of the journey connects any more', async () => {
    const { journey, consent } = await stage.connected('cust-1');
    await disconnect(journey);
    stage.change(consent, {});
    assert.equal((await stage.claim(journey, consent)).status, 409);
    assert.equal((await stage.client.launchAgain(journey)).status, 409);
    assert.equal((await stage.client.cancel(journey)).status, 409);
    assert.equal((await stage.client.view(journey)).body.status, 'disconnected');
  });

  it('wakes those who wait', async () => {
    const { journey } = await stage.connected('cust-1');
    const waiting = stage.next(journey, await stage.client.view(journey));
    await disconnect(journey);
    assert.equal((await waiting).body.status, 'disconnected');
  });
});

describe('a consent that ends elsewhere', () => {
  it('disconnects its journey when Atto says that it was revoked', async () => {
    const { journey, consent } = await stage.connected('cust-2');
    await stage.moveClock(5);
    const statusUpdated = new Date(stage.atto.now()).toISOString();
    await stage.notify(stage.atto.notification(stage.change(consent, { consentStatus: 'Revoked', statusUpdated })));
    await until('it is disconnected', async () => (await stage.client.view(journey)).body.status === 'disconnected');
    assert.equal((await stage.client.view(journey)).body.receipt, undefined);
  });

  it('that expires leaves the journey as it was, and shows what Atto says of it', async () => {
    const { journey, consent } = await stage.connected('cust-2');
    await stage.moveClock(5);
    const statusUpdated = new Date(stage.atto.now()).toISOString();
    await stage.notify(stage.atto.notification(stage.change(consent, { consentStatus: 'Expired', statusUpdated })));
    await until('it is expired', async () => (await stage.client.view(journey)).body.consent?.status === 'Expired');
    assert.equal((await stage.client.view(journey)).body.status, 'connected');
  });
});

function disconnect({ journeyId, journeyToken }: Held): Promise<Answer<ViewOrProblem>> {
  const { origin } = stage.client.credentials;
  const headers = { authorization: `Bearer ${journeyToken}`, origin, 'content-type': 'application/json' };
  return stage.client.call('POST', `/v1/journeys/${journeyId}/disconnect`, headers, {});
}
