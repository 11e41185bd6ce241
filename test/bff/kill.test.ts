/** The short form of `npm run bench:kill`: what is killed with webhooks in flight loses none, and applies none twice. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Delivery, Fact } from '../kill/delivery.ts';
import { judge } from '../kill/judgement.ts';
import { type Outcome, type Plan, underFire } from '../kill/under-fire.ts';
import { ACKNOWLEDGES_FIRST, KNOWS_NO_DUPLICATES } from '../kill/wrong-receivers/index.ts';
import type { PartnerEvent } from '../support/partner-server.ts';

function killed(plan: Pick<Plan, 'engine' | 'webhooks' | 'kills' | 'server' | 'patienceMs'>): Promise<Outcome> {
  const seed = Math.floor(Math.random() * 2 ** 31);
  console.log(`${plan.engine}, seed ${seed}`);
  return underFire({ ...plan, seed, pausesMs: [500, 1000, 2000], tellsAll: false, log: console.log });
}

describe('acknowledged webhooks', { concurrency: 2 }, () => {
  it('are applied once each, whenever the bff on SQLite is killed', async () => {
    assertRight(await killed({ engine: 'SQLite', webhooks: 1000, kills: { bff: 5 }, patienceMs: 60_000 }));
  });

  it('are applied once each, whenever the bff, PostgreSQL or both are killed', async () => {
    const kills = { bff: 2, PostgreSQL: 1, 'bff with a full inbox': 1 } as const;
    assertRight(await killed({ engine: 'PostgreSQL', webhooks: 2800, kills, patienceMs: 60_000 }));
  });

  it('are seen to be lost where a receiver acknowledges before it stores', async () => {
    const server = ACKNOWLEDGES_FIRST;
    const { lost } = await killed({ engine: 'SQLite', webhooks: 1000, kills: { bff: 4 }, server, patienceMs: 8000 });
    assert.ok(lost.length > 0);
  });

  it('are seen to be applied twice where a receiver knows no duplicates', async () => {
    const server = KNOWS_NO_DUPLICATES;
    const { twice } = await killed({ engine: 'SQLite', webhooks: 1000, kills: { bff: 4 }, server, patienceMs: 20_000 });
    assert.ok(twice.length > 0);
  });
});

function assertRight({ lost, twice, isFeedComplete, kills, acknowledged }: Outcome): void {
  assert.deepEqual({ lost, twice, isFeedComplete }, { lost: [], twice: [], isFeedComplete: true });
  assert.ok(kills.every(({ inFlight }) => inFlight >= 8));
  assert.ok(acknowledged > 0);
}

describe('what the partner heard of a consent', () => {
  const revoked: Delivery = delivery('Revoked', 'acknowledged');
  const processed: Delivery = delivery('Processed', 'given up');

  it('is right where news of its data that was given up comes after its end', () => {
    const events = [...told('Active', null), ...told('Revoked', null), ...told('Revoked', 'Processed')];
    assert.deepEqual(judge([processed, revoked], events), { lost: [], twice: [] });
  });

  it('is once too often where an event says what the one before it said', () => {
    const events = [...told('Active', null), ...told('Revoked', null), ...told('Revoked', null)];
    const { lost, twice } = judge([revoked], events);
    assert.deepEqual([lost.length, twice.map(({ fact }) => fact)], [0, ['Revoked', 'Revoked']]);
  });

  it('is not enough where the journey was not told', () => {
    const [ofConsent] = told('Revoked', null);
    assert.ok(ofConsent);
    assert.deepEqual(
      judge([revoked], [ofConsent]).lost.map((fault) => fault.in),
      ['journey.updated'],
    );
  });

  function delivery(fact: Fact, state: Delivery['state']): Delivery {
    return { consentId: 'c', fact, body: {}, attempts: 1, dueAt: 0, state };
  }

  function told(status: string, dataAvailability: string | null): PartnerEvent[] {
    const event = { cursor: '1', at: '', consentId: 'c', binding: 'bound', dataAvailability };
    const ofJourney = status === 'Revoked' ? 'disconnected' : 'connected';
    return [
      { ...event, type: 'consent.updated', status },
      { ...event, type: 'journey.updated', status: ofJourney },
    ];
  }
});
