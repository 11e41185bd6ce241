/**
 * Ten webhooks of one consent, each delivered one to five times, shuffled: however they come, what the partner sees in the
 * end is the same. `LONG=1` plays 1,000 seeds of each ending, and writes what came of them to `test/results/shuffled.json`.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Consent } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { pipelined } from '../support/pipelined.ts';
import { writeResult } from '../support/result-file.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { Stage } from '../support/stage.ts';

const isLong = process.env['LONG'] === '1';
const SEEDS = isLong ? 1000 : 60;
const AT_A_TIME = 200;
const CONNECTIONS = 4;
/** Working off some ten thousand webhooks that come at once takes its time; what counts is what they end in. */
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 500;
/** Beyond the two seconds after which a question may be asked again. */
const SETTLED_MS = 2500;
const MINUTE_MS = 60_000;

/** What Atto says of the consent while the webhooks come, and when the customer has brought it back. */
interface Ending {
  readonly status: 'Active' | 'Revoked' | 'Expired';
  readonly claimed: 'before all of them' | 'in between';
}

const endings: readonly Ending[] = [
  { status: 'Active', claimed: 'in between' },
  { status: 'Revoked', claimed: 'before all of them' },
  { status: 'Expired', claimed: 'before all of them' },
];

/** What the partner's server sees, but for what differs from journey to journey. */
interface Seen {
  readonly journey: Readonly<Record<'status' | 'dataAvailability' | 'binding' | 'error' | 'consentStatus', unknown>>;
  readonly consent: Readonly<Record<'status' | 'dataAvailability' | 'binding' | 'renew', unknown>>;
}

/** One seed: a journey of its own, and its webhooks; where it is not claimed yet, before the claim and after it. */
interface Play {
  readonly journey: StartedJourney;
  readonly consent: Consent;
  readonly isClaimed: boolean;
  readonly parts: readonly [earlier: readonly Consent[], later: readonly Consent[]];
}

