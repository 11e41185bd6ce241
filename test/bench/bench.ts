/**
 * `npm run bench`: the server rows of the design's figures (section 7), each beside a bare peer in the same run and over
 * growing load, written to `bench.json`. Ratios are what counts: machines differ, and so do moments. `--brief` does just
 * enough of everything to see that it can be done, and writes to the file that is named after it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { OtherAtto } from '../support/other-atto.ts';
import { startPostgres } from '../support/postgres.ts';
import { callsToAtto } from './rows/calls-to-atto.ts';
import { intake } from './rows/intake.ts';
import { holds, type Row, type Scale, shortfalls } from './rows/row.ts';
import { startAndRest } from './rows/start-and-rest.ts';
import { statusPoll } from './rows/status-poll.ts';
import { timeToKnow } from './rows/time-to-know.ts';
import { waiting } from './rows/waiting.ts';

const WHOLE: Scale = {
  rounds: 5,
  seconds: 2,
  connections: [1, 8, 32, 128],
  waiters: [1000, 5000, 10_000],
  senders: [1, 8, 32, 64],
  pollers: [1, 10, 50],
  journeys: 100,
  bankSeconds: 6,
  settleMs: 3000,
  floodSeconds: 70,
};

const BRIEF: Scale = {
  rounds: 1,
  seconds: 0.3,
  connections: [4],
  waiters: [40],
  senders: [4],
  pollers: [2],
  journeys: 4,
  bankSeconds: 1,
  settleMs: 200,
  floodSeconds: 1,
};

const [mode, briefFile] = process.argv.slice(2);
const isBrief = mode === '--brief';
const scale = isBrief ? BRIEF : WHOLE;
const rows: Row[] = [];

function measured(...more: Row[]): void {
  rows.push(...more);
  for (const { figure, bounds } of more)
    for (const bound of bounds)
      console.log(holds(bound) ? 'met    ' : 'NOT MET', `${figure}: ${bound.name} ${bound.measured}`);
}

const atto = await OtherAtto.start();
const postgres = await startPostgres();
const shared = { DATABASE_URL: postgres.url };
try {
  measured(...(await startAndRest(atto, scale)));
  measured(...(await statusPoll(atto, scale)));
  measured(...(await waiting(atto, scale, postgres.url)));
  measured(await intake(atto, scale, { engine: 'SQLite', changes: {}, atLeast: 2500 }));
  measured(await intake(atto, scale, { engine: 'PostgreSQL', changes: shared, atLeast: 1500 }));
  measured(...(await callsToAtto(atto, scale)));
  measured(...(await timeToKnow(atto, scale)));
} finally {
  await postgres.close();
  await atto.close();
}

const missed = rows.flatMap(shortfalls);
const report = {
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  at: new Date().toISOString(),
  machine: { cores: cpus().length, model: cpus()[0]?.model ?? 'unknown' },
  versions: { node: process.version, ...packageVersions('express', 'pino', 'pg', 'undici', 'zod', 'jose') },
  rows: rows.map(({ figure, bounds, measured }) => ({ figure, met: bounds.every(holds), bounds, measured })),
  shortfalls: missed,
};
writeFileSync((isBrief && briefFile) || 'bench.json', `${JSON.stringify(report, null, 2)}\n`);
for (const line of missed) console.log(line);
process.exitCode = missed.length === 0 || isBrief ? 0 : 1;

function packageVersions(...names: readonly string[]): Record<string, string> {
  const file = (name: string) => new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(file(name), 'utf8')).version]));
}
