import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { SignJWT } from 'jose';
import { assertProblem } from '../support/assert-problem.ts';
import type { BffClient } from '../support/bff-client.ts';
import { type Consent, OtherAtto } from '../support/other-atto.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';

/** Far more than it takes, also on a machine that has much else to do. */
const PATIENCE_MS = 30_000;

import { bffEnvironment, startBffProcess } from '../support/start-bff.ts';

let stage: Stage;
let client: BffClient;

before(async () => {
  stage = await Stage.open();
  ({ client } = stage);
});

after(async () => {
  await stage.close();
});

describe('POST /v1/webhooks/atto', () => {
  it('takes an event of version 2, also twice', async () => {
    const { consent } = await stage.connected();
    const event = stage.atto.notification(consent);
    for (let count = 0; count < 2; count += 1) {
      const { status, text } = await client.webhook(event);
      assert.equal(status, 204);
      assert.equal(text, '');
    }
  });

  it('takes a notification of version 1, also twice', async () => {
    const { consent } = await stage.connected();
    for (let count = 0; count < 2; count += 1)
      assert.equal((await client.webhook(stage.atto.notificationV1(consent))).status, 204);
  });

  const strange: Record<string, Consent> = {
    'an invitation': {
      eventId: randomUUID(),
      eventType: 'Invitation',
      data: { invitationId: 'x', emailState: 'Sent' },
    },
    'an event that nobody knows yet': { eventId: randomUUID(), eventType: 'Account', data: {}, schemaVersion: '9' },
    'a consent event without a consent': { eventId: randomUUID(), eventType: 'Consent', data: {} },
    'a consent that nobody started': { consentId: randomUUID(), providerAuthentication: 'Success' },
    'a status that nobody knows yet': {
      consentId: randomUUID(),
      providerAuthentication: 'Perhaps',
      dataAvailability: 'Most',
    },
  };
  for (const [what, body] of Object.entries(strange)) {
    it(`keeps and acknowledges ${what}: a refusal would only burn Atto’s retries`, async () => {
      assert.equal((await client.webhook(body)).status, 204);
    });
  }

  const wrong: Record<string, Consent> = {
    nothing: {},
    'half of version 1': { consentId: 'x' },
    'a consent without an id': { consentId: '', providerAuthentication: 'Success' },
    'a consent id of 101 characters': { consentId: 'x'.repeat(101), providerAuthentication: 'Success' },
    'a consent id that is a list': { consentId: ['x'], providerAuthentication: 'Success' },
    'an event without an id': { eventType: 'Consent', data: {} },
    'an event whose data is a list': { eventId: 'x', eventType: 'Consent', data: [] },
  };
  for (const [what, body] of Object.entries(wrong)) {
    it(`refuses ${what}`, async () => {
      assertProblem(await client.webhook(body), 400, 'invalid_request', ['']);
    });
  }

  it('takes 60 KiB', async () => {
    const { consent } = await stage.connected();
    const answer = await client.webhook({ ...stage.atto.notificationV1(consent), filler: 'x'.repeat(60 * 1024) });
    assert.equal(answer.status, 204);
  });
});

describe('whoever sends webhooks', () => {
  it('needs a token of the token endpoint', async () => {
    const answer = await client.webhook({}, { authorization: undefined });
    assertProblem(answer, 401, 'missing_token');
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
  });

  const forged = async (claims: object, header: object = {}) => {
    const url = client.url;
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: url, aud: `${url}/v1/webhooks/atto`, sub: 'atto-webhooks', exp: now + 600, ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
      .sign(new TextEncoder().encode(stage.environment['WEBHOOK_CLIENT_SECRET']));
  };
  const bad: Record<string, () => Promise<string>> = {
    'that is made up': async () => 'x',
    'that is signed with its own secret': () => forged({}),
    'that names a key which is not there': () => forged({}, { kid: '../../x' }),
    'that was tampered with': async () => {
      const [header, claims = '', signature] = (await client.webhookToken()).split('.');
      const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), exp: 9_999_999_999 };
      return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
    },
    'that is without a signature': async () => `${(await client.webhookToken()).split('.').slice(0, 2).join('.')}.`,
    'that is a journey’s': async () => (await client.started()).journeyToken,
    'that is a customer’s': () => client.customerToken('cust-1'),
    'that is a receipt': async () => {
      const { journey } = await stage.connected('cust-1');
      return (await client.view(journey)).body.receipt ?? '';
    },
    'that is the API key': async () => stage.environment['PARTNER_API_KEY'] ?? '',
  };
  for (const [what, make] of Object.entries(bad)) {
    it(`is not believed for a token ${what}`, async () => {
      const token = await make();
      assert.notEqual(token, '');
      const { consent } = await stage.connected();
      const notification = stage.atto.notification(consent, { dataAvailability: 'Complete' });
      const answer = await client.webhook(notification, { authorization: `Bearer ${token}` });
      assertProblem(answer, 401, 'invalid_token');
      assert.match(answer.headers['www-authenticate'] ?? '', /^Bearer error="invalid_token"/);
    });
  }

  it('is believed for ten minutes and a little, and then no more', async () => {
    const atto = await OtherAtto.start();
    const bff = await startBffProcess(bffEnvironment(atto));
    const token = await bff.client.webhookToken();
    const send = () =>
      bff.client.webhook(
        { consentId: randomUUID(), providerAuthentication: 'Success' },
        { authorization: `Bearer ${token}` },
      );
    const statuses: number[] = [];
    for (const minutes of [0, 11, 2]) {
      await bff.moveClock(minutes * 60_000);
      statuses.push((await send()).status);
    }
    await bff.close();
    await atto.close();
    assert.deepEqual(statuses, [204, 204, 401]);
  });

  it('needs none where that was configured', async () => {
    const open = await Stage.open({
      WEBHOOK_AUTH: 'none',
      WEBHOOK_CLIENT_ID: undefined,
      WEBHOOK_CLIENT_SECRET: undefined,
    });
    const headers = { 'content-type': 'application/json' };
    const body = { consentId: 'x', providerAuthentication: 'Success' };
    const { status } = await open.client.call('POST', '/v1/webhooks/atto', headers, body);
    const token = await open.client.call('POST', '/v1/oauth2/token', {}, 'grant_type=client_credentials');
    await open.close();
    assert.equal(status, 204);
    assertProblem(token, 404, 'not_found');
  });
});

