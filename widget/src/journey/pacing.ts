import type { AttoConnectError } from '../errors.ts';
import { isTransient } from './bff-client.ts';

/** What a turn says about the next one: in so many milliseconds, slower each time, or that it was the last. */
export type Next = number | 'back-off' | 'stop';

/** What may hurry turns, or keep them going. */
export interface Pace {
  /** Do not pause while nobody looks at the page. */
  evenHidden?: boolean;
  /** A key of `localStorage`: when another page writes there, there may be news. */
  hintKey?: string;
}

/** As long as browsers can wait. */
const FOREVER_MS = 2 ** 31 - 1;

/** However many hints come: a turn is not cut short by one before it is this old. */
const HINT_EVERY_MS = 1000;

/** How often to look at the clock, and the jump that means that the machine was asleep. */
const LOOK_EVERY_MS = 2000;
const ASLEEP_MS = 10_000;

/**
 * The rest after so many fruitless turns: 1, 2, then 4 s, with jitter so that many pages do not ask in step. Never more:
 * when the bff is back after a while, a customer who looks at the page is to see it within 5 s.
 */
export function backOffMs(fruitless: number): number {
  return Math.min(4, 2 ** fruitless) * (500 + Math.random() * 500);
}

/**
 * Takes turns until one says stop, the signal aborts, or something is thrown that asking again does not mend.
 *
 * A page that becomes visible, comes back from the back/forward cache, gets its network back or wakes from sleep takes
 * its next turn at once, giving up the one in progress: a request that was under way through a sleep may never be
 * answered. Only a number of milliseconds, which is what the bff asked for, is not cut short.
 */
export async function takeTurns(
  turn: (signal: AbortSignal) => Promise<Next>,
  signal: AbortSignal,
  { evenHidden, hintKey }: Pace = {},
): Promise<void> {
  let fruitless = 0;
  while (!signal.aborted) {
    const cut = cutShort(signal, hintKey);
    const isPaused = document.hidden && !evenHidden;
    const next = isPaused ? await rest(FOREVER_MS, cut.signal) : await take(turn, cut.signal);
    if (next === 'back-off') await rest(backOffMs(fruitless++), cut.signal);
    cut.abort();
    if (next === 'stop') return;
    if (next !== 'back-off') {
      fruitless = 0;
      await rest(next, signal);
    }
  }
}

/** Resolves to 0 after so long, or as soon as the signal aborts. */
export function rest(ms: number, signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve(0);
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** Aborts with its parent, and whenever the page's circumstances change; leaves nothing behind once aborted. */
export function cutShort(parent: AbortSignal, hintKey?: string): AbortController {
  const cut = new AbortController();
  const abort = () => {
    clearInterval(clock);
    cut.abort();
  };
  const since = Date.now();
  let lookedAt = since;
  const clock = setInterval(() => {
    if (Date.now() - lookedAt > ASLEEP_MS) abort();
    lookedAt = Date.now();
  }, LOOK_EVERY_MS);
  cut.signal.addEventListener('abort', abort);
  parent.addEventListener('abort', abort, cut);
  document.addEventListener('visibilitychange', abort, cut);
  addEventListener('online', abort, cut);
  addEventListener('pageshow', (event) => event.persisted && abort(), cut);
  const hinted = ({ isTrusted, key }: StorageEvent) =>
    isTrusted && key === hintKey && setTimeout(abort, since + HINT_EVERY_MS - Date.now());
  addEventListener('storage', hinted, cut);
  if (parent.aborted) abort();
  return cut;
}

/** A turn that was given up is taken anew at once. */
async function take(turn: (signal: AbortSignal) => Promise<Next>, signal: AbortSignal): Promise<Next> {
  try {
    return await turn(signal);
  } catch (thrown) {
    const error = thrown as AttoConnectError;
    if (signal.aborted) return 0;
    if (isTransient(error)) return error.retryAfterMs || 'back-off';
    throw error;
  }
}
