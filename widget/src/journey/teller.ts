import { rest } from './pacing.ts';
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
export class Teller {
  readonly #journeyId: string;
  readonly #isOfThisTab: boolean;
  readonly #tell: (outcome: Outcome) => void;
  readonly #over = new AbortController();
  #turn: Promise<void> | undefined;
  #hasLock = false;
  /** What another page is to tell, or this one once it is gone. */
  #untold: (() => void) | undefined;

  constructor(pending: PendingJourney, tell: (outcome: Outcome) => void) {
    this.#journeyId = pending.journeyId;
    this.#isOfThisTab = isOfThisTab(pending);
    this.#tell = tell;
  }

  /** The page is no longer about this journey. */
  stop(): void {
    this.#over.abort();
  }

  /** Waits for this page's turn, which lasts until it is stopped. */
  takeTurn(): Promise<void> {
    this.#turn ??= this.#lock().then(() => {
      this.#hasLock = true;
      this.#untold?.();
    });
    return this.#turn;
  }

  /** The launch ended so. */
  end(pending: PendingJourney, outcome: Outcome): void {
    const { launches } = pending;
    this.#untold = () => launches === pending.launches && claimTelling(pending) && this.#tell(outcome);
    if (pending.inPopup && !this.#hasLock) void this.takeTurn();
    else if (pending.inPopup || this.#isOfThisTab) this.#untold();
    else void this.#tellUnlessTold();
  }

  async #tellUnlessTold(): Promise<void> {
    const { signal } = this.#over;
    await rest(OTHERS_WAIT_MS, signal);
    if (!signal.aborted) this.#untold?.();
  }

  #lock(): Promise<void> {
    const { signal } = this.#over;
    return new Promise((resolve) => {
      const hold = () => {
        resolve();
        return new Promise<void>((release) => signal.addEventListener('abort', () => release()));
      };
      if (navigator.locks) navigator.locks.request(lockOf(this.#journeyId), { signal }, hold).catch(() => {});
      else resolve();
    });
  }
}

/** True if a page that lives, here or elsewhere, tells how this journey ends. */
export async function hasTeller({ journeyId }: PendingJourney): Promise<boolean> {
  const locks = await navigator.locks?.query();
  return !!locks?.held?.some(({ name }) => name === lockOf(journeyId));
}

function lockOf(journeyId: string): string {
  return STORAGE_PREFIX + journeyId;
}