describe('what a webhook says', { concurrency: 8 }, () => {
  it('connects nothing: nobody has brought the id', async () => {
    const journey = await client.launched('cust-1');
    const consent = stage.consent(journey);
    await client.webhook(stage.atto.notification(consent, { dataAvailability: 'Complete' }));
    await client.webhook(stage.atto.notificationV1(consent, { dataAvailability: 'Complete' }));
    await sleep(700);
    const { body, text } = await client.view(journey);
    assert.equal(body.status, 'launched');
    assert.equal(body.dataAvailability, null);
    assert.doesNotMatch(text, new RegExp(String(consent['consentId'])));
  });

  it('is not believed of a status: Atto is asked, and still says Pending', async () => {
    const journey = await client.launched();
    const consent = stage.consent(journey, { consentStatus: 'Pending' });
    await stage.claim(journey, consent);
    await client.webhook(stage.atto.notification({ ...consent, consentStatus: 'Active' }));
    await until('Atto is asked again', () => stage.asked(consent) >= 2, PATIENCE_MS);
    await sleep(300);
    assert.equal((await client.view(journey)).body.status, 'returned');
  });

  it('is not believed of a revocation either', async () => {
    const { journey, consent } = await stage.connected();
    const later = new Date(Date.now() + 60_000).toISOString();
    await client.webhook(stage.atto.notification({ ...consent, consentStatus: 'Revoked', statusUpdated: later }));
    await until('Atto is asked again', () => stage.asked(consent) === 2, PATIENCE_MS);
    await sleep(300);
    assert.equal((await client.view(journey)).body.status, 'connected');
  });

  it('is a reason to ask: a revocation that is true ends the connection', async () => {
    const { journey, consent } = await stage.connected();
    const seen = await client.view(journey);
    const statusUpdated = new Date(Date.now() + 1000).toISOString();
    await client.webhook(stage.atto.notification(stage.change(consent, { consentStatus: 'Revoked', statusUpdated })));
    const { body } = await stage.next(journey, seen);
    assert.equal(body.status, 'disconnected');
    assert.equal(body.receipt, undefined);
  });

  it('is a reason to ask sooner about a claim that waits', async () => {
    const journey = await client.launched();
    const consent = stage.consent(journey, { consentStatus: 'Pending' });
    await stage.claim(journey, consent);
    // Asked at 0, 1 and 3 s: the next time would be 4 s later.
    await until('Atto is asked three times', () => stage.asked(consent) === 3, PATIENCE_MS);
    const seen = await client.view(journey);
    await client.webhook(stage.atto.notification(stage.change(consent, { consentStatus: 'Active' })));
    const { body } = await stage.next(journey, seen);
    assert.equal(body.status, 'connected');
    const [, , third = 0, fourth = 0] = stage.askedAt(consent);
    assert.ok(fourth - third < 4000, `${fourth - third} ms`);
  });

  it('asks Atto nothing where it tells of data alone', async () => {
    const { consent } = await stage.connected();
    for (const dataAvailability of ['Partial', 'Complete', 'Processed']) {
      await client.webhook(stage.atto.notification(consent, { dataAvailability }));
      await client.webhook(stage.atto.notificationV1(consent, { dataAvailability }));
    }
    await sleep(2500);
    assert.equal(stage.asked(consent), 1);
  });

  it('asks Atto at most once in two seconds, however many come', async () => {
    const { consent } = await stage.connected();
    const start = performance.now();
    for (let count = 1; count <= 30; count += 1) {
      const statusUpdated = new Date(Date.now() + count * 1000).toISOString();
      await client.webhook(stage.atto.notification({ ...consent, statusUpdated }));
    }
    await sleep(2600);
    // The first of them was the claim.
    const asked = stage.askedAt(consent);
    const gaps = asked.slice(2).map((at, index) => at - (asked[index + 1] ?? 0));
    assert.ok(asked.length >= 2 && asked.length - 1 <= 1 + (performance.now() - start) / 2000);
    for (const gap of gaps) assert.ok(gap >= 1900, `${gap} ms`);
  });

  it('asks Atto nothing about a consent of nobody', async () => {
    const stranger = stage.consent({ reference: 'nobody.AAAAAAAAAAAAAAAAAAAAAA' });
    await client.webhook(stage.atto.notification(stranger));
    await sleep(600);
    assert.equal(stage.asked(stranger), 0);
  });
});

