import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** `getconf CLK_TCK` is 100 wherever Linux runs. */
const TICK_MS = 10;

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** From being spawned to saying that it listens. */
  readonly readyMs: number;
  readonly child: ChildProcess;
  /** Resident memory, in bytes. */
  memory(): number;
  /** What it has spent so far on all its threads, in milliseconds; other processes do not blur it. */
  cpu(): number;
  stop(): Promise<void>;
}

/** Runs `node file …` until it prints `listening on <url>`; its log is read and thrown away. */
export async function startServerProcess(
  file: string,
  options: { args?: readonly string[]; environment?: Readonly<Record<string, string | undefined>> } = {},
): Promise<ServerProcess> {
  const start = performance.now();
  const child = spawn(process.execPath, [file, ...(options.args ?? [])], {
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...options.environment },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.once('exit', (status) => reject(new Error(`${file} ended with ${status}`)));
    child.stdout?.on('data', (chunk: Buffer) => {
      if (said.length > 10_000) return;
      said += chunk.toString('utf8');
      const [, found] = /listening on (\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    url,
    readyMs: Math.round(performance.now() - start),
    child,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    cpu() {
      const [, fields = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ');
      const [user, system] = fields.split(' ').slice(11, 13).map(Number);
      return ((user ?? 0) + (system ?? 0)) * TICK_MS;
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
