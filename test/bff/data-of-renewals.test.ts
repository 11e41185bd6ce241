/** Each renewal begins a history of its own of the data, whatever Atto tells of it and however. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { ClockedStage } from '../support/clocked-stage.ts';
import type { Consent } from '../support/other-atto.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;
const PATIENCE_MS = 15_000;

describe('the data of a renewed consent', () => {
  let stage: ClockedStage;

  before(async () => {
    stage = await ClockedStage.open();
  });
  after(() => stage.close());

  it('is told of the second renewal, too, though Atto (v1) uses the same words', async () => {
    let consent = await ending('cust-1');
    for (const days of [10, 20]) {
      const journey = await left('cust-1', consent);
      consent = stage.change(consent, { statusUpdated: inDays(0), consentEnd: inDays(days) });
      assert.equal((await stage.claim(journey, consent)).body.status, 'connected');
      await stage.notify(stage.atto.notificationV1(consent, { dataAvailability: 'Processed', reauthentication: true }));
      await until('the journey knows', async () => (await dataOf(journey)) === 'Processed', PATIENCE_MS);
      await stage.moveClock(3600);
    }
  });

  it('begins anew where nothing but the time of the status has changed', async () => {
    const consent = await ending('cust-2');
    await stage.notify(stage.atto.notification(consent, { dataAvailability: 'Processed' }));
    await until('the row knows', async () => (await rowOf(consent)) === 'Processed', PATIENCE_MS);
    const journey = await left('cust-2', consent);
    const renewed = stage.change(consent, { statusUpdated: inDays(0) });
    assert.equal((await stage.claim(journey, renewed)).body.dataAvailability, null);
    await stage.notify(stage.atto.notification(renewed, { dataAvailability: 'Partial' }));
    await until('the journey knows', async () => (await dataOf(journey)) === 'Partial', PATIENCE_MS);
    assert.equal(await rowOf(consent), 'Partial');
  });

  it('is kept where the customer goes to the bank once more', async () => {
    const consent = await ending('cust-3');
    const journey = await left('cust-3', consent);
    const renewed = stage.change(consent, { statusUpdated: inDays(0), consentEnd: inDays(90) });
    await stage.notify(stage.atto.notification(consent, { dataAvailability: 'Processed' }));
    await until('the row knows', async () => (await rowOf(consent)) === 'Processed', PATIENCE_MS);
    await stage.client.go((await stage.client.launchAgain(journey)).body.launchUrl);
    await stage.claim(journey, renewed);
    assert.equal(await dataOf(journey), 'Processed');
  });

  async function ending(customer: string): Promise<Consent> {
    return (await stage.connected(customer, { consentEnd: inDays(5) })).consent;
  }

  /** To the bank, to renew it. */
  async function left(customer: string, { consentId }: Consent): Promise<StartedJourney> {
    const token = await stage.client.customerToken(customer, { consent_id: consentId });
    const { body } = await stage.client.start({ consentId }, token);
    await stage.client.go(body.launchUrl);
    return body;
  }

  async function dataOf(journey: StartedJourney): Promise<unknown> {
    return (await stage.partner.journey(journey.journeyId)).body.dataAvailability;
  }

  async function rowOf({ consentId }: Consent): Promise<unknown> {
    return (await stage.partner.consent(consentId)).body.dataAvailability;
  }

  function inDays(days: number): string {
    return new Date(stage.bff.now() + days * DAY_MS).toISOString();
  }
});
