import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ProcessGroup } from './process-group.ts';

/** The longest that npm may take, whatever the registry does: twice this is less than a file of tests has. */
const TIMEOUT_MS = 130_000;

/** For an installation whose reader wants to hear of errors only. */
export const QUIETLY = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

/** npm, with the Node that runs the tests. What it said is in the error if it fails. @returns what it printed */
export async function npm(args: string[], cwd: string, variables: Record<string, string> = {}): Promise<string> {
  const group = ProcessGroup.start('npm', args, {
    cwd,
    env: { ...process.env, ...variables },
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = group.child;
  const timer = setTimeout(() => group.kill(), TIMEOUT_MS);
  try {
    const [code, printed, complaints] = await Promise.all([group.closed, said(stdout), said(stderr)]);
    if (code === 0) return printed;
    const how = code === null ? `ended, not done after ${TIMEOUT_MS / 1000} s` : `failed with ${code}`;
    throw new Error(`npm ${args.join(' ')} in ${cwd} ${how}:\n${printed}${complaints}`);
  } finally {
    clearTimeout(timer);
  }
}

async function said(stream: Readable | null): Promise<string> {
  return stream ? text(stream) : '';
}
