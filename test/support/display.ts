import { type ChildProcess, spawn } from 'node:child_process';

/** Where a browser without a headless form shows its windows. */
export interface Display {
  name: string;
  /** Null where there was one. */
  process: ChildProcess | null;
}

/** The display that is there, else one of Xvfb's; that picks a number and says so on the descriptor it is given. */
export async function openDisplay(): Promise<Display> {
  const given = process.env['DISPLAY'];
  if (given) return { name: given, process: null };
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    xvfb.once('error', reject);
    xvfb.once('exit', () => reject(new Error('Xvfb ended before it had a display.')));
    xvfb.stdio[3]?.once('data', (said: Buffer) => resolve(said.toString().trim()));
  });
  return { name: `:${number}`, process: xvfb };
}

/** For WebKitGTK: without a GPU, layers are drawn by the processor and cost more than all else in a page. */
export function environmentOn({ name }: Display): NodeJS.ProcessEnv {
  return { ...process.env, DISPLAY: name, WEBKIT_DISABLE_COMPOSITING_MODE: '1' };
}
