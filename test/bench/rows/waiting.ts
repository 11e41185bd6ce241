import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import pg from 'pg';
import type { OtherAtto } from '../../support/other-atto.ts';
import type { Environment } from '../../support/start-bff.ts';
import { type BffUnderLoad, withBff } from '../bff-under-load.ts';
import { converse, wire } from '../load.ts';
import { quantile } from '../statistics.ts';
import { type Row, rounded, type Scale } from './row.ts';

const DELAY = new URL('../event-loop-delay.ts', import.meta.url).href;
const WAITING_SERVER = new URL('../waiting-server.ts', import.meta.url).pathname;
const AT_A_TIME = 100;

interface Told {
  waiters: number;
  kBEach: number;
  /** From the change until the answer was here, in milliseconds. */
  p50: number;
  last: number;
  /** The longest that the server's event loop was held up meanwhile. */
  longestBlockMs: number;
  /** Answers by status. */
  statuses: Record<string, number>;
}

/** Changes all journeys at once, from outside the bff, and lets it know. Returns when that was. */
type Change = (bff: BffUnderLoad) => Promise<number>;

interface Attempt {
  waiters: number;
  settleMs: number;
  changes: Environment;
  change: Change;
  /** Where it is not the bff as it is. */
  file?: string;
}

/** Pages that wait for news, each of its own journey; then news of all of them at once. */
export async function waiting(atto: OtherAtto, { waiters, settleMs }: Scale, databaseUrl: string): Promise<Row[]> {
  const sizes: Told[] = [];
  const embedded = { settleMs, changes: {}, change: changeInSqlite, file: WAITING_SERVER };
  for (const count of waiters) sizes.push(await wait(atto, { ...embedded, waiters: count }));
  const most = waiters.at(-1) ?? 0;
  const changes = { DATABASE_URL: databaseUrl };
  const shared = await wait(atto, { waiters: most, settleMs, changes, change: changeInPostgres });
  return [
    row(`${most} waiting polls in one process, each its own journey`, sizes),
    row(`${most} waiting polls, PostgreSQL, the change made by another process`, [shared]),
  ];
}

function row(figure: string, sizes: readonly Told[]): Row {
  const most = sizes.at(-1);
  if (most === undefined) throw new Error('nobody waited');
  return {
    figure,
    bounds: [
      { name: 'kB of memory each', measured: most.kBEach, atMost: 22 },
      { name: 'milliseconds until all were told', measured: most.last, atMost: 1000 },
      { name: 'longest block of the event loop in milliseconds', measured: most.longestBlockMs, atMost: 50 },
      { name: 'waiters not told', measured: most.waiters - (most.statuses['200'] ?? 0), atMost: 0 },
    ],
    measured: { sizes },
    cause: `Half were told after ${most.p50} ms.`,
  };
}

async function wait(atto: OtherAtto, attempt: Attempt): Promise<Told> {
  const directory = await mkdtemp(join(tmpdir(), 'atto-connect-waiting-'));
  const environment = { ...attempt.changes, DATA_DIR: directory };
  try {
    const journeys = await withBff(atto, environment, (bff) => start(bff, attempt.waiters));
    // A process that has not made them: what it takes for them is what waiting takes.
    const again: Environment = { ...environment, NODE_OPTIONS: `--import ${DELAY}` };
    return await withBff(atto, again, (bff) => tell(bff, journeys, attempt), attempt.file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function start({ client }: BffUnderLoad, count: number): Promise<StartedJourney[]> {
  const journeys: StartedJourney[] = [];
  while (journeys.length < count) {
    const some = Math.min(AT_A_TIME, count - journeys.length);
    journeys.push(...(await Promise.all(Array.from({ length: some }, () => client.started()))));
  }
  return journeys;
}

async function tell(
  bff: BffUnderLoad,
  journeys: readonly StartedJourney[],
  { settleMs, change }: Attempt,
): Promise<Told> {
  const { server } = bff;
  const statuses: Record<string, number> = {};
  const answeredAt: number[] = [];
  const heard = (status: number) => {
    answeredAt.push(performance.now());
    statuses[status] = (statuses[status] ?? 0) + 1;
    return null;
  };
  await sleep(settleMs);
  const before = server.memory();
  const waiters: Promise<void>[] = [];
  for (const { journeyId, journeyToken } of journeys) {
    const headers = { authorization: `Bearer ${journeyToken}`, 'if-none-match': '"1"', prefer: 'wait=25' };
    const poll = wire({ method: 'GET', path: `/v1/journeys/${journeyId}`, headers });
    waiters.push(converse(server.url, poll, heard));
    // As fast as they are let in, not all in one moment.
    if (waiters.length % AT_A_TIME === 0) await sleep(10);
  }
  await sleep(settleMs);
  const kBEach = rounded((server.memory() - before) / journeys.length / 1000, 1);
  server.child.send('begin measuring');
  const changedAt = await change(bff);
  await Promise.all(waiters);
  server.child.send('end measuring');
  const [longestBlockMs] = (await once(server.child, 'message')) as [number];
  const times = answeredAt.map((at) => at - changedAt);
  return {
    waiters: journeys.length,
    kBEach,
    p50: Math.round(quantile(times, 0.5)),
    last: Math.round(Math.max(...times)),
    longestBlockMs: rounded(longestBlockMs, 1),
    statuses,
  };
}

const changeInSqlite: Change = async ({ server, environment }) => {
  const database = new DatabaseSync(join(environment['DATA_DIR'] ?? '', 'atto-connect.sqlite'), { timeout: 5000 });
  database.exec(`
    UPDATE journey SET revision = revision + 1, record = json_set(
      record, '$.revision', revision + 1, '$.version', json_extract(record, '$.version') + 1
    )`);
  database.close();
  server.child.send('any journey');
  return performance.now();
};

const changeInPostgres: Change = async ({ environment }) => {
  const client = new pg.Client({ connectionString: environment['DATABASE_URL'] });
  await client.connect();
  await client.query('BEGIN');
  await client.query(`
    UPDATE journey SET revision = revision + 1, record = (
      record::jsonb || jsonb_build_object('revision', revision + 1, 'version', (record::jsonb->>'version')::int + 1)
    )::text`);
  await client.query("SELECT pg_notify('atto_journey', id) FROM journey");
  await client.query('COMMIT');
  const committedAt = performance.now();
  await client.end();
  return committedAt;
};
