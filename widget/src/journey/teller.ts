import { STORAGE_PREFIX } from './pending-journey.ts';

/**
 * Of several pages that are about a journey, the one that holds its lock tells how it ended: the page that opened the
 * bank's window, for as long as it lives. Browsers release the lock when a page is gone, however it went. Where there
 * are no locks (pages without TLS) every page may tell, and `claimTelling` sees to it that only one does.
 *
 * Resolves when it is this page's turn; holds the lock until the signal aborts.
 */
export function becomeTeller(journeyId: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const hold = () => {
      resolve();
      return new Promise<void>((release) => signal.addEventListener('abort', () => release()));
    };
    if (navigator.locks) navigator.locks.request(STORAGE_PREFIX + journeyId, { signal }, hold).catch(() => {});
    else resolve();
  });
}

/** True if a page that lives, here or elsewhere, tells how this journey ends. */
export async function hasTeller(journeyId: string): Promise<boolean> {
  const locks = await navigator.locks?.query();
  return !!locks?.held?.some(({ name }) => name === STORAGE_PREFIX + journeyId);
}
