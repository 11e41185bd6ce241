import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { type Consent, OtherAtto } from '../support/other-atto.ts';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';

/** Far more than it takes, also on a machine that has much else to do. */
const PATIENCE_MS = 30_000;

import { type BffProcess, bffEnvironment, startBffProcess } from '../support/start-bff.ts';

describe('a bff that is started again', () => {
  it('goes on with every journey where it was', async () => {
    const stage = await Stage.open();
    const created = await stage.client.started('cust-1');
    const launched = await stage.client.launched('cust-1');
    const failed = await stage.client.launched();
    await stage.bringError(failed, 'access_denied');
    const { journey: connected, consent } = await stage.connected();
    await stage.client.webhook(stage.atto.notification(consent, { dataAvailability: 'Partial' }));
    await stage.next(connected, await stage.client.view(connected), 1);
    const journeys = [created, launched, failed, connected];
    const before = await Promise.all(journeys.map((journey) => stage.client.view(journey)));
    const handle = await stage.client.handle(returnOf(launched, stage.consent(launched)));
    const webhookToken = await stage.client.webhookToken();

    await stage.restart();

    const views = await Promise.all(journeys.map((journey) => stage.client.view(journey)));
    const gone = await stage.client.go(created.launchUrl);
    const redeemed = await stage.client.redeem(launched, { handle });
    const authorization = `Bearer ${webhookToken}`;
    const told = await stage.client.webhook(stage.atto.notification(consent), { authorization });
    await stage.close();
    assert.deepEqual(
      views.map(({ body, headers }) => [body, headers['etag']]),
      before.map(({ body, headers }) => [body, headers['etag']]),
    );
    assert.equal(gone.status, 303);
    assert.equal(redeemed.body.status, 'connected');
    assert.equal(told.status, 204);
  });

  it('asks on about a claim that was waiting', async () => {
    const stage = await Stage.open();
    const journey = await stage.client.launched();
    const pending = stage.consent(journey, { consentStatus: 'Pending' });
    await stage.claim(journey, pending);
    stage.change(pending, { consentStatus: 'Active' });
    await stage.restart();
    const seen = await stage.client.view(journey);
    const view = seen.body.status === 'connected' ? seen : await stage.next(journey, seen);
    await stage.close();
    assert.equal(view.body.status, 'connected');
  });

  it('ends the hours that were over meanwhile', async () => {
    const stage = await Stage.open({ JOURNEY_SECONDS: '1' });
    const journey = await stage.client.launched();
    await stage.restart();
    await sleep(1100);
    const { body } = await stage.client.view(journey);
    await stage.close();
    assert.equal(body.status, 'expired');
  });

  it('answers who waits before it leaves, and leaves at once', async () => {
    const stage = await Stage.open();
    const journey = await stage.client.started();
    const seen = await stage.client.view(journey);
    const held = stage.next(journey, seen);
    await sleep(500);
    const start = performance.now();
    const [answer] = await Promise.all([held, stage.restart()]);
    const ms = performance.now() - start;
    await stage.close();
    assert.equal(answer.status, 304);
    assert.ok(ms < 8000, `${ms} ms`);
  });
});

describe('a bff that gets SIGTERM', () => {
  let atto: OtherAtto;
  let bff: BffProcess;

  before(async () => {
    atto = await OtherAtto.start();
    bff = await startBffProcess(bffEnvironment(atto));
  });
  after(async () => {
    await bff.close();
    await atto.close();
  });

  it('says that it is not ready, answers who waits, goes on for a while without keeping connections, and leaves', async () => {
    const journey = await bff.client.started();
    const { headers } = await bff.client.view(journey);
    const held = bff.client.view(journey, { 'if-none-match': headers['etag'], prefer: 'wait=25' });
    await sleep(300);
    const start = performance.now();
    const left = bff.terminate();
    assert.equal((await held).status, 304);
    const ready = await bff.client.call<{ code: string }>('GET', '/readyz');
    assert.deepEqual(
      [ready.status, ready.body.code, Number(ready.headers['retry-after']) > 0],
      [503, 'not_ready', true],
    );
    const started = await bff.client.start();
    assert.deepEqual([started.status, started.headers['connection']], [201, 'close']);
    await left;
    const seconds = (performance.now() - start) / 1000;
    assert.ok(seconds < 10, `${seconds} s`);
  });
});

