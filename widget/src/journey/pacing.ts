import { AttoConnectError } from '../errors.ts';

/** Rests between questions that nobody told us to hold, in milliseconds; the last one repeats. */
const RESTS_MS = [1000, 2000, 4000, 8000, 15_000];

/** What one turn says about the next: not sooner than in so long, back off, or that was the last. */
export type Next = { restMs: number } | 'back-off' | 'stop';

export interface Pace {
  /** Ends everything. */
  signal: AbortSignal;
  /** Also while nobody looks at the page. Default: pause, since a hidden page shows no news. */
  evenHidden?: boolean;
}

/** The rest after so many fruitless turns, with jitter so that many pages do not ask in step. */
export function backOffMs(fruitless: number): number {
  const rest = RESTS_MS[Math.min(fruitless, RESTS_MS.length - 1)] ?? 0;
  return rest * (0.5 + Math.random() / 2);
}

/**
 * Takes turns until one says stop, the signal aborts, or something is thrown that asking again does not mend.
 *
 * A page that becomes visible, comes back from the back/forward cache or gets its network back takes its next turn at
 * once, giving up the one in progress: a request that was under way through a sleep may never be answered. Only what
 * the bff asked for (`restMs`, `Retry-After`) is not cut short.
 */
export async function takeTurns(turn: (signal: AbortSignal) => Promise<Next>, pace: Pace): Promise<void> {
  let fruitless = 0;
  let notBefore = 0;
  while (!pace.signal.aborted) {
    const cut = cutShort(pace.signal);
    try {
      await rest(notBefore - Date.now(), pace.signal);
      const next = document.hidden && !pace.evenHidden ? await untilSeen(cut.signal) : await take(turn, cut.signal);
      if (next === 'stop') return;
      if (next === 'back-off') await rest(backOffMs(fruitless++), cut.signal);
      else {
        fruitless = 0;
        notBefore = Date.now() + next.restMs;
      }
    } finally {
      cut.abort();
    }
  }
}

/** Resolves after so long, or as soon as the signal aborts. */
export function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (!(ms > 0) || signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** A turn that was given up is taken anew at once. */
async function take(turn: (signal: AbortSignal) => Promise<Next>, signal: AbortSignal): Promise<Next> {
  try {
    return await turn(signal);
  } catch (error) {
    if (signal.aborted) return { restMs: 0 };
    if (!(error instanceof AttoConnectError && error.transient)) throw error;
    return error.retryAfterMs ? { restMs: error.retryAfterMs } : 'back-off';
  }
}

function untilSeen(signal: AbortSignal): Promise<Next> {
  return new Promise((resolve) => {
    const seen = () => resolve({ restMs: 0 });
    if (signal.aborted) seen();
    else signal.addEventListener('abort', seen);
  });
}

/** Aborts with its parent, and whenever the page's circumstances change; leaves no listener behind once aborted. */
function cutShort(parent: AbortSignal): AbortController {
  const cut = new AbortController();
  const { signal } = cut;
  const abort = () => cut.abort();
  parent.addEventListener('abort', abort, { signal });
  if (parent.aborted) abort();
  document.addEventListener('visibilitychange', abort, { signal });
  window.addEventListener('online', abort, { signal });
  window.addEventListener('pageshow', (event) => event.persisted && abort(), { signal });
  return cut;
}
