import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ProcessGroup>();

/**
 * A command with everything that it starts. npm starts a shell that starts a server: what ends one of them does not end
 * the others, and one that is left over holds up whoever waits for the tests. So none outlives the command, and no
 * command this process.
 */
export class ProcessGroup {
  readonly child: ChildProcess;
  /** Its exit code, or null where a signal ended it; rejected where it cannot be started. */
  readonly closed: Promise<number | null>;

  private constructor(child: ChildProcess) {
    running.add(this);
    this.child = child;
    this.closed = this.#untilClosed();
  }

  static start(command: string, args: string[], options: SpawnOptions): ProcessGroup {
    return new ProcessGroup(spawn(command, args, { ...options, detached: true }));
  }

  /** Ends all of it, without asking. */
  async end(): Promise<void> {
    this.kill();
    await this.closed;
  }

  kill(): void {
    if (!running.has(this) || !this.child.pid) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  }

  async #untilClosed(): Promise<number | null> {
    try {
      const [code] = (await once(this.child, 'close')) as [number | null];
      return code;
    } finally {
      this.kill();
      running.delete(this);
    }
  }
}

process.on('exit', () => {
  for (const group of running) group.kill();
});
// Nothing exits on these without being told to, and a file of tests that takes too long is sent one.
process.once('SIGTERM', () => process.exit(143));
process.once('SIGINT', () => process.exit(130));
