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
import { type BffUnderLoad, journeysOf, NODE_OPTIONS, withBff } from '../bff-under-load.ts';
import { converse, wire } from '../load.ts';
import { startPeer } from '../peers/start-peer.ts';
import type { ServerProcess } from '../server-process.ts';
import { quantile } from '../statistics.ts';
import { type Row, rounded, type Scale } from './row.ts';

const DELAY = new URL('../event-loop-delay.ts', import.meta.url).href;
const WAITING_SERVER = new URL('../waiting-server.ts', import.meta.url).pathname;
const AT_A_TIME = 100;

/** What it is to hold so many requests, and to answer them all at once. */
interface Held {
  kBEach: number;
  /** From the change until the answer was here, in milliseconds. */
  p50: number;
  last: number;
  /** Answers by status. */
  statuses: Record<string, number>;
}

interface Told extends Held {
  waiters: number;
  /** The longest that the server's event loop was held up meanwhile. */
  longestBlockMs: number;
}

/** Changes all journeys at once, from outside the bff, and lets it know. Returns when that was. */
type Change = (bff: BffUnderLoad) => Promise<number>;

interface Attempt {
  waiters: number;
  settleMs: number;
  changes: Environment;
  change: Change;
  /** Node's, where they are not those of the README. */
  nodeOptions?: string;
  /** Where it is not the bff as it is. */
  file?: string;
}

/** Pages that wait for news, each of its own journey; then news of all of them at once. Beside a route that only holds them. */
export async function waiting(atto: OtherAtto, { waiters, settleMs }: Scale, databaseUrl: string): Promise<Row[]> {
  const sizes: Told[] = [];
  const embedded = { settleMs, changes: {}, change: changeInSqlite, file: WAITING_SERVER };
  for (const count of waiters) sizes.push(await wait(atto, { ...embedded, waiters: count }));
  const most = waiters.at(-1) ?? 0;
  const asNodeComes = await wait(atto, { ...embedded, waiters: most, nodeOptions: '' });
  const changes = { DATABASE_URL: databaseUrl };
  const shared = await wait(atto, { waiters: most, settleMs, changes, change: changeInPostgres });
  const bare = await holdInPeer(most, settleMs);
  return [
    row(`${most} waiting polls in one process, each its own journey`, { sizes, asNodeComes, bare }),
    row(`${most} waiting polls, PostgreSQL, the change made by another process`, { sizes: [shared], bare }),
  ];
}

function row(figure: string, measured: { sizes: readonly Told[]; asNodeComes?: Told; bare: Held }): Row {
  const { sizes, bare } = measured;
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
    measured,
    cause:
      `Half were told after ${most.p50} ms. An Express route that only holds as many requests and answers them all at once ` +
      `takes ${bare.kBEach} kB for each, and ${bare.last} ms.`,
  };
}

async function wait(atto: OtherAtto, attempt: Attempt): Promise<Told> {
  const { nodeOptions = NODE_OPTIONS } = attempt;
  const directory = await mkdtemp(join(tmpdir(), 'atto-connect-waiting-'));
  const environment = { ...attempt.changes, DATA_DIR: directory };
  try {
    const journeys = await withBff(atto, environment, ({ client }) =>
      journeysOf(attempt.waiters, () => client.started()),
    );
    // A process that has not made them: what it takes for them is what waiting takes.
    const again: Environment = { ...environment, NODE_OPTIONS: `--import ${DELAY} ${nodeOptions}` };
    return await withBff(atto, again, (bff) => tell(bff, journeys, attempt), attempt.file);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function tell(
  bff: BffUnderLoad,
  journeys: readonly StartedJourney[],
  { settleMs, change }: Attempt,
): Promise<Told> {
  const { server } = bff;
  const polls = journeys.map(({ journeyId, journeyToken }) => {
    const headers = { authorization: `Bearer ${journeyToken}`, 'if-none-match': '"1"', prefer: 'wait=25' };
    return wire({ method: 'GET', path: `/v1/journeys/${journeyId}`, headers });
  });
  const held = await hold(server, polls, settleMs, async () => {
    server.child.send('begin measuring');
    return change(bff);
  });
  server.child.send('end measuring');
  const [longestBlockMs] = (await once(server.child, 'message')) as [number];
  return { waiters: journeys.length, ...held, longestBlockMs: rounded(longestBlockMs, 1) };
}

async function holdInPeer(waiters: number, settleMs: number): Promise<Held> {
  const peer = await startPeer('bare-express', '{"status":"connected"}');
  const poll = wire({ method: 'GET', path: '/held' });
  const held = await hold(peer, Array<string>(waiters).fill(poll), settleMs, async () => {
    peer.child.send('answer');
    return performance.now();
  });
  await peer.stop();
  return held;
}

/** @param answer has the server answer them all; when it said so */
async function hold(
  server: ServerProcess,
  polls: readonly string[],
  settleMs: number,
  answer: () => Promise<number>,
): Promise<Held> {
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
  for (const poll of polls) {
    waiters.push(converse(server.url, poll, heard));
    // As fast as they are let in, not all in one moment.
    if (waiters.length % AT_A_TIME === 0) await sleep(10);
  }
  await sleep(settleMs);
  const kBEach = rounded((server.memory() - before) / polls.length / 1000, 1);
  const saidAt = await answer();
  await Promise.all(waiters);
  const times = answeredAt.map((at) => at - saidAt);
  return { kBEach, p50: Math.round(quantile(times, 0.5)), last: Math.round(Math.max(...times)), statuses };
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
