/**
 * `npm run bench`: the server rows of the design's figures, each beside a bare peer in the same run, written to
 * `bench.json`. Ratios are what counts: machines differ, and so do moments.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { BffClient } from '../support/bff-client.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { startPostgres } from '../support/postgres.ts';
import { bffEnvironment, credentialsOf, type Environment } from '../support/start-bff.ts';
import { load, median } from './load.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const SERVER = new URL('../../bff/src/server.ts', import.meta.url).pathname;
const BARE = new URL('./bare-express.ts', import.meta.url).pathname;
const ROUNDS = 5;
const SECONDS = 3;
const WAITERS = Number(process.env['WAITERS'] ?? 10_000);

interface Row {
  figure: string;
  measured: Record<string, unknown>;
  met: boolean;
}

/** One connection for each waiter. */
const wide = new Agent({ connections: null, pipelining: 1, headersTimeout: 60_000 });
const rows: Row[] = [];
const atto = await OtherAtto.start();

try {
  await startAndRest();
  await statusPoll();
  await waiting();
  await intake('SQLite', {}, 2500);
  const postgres = await startPostgres();
  try {
    await intake('PostgreSQL', { DATABASE_URL: postgres.url }, 1500);
  } finally {
    await postgres.close();
  }
} finally {
  await atto.close();
}

const commit = execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
const machine = { node: process.version, cores: cpus().length, model: cpus()[0]?.model };
writeFileSync('bench.json', `${JSON.stringify({ commit, at: new Date().toISOString(), machine, rows }, null, 2)}\n`);
for (const { figure, measured, met } of rows)
  console.log(met ? 'met    ' : 'NOT MET', figure, JSON.stringify(measured));
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;

function environmentOf(changes: Environment = {}): Environment {
  return bffEnvironment(atto, {
    LOG_LEVEL: 'info',
    LIMIT_WAITS: '40000',
    LIMIT_WAITS_PER_ADDRESS: '40000',
    ...changes,
  });
}

async function withBff<T>(
  changes: Environment,
  use: (server: ServerProcess, client: BffClient) => Promise<T>,
): Promise<T> {
  const environment = environmentOf(changes);
  const server = await startServerProcess(SERVER, { environment });
  const client = new BffClient(server.url, credentialsOf(environment));
  try {
    return await use(server, client);
  } finally {
    await client.close();
    await server.stop();
    rmSync(environment['DATA_DIR'] ?? '', { recursive: true, force: true });
  }
}

async function startAndRest(): Promise<void> {
  const starts: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await startServerProcess(BARE, { args: ['{}'] });
    await withBff({}, async (server) => {
      starts.push(server.readyMs);
      await sleep(1000);
      ratios.push(Math.round((server.memory() / bare.memory()) * 100) / 100);
    });
    await bare.stop();
  }
  rows.push({
    figure: 'start to ready ≤ 600 ms (median)',
    measured: { medianMs: median(starts), starts },
    met: median(starts) <= 600,
  });
  rows.push({
    figure: 'memory at rest ≤ 1.5 × a bare Express process (median)',
    measured: { median: median(ratios), ratios },
    met: median(ratios) <= 1.5,
  });
}

