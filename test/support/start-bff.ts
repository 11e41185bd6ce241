import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBff } from '../../bff/src/start.ts';
import { BffClient, type Credentials } from './bff-client.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export const SERVER = new URL('../../bff/src/server.ts', import.meta.url).pathname;
const CLOCK = new URL('./movable-clock.ts', import.meta.url).href;

/** A bff in this process, with a data folder of its own. */
export interface TestBff {
  readonly client: BffClient;
  readonly environment: Environment;
  /** Ends it and starts it again on the same address and the same data. */
  restart(changes?: Environment): Promise<TestBff>;
  /** Ends it and leaves nothing behind. */
  close(): Promise<void>;
}

/** A bff as a process of its own: its output can be read, its clock moved, itself killed. */
export interface BffProcess extends TestBff {
  /** Everything that it wrote to stdout and stderr so far. */
  output(): string;
  /** The entries of its log so far. */
  entries<Entry>(): Entry[];
  /** Its own time: ours and what it was moved by. */
  now(): number;
  moveClock(milliseconds: number): Promise<void>;
  /** `kill -9`, without a word. */
  kill(): Promise<void>;
  /** SIGTERM, as whoever runs it ends it; `close` does not wait for load balancers. */
  terminate(): Promise<void>;
  restart(changes?: Environment): Promise<BffProcess>;
}

/** A stand-in for Atto. */
export interface AttoAddress {
  readonly url: string;
  readonly applicationId: string;
}

/** One partner, `acme`, that takes guests; secrets made up; limits out of the way; a folder that nobody else has. */
export function bffEnvironment(atto: AttoAddress, changes: Environment = {}): Environment {
  return {
    ATTO_API_URL: atto.url,
    ATTO_CONNECT_URL: 'https://connect.atto.example',
    ATTO_CLIENT_ID: randomUUID(),
    ATTO_CLIENT_SECRET: secret(),
    ATTO_APPLICATION_ID: atto.applicationId,
    // The stand-ins take all calls; what our own quota does is tested where it matters.
    ATTO_BUDGET: '1000000',
    PORT: '0',
    DATA_DIR: changes['DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'atto-connect-bff-')),
    PARTNER_ID: 'acme',
    PARTNER_NAME: 'Acme & Sons',
    PARTNER_ORIGINS: 'https://shop.acme.example,https://app.acme.example',
    PARTNER_RETURN_URLS: 'main=https://shop.acme.example/done,app=https://app.acme.example/back?tab=bank',
    PARTNER_SIGNING_SECRET: secret(),
    PARTNER_API_KEY: secret(),
    PARTNER_GUESTS: 'true',
    WEBHOOK_CLIENT_ID: 'atto-webhooks',
    WEBHOOK_CLIENT_SECRET: secret(),
    LIMIT_STARTS: '1000000',
    LIMIT_REQUESTS: '1000000',
    LOG_LEVEL: 'silent',
    ...changes,
  };
}

/** Starts a bff in this process. */
export async function startTestBff(atto: AttoAddress, changes: Environment = {}): Promise<TestBff> {
  return inProcess(bffEnvironment(atto, changes));
}

async function inProcess(environment: Environment): Promise<TestBff> {
  const bff = await startBff(environment);
  const client = new BffClient(bff.url, credentialsOf(environment));
  const stop = async () => {
    await bff.close();
    await client.close();
  };
  return {
    client,
    environment,
    async restart(changes = {}) {
      await stop();
      return inProcess({ ...environment, PORT: new URL(bff.url).port, ...changes });
    },
    async close() {
      await stop();
      forget(environment);
    },
  };
}

/** Starts `node bff/src/server.ts`, or another `server` with the same face. */
export async function startBffProcess(environment: Environment, server = SERVER): Promise<BffProcess> {
  const child = spawn(process.execPath, ['--import', CLOCK, server], {
    env: { NODE_NO_WARNINGS: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString('utf8');
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const url = await listening(child, () => output);
  let aheadMs = 0;
  const now = () => Date.now() + aheadMs;
  const client = new BffClient(url, credentialsOf(environment), now);
  const end = async (signal: NodeJS.Signals) => {
    const isRunning = child.exitCode === null && child.signalCode === null;
    const ended = isRunning ? once(child, 'exit') : null;
    child.kill(signal);
    await ended;
    await client.close();
  };
  return {
    client,
    environment,
    output: () => output,
    entries: <Entry>() => entriesIn<Entry>(output),
    now,
    async moveClock(milliseconds) {
      const moved = once(child, 'message');
      child.send(milliseconds);
      [aheadMs] = (await moved) as [number];
    },
    kill: () => end('SIGKILL'),
    terminate: () => end('SIGTERM'),
    async restart(changes = {}) {
      await end('SIGINT');
      return startBffProcess({ ...environment, PORT: new URL(url).port, ...changes }, server);
    },
    async close() {
      await end('SIGINT');
      forget(environment);
    },
  };
}

/** Runs a bff that is expected to give up at once. */
export async function runBff(environment: Environment): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [SERVER], {
    env: { NODE_NO_WARNINGS: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      // One that starts after all must not hang the test.
      if (output.includes('listening on')) child.kill();
    });
  }
  const [status] = (await once(child, 'close')) as [number | null];
  forget(environment);
  return { status, output };
}

export function secret(): string {
  return randomBytes(24).toString('hex');
}

/** The last line may be half a one yet. */
function entriesIn<Entry>(output: string): Entry[] {
  const lines = output.split('\n').slice(0, -1);
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Entry);
}

async function listening(child: ChildProcess, output: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (status) => reject(new Error(`the bff ended with ${status}: ${output()}`)));
    child.stdout?.on('data', () => {
      const [, url] = /^listening on (\S+)\n/m.exec(output()) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}

/** What those who talk to a bff of this environment must know. */
export function credentialsOf(environment: Environment): Credentials {
  const first = (name: string) => environment[name]?.split(',')[0] ?? '';
  return {
    partner: first('PARTNER_ID'),
    origin: first('PARTNER_ORIGINS'),
    signingSecret: first('PARTNER_SIGNING_SECRET'),
    webhookClientId: first('WEBHOOK_CLIENT_ID'),
    webhookClientSecret: first('WEBHOOK_CLIENT_SECRET'),
  };
}

/** Leaves nothing behind. */
export function forget({ DATA_DIR }: Environment): void {
  if (DATA_DIR !== undefined) rmSync(DATA_DIR, { recursive: true, force: true });
}
