import { type ServerProcess, startServerProcess } from '../server-process.ts';

/** Runs one of the peers beside this file in a process of its own. */
export function startPeer(
  name: 'bare-express' | 'naive-relay' | 'only-packages',
  ...args: readonly string[]
): Promise<ServerProcess> {
  return startServerProcess(new URL(`./${name}.mjs`, import.meta.url).pathname, { args });
}