async function statusPoll(): Promise<void> {
  await withBff({}, async (server, client) => {
    const journey = await client.launched();
    const { text, headers } = await client.view(journey);
    const bare = await startServerProcess(BARE, { args: [text] });
    const authorization = `Bearer ${journey.journeyToken}`;
    const path = `/v1/journeys/${journey.journeyId}`;
    const etag = headers['etag'] ?? '';
    const byConnections: Record<string, unknown> = {};
    let ratio = 0;
    let notModified = 0;
    for (const connections of [1, 8, 32, 128]) {
      const rounds = { bare: [] as number[], full: [] as number[], notModified: [] as number[] };
      for (let round = 0; round < ROUNDS; round += 1) {
        const settings = { connections, seconds: connections === 32 ? SECONDS : 1 };
        rounds.bare.push((await load(bare.url, settings, () => ({ method: 'GET', path: '/' }))).requestsPerSecond);
        const full = await load(server.url, settings, () => ({ method: 'GET', path, headers: { authorization } }));
        rounds.full.push(full.requestsPerSecond);
        const conditional = { authorization, 'if-none-match': etag };
        const same = await load(server.url, settings, () => ({ method: 'GET', path, headers: conditional }));
        rounds.notModified.push(same.requestsPerSecond);
      }
      const medians = {
        bare: median(rounds.bare),
        full: median(rounds.full),
        notModified: median(rounds.notModified),
      };
      byConnections[connections] = medians;
      if (connections === 32) {
        ratio = medians.full / medians.bare;
        notModified = medians.notModified / medians.full;
      }
    }
    await bare.stop();
    rows.push({
      figure: 'status poll ≥ 0.6 of a default Express route (32 connections, median of 5 alternating rounds)',
      measured: { ratio: Math.round(ratio * 100) / 100, requestsPerSecond: byConnections },
      met: ratio >= 0.6,
    });
    rows.push({
      figure: '304 no dearer than 200 (within a tenth)',
      measured: { ratio: Math.round(notModified * 100) / 100 },
      met: notModified >= 0.9,
    });
  });
}

async function waiting(): Promise<void> {
  await withBff({}, async (server, client) => {
    const journeys = [];
    for (let made = 0; made < WAITERS; made += 100)
      journeys.push(...(await Promise.all(Array.from({ length: 100 }, () => client.started()))));
    await sleep(2000);
    const before = server.memory();
    const answered: number[] = [];
    const parked = journeys.map(async ({ journeyId, journeyToken }) => {
      const headers = { authorization: `Bearer ${journeyToken}`, 'if-none-match': '"1"', prefer: 'wait=25' };
      const answer = await request(`${server.url}/v1/journeys/${journeyId}`, { headers, dispatcher: wide });
      await answer.body.dump();
      answered.push(performance.now());
      return answer.statusCode;
    });
    await sleep(6000);
    const each = (server.memory() - before) / WAITERS / 1024;
    const told = performance.now();
    // SIGTERM is the one change that reaches everybody at once: whoever waits is answered.
    server.child.kill('SIGTERM');
    const statuses = await Promise.all(parked);
    const slowest = Math.max(...answered) - told;
    rows.push({
      figure: `${WAITERS} waiting polls, each its own journey: ≤ 22 kB each; all answered in ≤ 1 s`,
      measured: {
        kBEach: Math.round(each * 10) / 10,
        slowestMs: Math.round(slowest),
        answered: statuses.filter((status) => status === 200 || status === 304).length,
      },
      met: each <= 22 && slowest <= 1000 && statuses.length === WAITERS,
    });
  });
}

async function intake(name: string, changes: Environment, wanted: number): Promise<void> {
  await withBff(changes, async (server, client) => {
    const authorization = `Bearer ${await client.webhookToken()}`;
    const journey = await client.launched();
    let count = 0;
    const bySenders: Record<string, unknown> = {};
    let met = false;
    for (const connections of [1, 8, 32]) {
      const result = await load(server.url, { connections, seconds: SECONDS }, () => {
        count += 1;
        const data = { consentId: `c-${count}`, customerReference: journey.reference, consentStatus: 'Pending' };
        const body = JSON.stringify({ eventId: `e-${count}`, eventType: 'Consent', data });
        const headers = { authorization, 'content-type': 'application/json' };
        return { method: 'POST', path: '/v1/webhooks/atto', headers, body };
      });
      bySenders[connections] = result;
      if (connections === 32) met = result.requestsPerSecond >= wanted && result.p99 <= 50;
    }
    rows.push({
      figure: `durable webhook intake on ${name}, 32 senders: ≥ ${wanted}/s, p99 ≤ 50 ms`,
      measured: bySenders,
      met,
    });
  });
}
