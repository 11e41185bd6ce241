import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly url: string;
  /** From being spawned to saying that it listens. */
  readonly readyMs: number;
  readonly child: ChildProcess;
  /** Resident memory, in bytes. */
  memory(): number;
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
    stdio: ['ignore', 'pipe', 'inherit'],
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
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
