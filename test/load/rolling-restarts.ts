import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { type ServerProcess, startServerProcess } from '../bench/server-process.ts';
import { type Answer, BffClient } from '../support/bff-client.ts';
import { loadBalancerPort, startLoadBalancer } from '../support/nginx.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { startPostgres } from '../support/postgres.ts';
import { bffEnvironment, credentialsOf, type Environment } from '../support/start-bff.ts';
import { until } from '../support/until.ts';
import { type Ending, LiveJourney } from './live-journey.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';

export interface RollingOptions {
  /** All of them live from before the first restart until after the last. */
  readonly journeys: number;
  readonly restarts: number;
}

export interface RollingResult {
  /** Answers through the balancer: what was asked, then how often which status came. */
  readonly answers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Those that are neither 2xx, nor a navigation's 303, nor 304, nor 503 with `Retry-After`; or no answer at all. */
  readonly faults: readonly string[];
  readonly journeys: number;
  /** Journeys that did not end as they were to, or whose page was told of an error on the way. */
  readonly wrong: readonly Ending[];
  /** Milliseconds from SIGTERM to the end of the process, and from its start to taking requests. */
  readonly leaving: Percentiles;
  readonly starting: Percentiles;
}

const SERVER = new URL('../../bff/src/server.ts', import.meta.url).pathname;
/** Between two steps of one journey, beside the restarts that it waits for. */
const PAUSE_MS = 1000;
/** Start, leave, come back, decided, two kinds of data. */
const STEPS = 5;

/** Two bffs on one PostgreSQL behind nginx, restarted in turn while journeys go on. */
export async function rollingRestarts({ journeys, restarts }: RollingOptions): Promise<RollingResult> {
  const [atto, postgres] = await Promise.all([OtherAtto.start(), startPostgres()]);
  const [balancerPort, ...ports] = [await loadBalancerPort(), await freePort(0), await freePort(0)];
  const shared = bffEnvironment(atto, {
    DATABASE_URL: postgres.url,
    PUBLIC_URL: `http://127.0.0.1:${balancerPort}`,
    TRUST_PROXY: '1',
    LIMIT_WAITS_PER_ADDRESS: '15000',
    ATTO_VALIDATION_TOKEN: 'off',
  });
  const environments = ports.map((port) => ({ ...shared, PORT: String(port), DATA_DIR: folder() }));
  const servers = await Promise.all(environments.map(startReady));
  const balancer = await startLoadBalancer(balancerPort, ports);
  const client = new BffClient(balancer.url, credentialsOf(shared));
  const answers = new Answers();
  const progress = new Progress(restarts);
  const leaving: number[] = [];
  const starting: number[] = [];
  try {
    const lives = Array.from({ length: journeys }, (_, n) => {
      const kind = n % 20 === 18 ? 'cancelled' : n % 20 === 19 ? 'failed' : 'connected';
      return new LiveJourney({ client, atto, heard: answers.hear, kind }).live(progress.pauses());
    });
    const endings = Promise.all(lives);
    // One that throws is told below, when all restarts are done; until then it is no unhandled rejection.
    endings.catch(() => {});
    for (let restart = 0; restart < restarts; restart += 1) {
      progress.next();
      const at = restart % servers.length;
      const start = performance.now();
      await servers[at]?.stop();
      leaving.push(performance.now() - start);
      const server = await startReady(environments[at] ?? shared);
      starting.push(server.readyMs);
      servers[at] = server;
    }
    progress.next();
    const ended = await endings;
    return {
      answers: answers.counts(),
      faults: answers.faults,
      journeys: ended.length,
      wrong: ended.filter(isWrong),
      leaving: percentilesOf(leaving),
      starting: percentilesOf(starting),
    };
  } finally {
    await client.close();
    await Promise.all(servers.map((server) => server.stop()));
    await balancer.close();
    await Promise.all([postgres.close(), atto.close()]);
    for (const { DATA_DIR } of [shared, ...environments]) rmSync(DATA_DIR ?? '', { recursive: true, force: true });
  }
}

function isWrong({ status, expected, errors }: Ending): boolean {
  const own = { connected: 0, cancelled: 1, failed: 1 }[expected] ?? 0;
  return status !== expected || errors.length > own;
}

/** Started, and ready to take traffic. */
async function startReady(environment: Environment): Promise<ServerProcess> {
  const server = await startServerProcess(SERVER, { environment });
  const isReady = () =>
    fetch(`http://127.0.0.1:${environment['PORT']}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until('the bff is ready', isReady, 30_000);
  return server;
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'atto-connect-bff-'));
}

/** Which restart is under way; each journey takes its steps at restarts of its own, spread over all of them. */
class Progress {
  readonly #restarts: number;
  #waiting: { restart: number; go: () => void }[] = [];
  #begun = 0;

  constructor(restarts: number) {
    this.#restarts = restarts;
  }

  next(): void {
    this.#begun += 1;
    for (const { restart, go } of this.#waiting) if (restart <= this.#begun) go();
    this.#waiting = this.#waiting.filter(({ restart }) => restart > this.#begun);
  }

  /** For one journey: its last step is after the last restart. */
  pauses(): () => Promise<void> {
    const steps = Array.from({ length: STEPS - 1 }, () => Math.random() * this.#restarts).sort((a, b) => a - b);
    return async () => {
      const restart = Math.ceil(steps.shift() ?? this.#restarts + 1);
      if (restart > this.#begun) await new Promise<void>((go) => this.#waiting.push({ restart, go }));
      await sleep(Math.random() * PAUSE_MS);
    };
  }
}

class Answers {
  readonly faults: string[] = [];
  readonly #counts = new Map<string, Map<string, number>>();

  readonly hear = (what: string, answer: Answer | null): void => {
    const status = answer === null ? 'none' : String(answer.status);
    const ofWhat = this.#counts.get(what) ?? new Map<string, number>();
    this.#counts.set(what, ofWhat.set(status, (ofWhat.get(status) ?? 0) + 1));
    if (!isFine(answer)) this.faults.push(`${what}: ${status} ${answer?.text.slice(0, 200) ?? ''}`);
  };

  counts(): Record<string, Record<string, number>> {
    return Object.fromEntries([...this.#counts].map(([what, statuses]) => [what, Object.fromEntries(statuses)]));
  }
}

function isFine(answer: Answer | null): boolean {
  if (answer === null) return false;
  const { status, headers } = answer;
  return (status >= 200 && status < 300) || [303, 304].includes(status) || (status === 503 && 'retry-after' in headers);
}