describe('a bff that is killed', () => {
  let atto: OtherAtto;
  let bff: BffProcess;

  before(async () => {
    atto = await OtherAtto.start();
    bff = await startBffProcess(bffEnvironment(atto));
  });

  after(async () => {
    await bff.close();
    await atto.close();
  });

  it('has lost no webhook that it acknowledged, and applies each', async () => {
    const connected: { journey: StartedJourney; consent: Consent }[] = [];
    for (let count = 0; count < 20; count += 1) connected.push(await connect());
    for (let round = 0; round < 3; round += 1) {
      const word = ['Partial', 'Complete', 'Processed'][round] ?? '';
      const told = connected.map(async ({ consent }) => {
        const answer = await bff.client
          .webhook(atto.notification(consent, { dataAvailability: word }))
          .catch(() => null);
        return answer?.status === 204;
      });
      // Killed in the middle of it: as soon as the first few are acknowledged.
      await Promise.any(told.slice(round, round + 4));
      await bff.kill();
      const acknowledged = await Promise.all(told);
      bff = await bff.restart();
      const expected = connected.filter((_, index) => acknowledged[index]);
      assert.ok(expected.length > 0);
      for (const { journey } of expected) assert.equal(await dataOf(journey, word), word);
    }
  });

  it('has lost no return that it redirected, and no journey that it started', async () => {
    const journey = await bff.client.launched();
    const consent = consentOf(journey);
    const handle = await bff.client.handle(returnOf(journey, consent));
    await bff.kill();
    bff = await bff.restart();
    assert.equal((await bff.client.redeem(journey, { handle })).body.status, 'connected');
  });

  it('asks again what was being asked', async () => {
    const journey = await bff.client.launched();
    const consent = consentOf(journey);
    const handle = await bff.client.handle(returnOf(journey, consent));
    atto.instead(`/consents/v1/${consent['consentId']}`, () => {});
    bff.client.redeem(journey, { handle }).catch(() => {});
    await until('Atto is asked', () => atto.calls(`/consents/v1/${consent['consentId']}`) === 1, PATIENCE_MS);
    await bff.kill();
    bff = await bff.restart();
    const seen = await bff.client.view(journey);
    await bff.moveClock(16_000);
    const { body } = await bff.client.view(journey, { 'if-none-match': seen.headers['etag'], prefer: 'wait=20' });
    assert.equal(body.status, 'connected');
  });

  it('applies nothing twice that was sent twice', async () => {
    const { journey, consent } = await connect();
    const event = { ...atto.notification(consent, { dataAvailability: 'Partial' }), eventId: randomUUID() };
    await bff.client.webhook(event);
    assert.equal(await dataOf(journey, 'Partial'), 'Partial');
    const { body: before } = await bff.client.view(journey);
    await bff.kill();
    bff = await bff.restart();
    await bff.client.webhook(event);
    await sleep(200);
    assert.deepEqual((await bff.client.view(journey)).body, before);
  });

  function consentOf({ reference }: StartedJourney): Consent {
    const consent = atto.consent({ customerReference: reference });
    atto.consents.set(String(consent['consentId']), consent);
    return consent;
  }

  async function connect(): Promise<{ journey: StartedJourney; consent: Consent }> {
    const journey = await bff.client.launched();
    const consent = consentOf(journey);
    const { consentId } = consent;
    await bff.client.redeem(journey, { customerRef: journey.reference, state: 'success', consentId });
    return { journey, consent };
  }

  async function dataOf(journey: StartedJourney, expected: string): Promise<string | null> {
    let known: string | null = null;
    const isSo = async () => {
      known = (await bff.client.view(journey)).body.dataAvailability;
      return known === expected;
    };
    await until(`data is ${expected}`, isSo, PATIENCE_MS);
    return known;
  }
});

function returnOf({ reference }: StartedJourney, { consentId }: Consent): Record<string, string> {
  return { customer_ref: reference, state: 'success', consent_id: String(consentId) };
}