describe('news of the data', { concurrency: 8 }, () => {
  const orders: Record<string, [told: string[], ends: string]> = {
    'goes up': [['Partial', 'Complete', 'Processed'], 'Processed'],
    'never goes back': [['Processed', 'Complete', 'Partial'], 'Processed'],
    'does not mind repetition': [['Partial', 'Partial', 'Complete', 'Complete', 'Partial'], 'Complete'],
    'stays at Error until it is Complete': [['Partial', 'Error', 'Partial'], 'Error'],
    'gets over an Error': [['Error', 'Complete'], 'Complete'],
    'does not fall to an Error that comes late': [['Complete', 'Error'], 'Complete'],
    'is told in words of tomorrow': [['Sketched'], 'Sketched'],
    'prefers words that we know': [['Sketched', 'Partial', 'Sketched'], 'Partial'],
  };
  for (const [what, [told, ends]] of Object.entries(orders)) {
    for (const version of ['notification', 'notificationV1'] as const) {
      it(`${what} (${version})`, async () => {
        const { journey, consent } = await stage.connected();
        for (const dataAvailability of told) await client.webhook(stage.atto[version](consent, { dataAvailability }));
        assert.equal(await dataOf(journey, ends), ends);
      });
    }
  }

  it('that came before the claim is shown with the connection', async () => {
    const journey = await client.launched();
    const consent = stage.consent(journey);
    await client.webhook(stage.atto.notification(consent, { dataAvailability: 'Partial' }));
    await client.webhook(stage.atto.notificationV1(consent, { dataAvailability: 'Complete' }));
    await sleep(300);
    assert.equal((await stage.claim(journey, consent)).body.status, 'connected');
    assert.equal(await dataOf(journey, 'Complete'), 'Complete');
  });

  it('of another consent changes nothing', async () => {
    const [{ journey }, other] = [await stage.connected('cust-1'), await stage.connected('cust-1')];
    await client.webhook(stage.atto.notification(other.consent, { dataAvailability: 'Processed' }));
    assert.equal(await dataOf(other.journey, 'Processed'), 'Processed');
    assert.equal((await client.view(journey)).body.dataAvailability, null);
  });

  it('that names another reference changes nothing', async () => {
    const [{ journey, consent }, other] = [await stage.connected('cust-1'), await stage.connected('cust-2')];
    const { reference: customerReference } = other.journey;
    await client.webhook(stage.atto.notification({ ...consent, customerReference }, { dataAvailability: 'Processed' }));
    await sleep(200);
    assert.equal((await client.view(journey)).body.dataAvailability, null);
    assert.equal((await client.view(other.journey)).body.dataAvailability, null);
  });

  it('that lied of its reference before the connection does not keep the truth away after it', async () => {
    const other = await client.launched('cust-2');
    const journey = await client.launched('cust-1');
    const consent = stage.consent(journey);
    const { reference: customerReference } = other;
    await client.webhook(stage.atto.notification({ ...consent, customerReference }, { dataAvailability: 'Processed' }));
    await sleep(200);
    const { body } = await stage.claim(journey, consent);
    assert.equal(body.status, 'connected');
    assert.equal(body.dataAvailability, null);
    await client.webhook(stage.atto.notification(consent, { dataAvailability: 'Partial' }));
    assert.equal(await dataOf(journey, 'Partial'), 'Partial');
  });

  it('reaches every journey that the consent connected, and no cancelled one', async () => {
    const { journey, consent } = await stage.connected();
    const cancelled = await client.launched();
    await client.cancel(cancelled);
    await client.webhook(stage.atto.notification(consent, { dataAvailability: 'Complete' }));
    assert.equal(await dataOf(journey, 'Complete'), 'Complete');
    assert.equal((await client.view(cancelled)).body.dataAvailability, null);
  });
});

/** What the page shows of the data, once everything that was told is worked off. */
async function dataOf(journey: StartedJourney, expected: string): Promise<string | null> {
  const shown = async () => (await client.view(journey)).body.dataAvailability;
  await until(`data is ${expected}`, async () => (await shown()) === expected, PATIENCE_MS);
  await sleep(60);
  return shown();
}