describe(`ten webhooks of a consent, each one to five times, shuffled by ${SEEDS} seeds`, {
  concurrency: 3,
}, () => {
  const firstSeed = Math.floor(Math.random() * 2 ** 31);
  const startedAt = Date.now();
  const results: object[] = [];
  let stage: Stage;
  let partner: PartnerServer;
  let authorization: string;

  before(async () => {
    stage = await Stage.open();
    partner = new PartnerServer(() => stage.client, stage.environment['PARTNER_API_KEY']);
    authorization = `Bearer ${await stage.client.webhookToken()}`;
    console.log(`the first seed is ${firstSeed}`);
  });
  after(async () => {
    await stage.close();
    if (isLong) writeResult('shuffled', startedAt, { firstSeed, endings: results });
  });

  for (const ending of endings) {
    it(`end as they do in order: the consent is ${ending.status}, and claimed ${ending.claimed}`, async () => {
      const start = performance.now();
      const isToldOf = ({ consent, journey }: Seen) =>
        consent.status === ending.status && journey.dataAvailability === 'Processed';
      const [inOrder] = await played([await prepared(ending, null)], isToldOf);
      assert.ok(inOrder && isToldOf(inOrder), JSON.stringify(inOrder));
      let deliveries = 0;
      for (let done = 0; done < SEEDS; done += AT_A_TIME) {
        const seeds = Array.from({ length: Math.min(AT_A_TIME, SEEDS - done) }, (_, index) => firstSeed + done + index);
        const plays = await Promise.all(seeds.map((seed) => prepared(ending, seed)));
        deliveries += plays.flatMap(({ parts }) => parts.flat()).length;
        const seen = await played(plays, (one) => isDeepStrictEqual(one, inOrder));
        for (const [index, one] of seen.entries()) assert.deepEqual(one, inOrder, `seed ${seeds[index]}`);
      }
      results.push({ ...ending, seeds: SEEDS, deliveries, seconds: Math.round((performance.now() - start) / 1000) });
    });
  }

  /** @param seed null: each webhook once, in order, after the claim */
  async function prepared(ending: Ending, seed: number | null): Promise<Play> {
    const { status, claimed } = ending;
    const random = seededRandom(seed ?? 0);
    const isClaimed = claimed === 'before all of them';
    const { journey, consent } = isClaimed ? await stage.connected() : await unclaimed();
    const statusUpdated = new Date(Date.parse(String(consent['statusUpdated'])) + MINUTE_MS).toISOString();
    const last = status === 'Active' ? consent : stage.change(consent, { consentStatus: status, statusUpdated });
    const webhooks = tenWebhooks(consent, last);
    if (seed === null) return { journey, consent, isClaimed, parts: [[], webhooks] };
    const deliveries = random.shuffled(
      webhooks.flatMap((webhook) => Array.from({ length: 1 + random.below(5) }, () => webhook)),
    );
    const cut = random.below(deliveries.length + 1);
    return { journey, consent, isClaimed, parts: [deliveries.slice(0, cut), deliveries.slice(cut)] };
  }

  async function unclaimed(): Promise<{ journey: StartedJourney; consent: Consent }> {
    const journey = await stage.client.launched();
    return { journey, consent: stage.consent(journey) };
  }

  /** What happens to a consent, in order, told in both versions. */
  function tenWebhooks(consent: Consent, last: Consent): Consent[] {
    const { atto } = stage;
    const earlier = new Date(Date.parse(String(consent['statusUpdated'])) - MINUTE_MS).toISOString();
    return [
      atto.notification({ ...consent, consentStatus: 'Pending', statusUpdated: earlier }),
      atto.notification(consent),
      atto.notificationV1(consent),
      atto.notification(consent, { dataAvailability: 'Partial' }),
      atto.notificationV1(consent, { dataAvailability: 'Error', errorMessage: 'The bank is tired.' }),
      atto.notification(consent, { dataAvailability: 'Complete' }),
      atto.notificationV1(consent, { dataAvailability: 'Complete' }),
      atto.notification(consent, { dataAvailability: 'Processed' }),
      atto.notification({ ...consent, consentStatus: 'UpcomingExpiration' }),
      atto.notification(last),
    ];
  }

  /** Delivers all of them, and gives what the partner sees when it is as expected and stays so, or never is. */
  async function played(plays: readonly Play[], isAsExpected: (seen: Seen) => boolean): Promise<Seen[]> {
    await delivered(plays, 0);
    for (const { journey, consent, isClaimed } of plays) if (!isClaimed) await stage.claim(journey, consent);
    await delivered(plays, 1);
    let others = plays;
    for (const end = performance.now() + PATIENCE_MS; others.length > 0 && performance.now() < end; ) {
      // Who asks all the time keeps the bff from working them off.
      await sleep(LOOK_EVERY_MS);
      const seen = await Promise.all(others.map(seenOf));
      others = others.filter((_, index) => !isAsExpected(seen[index] as Seen));
    }
    await sleep(SETTLED_MS);
    return Promise.all(plays.map(seenOf));
  }

  async function delivered(plays: readonly Play[], part: 0 | 1): Promise<void> {
    const headers = { authorization, 'content-type': 'application/json' };
    const requests = plays
      .flatMap(({ parts }) => parts[part])
      .map((webhook) => {
        return { method: 'POST', path: '/v1/webhooks/atto', headers, body: JSON.stringify(webhook) };
      });
    // One, where the order is what counts.
    const connections = plays.length > 1 ? CONNECTIONS : 1;
    const answers = await Promise.all(
      Array.from({ length: connections }, (_, mine) =>
        pipelined(
          stage.client.url,
          requests.filter((_, index) => index % connections === mine),
        ),
      ),
    );
    for (const { head } of answers.flat()) assert.match(head, /^HTTP\/1.1 204/);
  }

  async function seenOf({ journey, consent }: Play): Promise<Seen> {
    const [{ body: view }, { body: row }] = await Promise.all([
      partner.journey(journey.journeyId),
      partner.consent(consent['consentId']),
    ]);
    const { status, dataAvailability, binding, error } = view;
    return {
      journey: { status, dataAvailability, binding, error, consentStatus: view.consent?.status },
      consent: { status: row.status, dataAvailability: row.dataAvailability, binding: row.binding, renew: row.renew },
    };
  }
});
