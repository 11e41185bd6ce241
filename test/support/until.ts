import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, and says what was missing if it is not in time. */
export async function until(what: string, isSo: () => unknown, withinMs = 5000): Promise<void> {
  for (const end = Date.now() + withinMs; !(await isSo()); await sleep(20)) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
  }
}
