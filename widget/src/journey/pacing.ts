import type { AttoConnectError } from '../errors.ts';
import { isTransient } from './bff-client.ts';

/** What a turn says about the next one: at once, in so many milliseconds, not too soon, or that it was the last. */
export type Next = 'again' | number | 'later' | 'stop';

/** What may hurry turns, or keep them going. */
export interface Pace {
  /** Do not pause while nobody looks at the page. */
  evenHidden?: boolean | undefined;
  /** A key of `localStorage`: when another page writes there, there may be news. */
  hintKey?: string;
  /** Asked once a second: is there anything else that makes news likely? */
  isHurried?: (() => boolean) | undefined;
}

/** As long as browsers can wait: 24 days. */
export const FOREVER_MS = 2 ** 31 - 1;

/** How often to look around; and a turn is not cut short by a hint before it is this old, however many come. */
const LOOK_EVERY_MS = 1000;

/** The jump of the clock that means that the machine was asleep. */
const ASLEEP_MS = 10_000;

/**
 * How far apart turns are that bring nothing, after so many of them: 1, 2, then 3 s, with jitter so that many pages do
 * not ask in step. Never more: when the bff is back after a while, a customer who looks at the page is to see it within
 * 5 s, of which a slow phone or network takes its part.
 */
export function backOffMs(fruitless: number): number {
  return Math.min(fruitless, 3) * (500 + Math.random() * 500);
}

/**
 * Takes turns until one says stop. Throws when the signal aborts, and what asking again does not mend.
 *
 * A page that becomes visible, comes back from the back/forward cache, gets its network back or wakes from sleep takes
 * its next turn at once, giving up the one in progress: a request that was under way through a sleep may never be
 * answered. Only a number of milliseconds, which is what the bff asked for, is not cut short.
 */
export async function takeTurns(
  turn: (signal: AbortSignal) => Promise<Next>,
  signal: AbortSignal,
  pace: Pace = {},
): Promise<void> {
  let fruitless = 0;
  let next: Next = 'again';
  while (next !== 'stop') {
    const cut = cutShort(signal, pace);
    const since = Date.now();
    // Not `document.hidden`: an image of that name in the page would pause it for ever.
    const isPaused = document.visibilityState === 'hidden' && !pace.evenHidden;
    if (isPaused) await rest(FOREVER_MS, cut.signal);
    next = isPaused ? 'again' : await take(turn, cut.signal);
    if (next === 'later') {
      const apartMs = backOffMs(++fruitless);
      // A turn that took longer was held until there might be news.
      if (Date.now() - since < apartMs) await rest(apartMs, cut.signal);
    } else fruitless = 0;
    cut.abort();
    if (typeof next === 'number') await rest(next, signal);
    signal.throwIfAborted();
  }
}

/** Resolves after so long, as far as browsers can wait, or as soon as the signal aborts. */
export function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, FOREVER_MS));
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** Aborts with its parent, and whenever the page's circumstances change; leaves nothing behind once aborted. */
export function cutShort(parent: AbortSignal, { hintKey, isHurried }: Pace = {}): AbortController {
  const cut = new AbortController();
  const since = Date.now();
  let lookedAt = since;
  const clock = setInterval(() => {
    if (Date.now() - lookedAt > ASLEEP_MS || isHurried?.()) abort();
    lookedAt = Date.now();
  }, LOOK_EVERY_MS);
  const abort = () => cut.abort();
  cut.signal.addEventListener('abort', () => clearInterval(clock));
  parent.addEventListener('abort', abort, cut);
  addEventListener('visibilitychange', abort, cut);
  addEventListener('online', abort, cut);
  addEventListener('pageshow', (event) => event.persisted && abort(), cut);
  const hinted = ({ isTrusted, key }: StorageEvent) =>
    isTrusted && key === hintKey && setTimeout(abort, since + LOOK_EVERY_MS - Date.now());
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
    if (signal.aborted) return 'again';
    if (isTransient(error)) return error.retryAfterMs || 'later';
    throw error;
  }
}
