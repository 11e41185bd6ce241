/**
 * Every webhook is lost, and all journeys end right all the same, within 90 s of the fact. The short form moves the clock;
 * `LONG=1` plays 200 journeys in real time, within our share of Atto's quota, and writes `test/results/lost-webhooks.json`.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { ClockedStage } from '../support/clocked-stage.ts';
import type { Consent } from '../support/other-atto.ts';
import type { PartnerJourney } from '../support/partner-server.ts';
import { writeResult } from '../support/result-file.ts';
import { seededRandom } from '../support/seeded-random.ts';

const isLong = process.env['LONG'] === '1';
const WITHIN_SECONDS = 90;
const JOURNEY_SECONDS = isLong ? 180 : 60;
/** Customers do not all come at once, nor do banks answer all at once. */
const SPREAD_MS = isLong ? 45_000 : 1;
const MOVED_SECONDS = 15;
const STILL_MS = 1000;
const LOOK_EVERY_MS = 250;

/** What becomes of a journey, and how the partner's server sees that it ended right. */
interface Course {
  readonly name: string;
  /** Of 200. */
  readonly share: number;
  readonly begins: 'claimed while pending' | 'connected' | 'not claimed';
  /** What Atto says from some moment on; null: nothing, the journey's time runs out. */
  readonly fact: string | null;
  readonly isRight: (seen: PartnerJourney) => boolean;
}

const courses: readonly Course[] = [
  {
    name: 'succeeds',
    share: 60,
    begins: 'claimed while pending',
    fact: 'Active',
    isRight: ({ status }) => status === 'connected',
  },
  {
    name: 'fails at the bank',
    share: 25,
    begins: 'claimed while pending',
    fact: 'Failed',
    isRight: ({ status, error }) => status === 'failed' && error?.code === 'consent_failed',
  },
  {
    name: 'is abandoned',
    share: 25,
    begins: 'claimed while pending',
    fact: 'Abandoned',
    isRight: ({ status, error }) => status === 'failed' && error?.code === 'consent_abandoned',
  },
  {
    name: 'is revoked later',
    share: 40,
    begins: 'connected',
    fact: 'Revoked',
    isRight: ({ status }) => status === 'disconnected',
  },
  {
    name: 'expires later',
    share: 20,
    begins: 'connected',
    fact: 'Expired',
    isRight: ({ status, consent }) => status === 'connected' && consent?.status === 'Expired',
  },
  {
    name: 'succeeds, and nobody comes back',
    share: 15,
    begins: 'not claimed',
    fact: 'Active',
    isRight: ({ status, consent }) => status === 'launched' && consent?.status === 'Active',
  },
  {
    name: 'is walked away from',
    share: 15,
    begins: 'not claimed',
    fact: null,
    isRight: ({ status }) => status === 'expired',
  },
];
const played = courses.flatMap((course) => Array<Course>(isLong ? course.share : 4).fill(course));

it(`${played.length} journeys reach their right status within ${WITHIN_SECONDS} s of the fact, though every webhook is lost`, async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = seededRandom(seed);
  const stage = await ClockedStage.open({
    JOURNEY_SECONDS: String(JOURNEY_SECONDS),
    ...(isLong && { ATTO_BUDGET: undefined }),
  });
  const startedAt = Date.now();
  let ended = 0;
  const all = played.map(async (course) => {
    const times = { begins: random.below(SPREAD_MS), happens: random.below(SPREAD_MS) };
    const seconds = await secondsUntilRight(stage, course, times);
    ended += 1;
    return { course: course.name, seconds };
  });
  const passing = isLong ? Promise.resolve() : passTime(stage, () => ended === played.length);
  const results = await Promise.all(all);
  await passing;
  const calls = stage.atto.heard.filter(({ path }) => path.startsWith('/consents')).length;
  const minutes = (Date.now() - startedAt) / 60_000;
  await stage.close();

  const figures = [...Map.groupBy(results, ({ course }) => course)].map(([course, list]) => {
    const seconds = list.map((one) => one.seconds);
    const right = seconds.filter((one) => one <= WITHIN_SECONDS).length;
    return { course, journeys: list.length, right, slowestSeconds: Math.round(Math.max(...seconds) * 10) / 10 };
  });
  console.table(figures);
  if (isLong)
    writeResult('lost-webhooks', startedAt, {
      seed,
      journeys: results.length,
      right: figures.reduce((sum, { right }) => sum + right, 0),
      withinSeconds: WITHIN_SECONDS,
      callsAMinute: Math.round(calls / minutes),
      courses: figures,
    });
  assert.deepEqual(
    figures.filter(({ journeys, right }) => right < journeys),
    [],
  );
});

/** By the bff's clock; infinite where it has not come right in time. */
async function secondsUntilRight(
  stage: ClockedStage,
  { begins, fact, isRight }: Course,
  times: { begins: number; happens: number },
): Promise<number> {
  await sleep(times.begins);
  const { journey, consent } = await begun(stage, begins);
  await sleep(times.happens);
  const factAt = fact === null ? Date.parse(journey.expiresAt) : stage.bff.now();
  if (fact !== null)
    stage.change(consent, { consentStatus: fact, statusUpdated: new Date(factAt + 1000).toISOString() });
  for (;;) {
    const now = stage.bff.now();
    const { body } = await stage.partner.journey(journey.journeyId);
    if (isRight(body) && now >= factAt) return (now - factAt) / 1000;
    if (now > factAt + WITHIN_SECONDS * 1000) return Number.POSITIVE_INFINITY;
    await sleep(LOOK_EVERY_MS);
  }
}

async function begun(
  stage: ClockedStage,
  begins: Course['begins'],
): Promise<{ journey: StartedJourney; consent: Consent }> {
  if (begins === 'connected') return stage.connected('cust-1');
  const journey = await stage.client.launched('cust-1');
  const consent = stage.consent(journey, { consentStatus: 'Pending' });
  if (begins === 'claimed while pending') await stage.claim(journey, consent);
  return { journey, consent };
}

/** Moves the clock whenever all that was to be asked by now has been asked. */
async function passTime(stage: ClockedStage, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    let heard: number;
    do {
      heard = stage.atto.heard.length;
      await sleep(STILL_MS);
    } while (stage.atto.heard.length > heard);
    await stage.moveClock(MOVED_SECONDS);
  }
}
