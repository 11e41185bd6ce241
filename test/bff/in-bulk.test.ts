import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { ClockedStage } from '../support/clocked-stage.ts';
import { type Consent, OtherAtto } from '../support/other-atto.ts';
import { bffEnvironment, type Environment } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

/** Far more than it takes, also on a machine that has much else to do. */
const PATIENCE_MS = 60_000;
/** More than can be asked one by one in a minute, and more than one page. */
const JOURNEYS = 110;
const BUDGET = 60;

interface Case {
  name: string;
  bend: (atto: OtherAtto) => void;
}

const lists: Case[] = [
  { name: 'oldest first', bend: () => {} },
  { name: 'newest first', bend: (atto) => Object.assign(atto, { listOrder: 'newest first' }) },
  { name: 'in pages of fifty, whatever is asked for', bend: (atto) => Object.assign(atto, { longestPage: 50 }) },
  { name: 'all at once, whatever page is asked for', bend: (atto) => Object.assign(atto, { ignoresPaging: true }) },
];

describe('more consents to ask about than Atto allows', () => {
  let stage: ClockedStage;

  afterEach(() => stage.close());

  async function open(changes: Environment = {}): Promise<void> {
    const atto = await OtherAtto.start();
    stage = await ClockedStage.of(atto, bffEnvironment(atto, { ATTO_BUDGET: String(BUDGET), ...changes }));
  }

  /** Journeys whose customers have come back while Atto has not decided: claims that wait. */
  async function returned(count: number): Promise<{ journey: StartedJourney; consent: Consent }[]> {
    const made = [];
    for (let n = 0; n < count; n += 1) {
      const journey = await stage.client.launched();
      const consent = stage.consent(journey, { consentStatus: 'Pending' });
      const { body } = await stage.claim(journey, consent);
      assert.equal(body.status, 'returned');
      made.push({ journey, consent });
    }
    return made;
  }

  function activate(consent: Consent, fields: Consent = {}): Consent {
    const now = new Date(stage.bff.now()).toISOString();
    return stage.change(consent, { consentStatus: 'Active', consentStart: now, statusUpdated: now, ...fields });
  }

  async function statuses(journeys: readonly { journey: StartedJourney }[]): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { journey } of journeys) {
      const { status } = (await stage.client.view(journey)).body;
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  function calls(): number {
    return stage.atto.heard.filter(({ path }) => path.startsWith('/consents/v1')).length;
  }

  /** Atto tells of all of them, and the next list may be read. */
  async function tellOf(consents: readonly Consent[]): Promise<void> {
    for (const consent of consents) await stage.notify(stage.atto.notification(consent));
    await stage.moveClock(11);
  }

  for (const { name, bend } of lists) {
    it(`are answered by a list: ${name}`, async () => {
      await open();
      bend(stage.atto);
      const waiting = await returned(JOURNEYS);
      // The minute in which the quota was spent on their returns is over.
      await stage.moveClock(62);
      const before = calls();
      await tellOf(waiting.map(({ consent }) => activate(consent)));
      const all = async () => (await statuses(waiting))['connected'] === JOURNEYS;
      await until('all are connected', all, PATIENCE_MS);
      const needed = calls() - before;
      assert.ok(needed <= BUDGET, `${needed} calls for ${JOURNEYS} journeys`);
    });
  }

  it('are believed of a list no more than of one answer', async () => {
    await open();
    const waiting = await returned(JOURNEYS);
    const lies: Consent[] = [
      { customerReference: 'somebody-else' },
      { applicationId: crypto.randomUUID() },
      { consentStart: new Date(Date.now() - 3_600_000).toISOString() },
    ];
    const lied = waiting.splice(0, lies.length);
    await stage.moveClock(62);
    const consents = waiting.map(({ consent }) => activate(consent));
    for (const [n, { consent }] of lied.entries()) activate(consent, lies[n]);
    await tellOf([...consents, ...lied.map(({ consent }) => consent)]);
    const all = async () => (await statuses(waiting))['connected'] === waiting.length;
    await until('all others are connected', all, PATIENCE_MS);
    const { connected = 0 } = await statuses(lied);
    assert.equal(connected, 0);
  });

  it('bind nothing that nobody has come back with, and the partner sees how they stand', async () => {
    await open();
    const journeys: { journey: StartedJourney; consent: Consent }[] = [];
    for (let n = 0; n < JOURNEYS; n += 1) {
      const journey = await stage.client.launched();
      journeys.push({ journey, consent: stage.consent(journey) });
    }
    const before = calls();
    await tellOf(journeys.map(({ consent }) => activate(consent)));
    const seen = async () => {
      const { body } = await stage.partner.consents('');
      return body.consents.filter(({ status }) => status === 'Active');
    };
    await until('the partner sees all of them', async () => (await seen()).length === JOURNEYS, PATIENCE_MS);
    assert.ok(calls() - before <= BUDGET, `${calls() - before} calls for ${JOURNEYS} consents`);
    assert.deepEqual([...new Set((await seen()).map(({ binding }) => binding))], ['none']);
    assert.deepEqual(await statuses(journeys), { launched: JOURNEYS });
  });
});
