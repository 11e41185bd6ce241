import { FOREVER_MS, rest } from './pacing.ts';
import { claimTelling, isOfThisTab, type PendingJourney, STORAGE_PREFIX } from './pending-journey.ts';
import type { Outcome } from './phase.ts';

/** How long the tab whose journey it is has to tell, and another one to read that it did. */
const OTHERS_WAIT_MS = 2000;

/**
 * Tells a page how the launches of one journey ended, each once. Where the bank is in a window of its own several pages
 * know: then the one tells that holds the journey's lock, which is the page that opened the window for as long as it
 * lives. Browsers release the lock of a page that is gone, however it went. Where there are no locks (pages without TLS)
 * the first one tells. Without such a window the tab that left for the bank tells, and another one that shows the same
 * journey only if that does not.
 */
export interface Teller {
  /** The page is no longer about this journey. */
  stop(): void;
  /** Waits for this page's turn, which lasts until it is stopped. */
  takeTurn(): Promise<unknown>;
  /** The launch ended so, as far as is known now. */
  end(outcome: Outcome): Promise<void>;
}

export function tellerOf(pending: PendingJourney, tell: (outcome: Outcome) => void): Teller {
  const isOwn = isOfThisTab(pending);
  const over = new AbortController();
  const { signal } = over;
  let turn: Promise<unknown> | undefined;
  let latest: Outcome;

  function takeTurn() {
    turn ??= new Promise<void>((resolve) => {
      const hold = () => {
        resolve();
        return rest(FOREVER_MS, signal);
      };
      if (navigator.locks) navigator.locks.request(lockOf(pending), { signal }, hold).catch(() => {});
      else resolve();
    });
    return turn;
  }

  return {
    stop: () => over.abort(),
    takeTurn,
    async end(outcome) {
      const { launches, inPopup } = pending;
      latest = outcome;
      if (inPopup) await takeTurn();
      else if (!isOwn) await rest(OTHERS_WAIT_MS, signal);
      const isStillSo = !signal.aborted && launches === pending.launches;
      if (isStillSo && claimTelling(pending)) tell(latest);
    },
  };
}

/** True if a page that lives, here or elsewhere, tells how this journey ends. */
export async function hasTeller(pending: PendingJourney): Promise<boolean> {
  const locks = await navigator.locks?.query();
  return !!locks?.held?.some(({ name }) => name === lockOf(pending));
}

function lockOf({ journeyId }: PendingJourney): string {
  return STORAGE_PREFIX + journeyId;
}
