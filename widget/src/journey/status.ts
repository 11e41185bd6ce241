import type { JourneyView } from '../contract.ts';
import type { BffClient, JourneyKey } from './bff-client.ts';
import { type Next, takeTurns } from './pacing.ts';
import { isSettled } from './phase.ts';

/** An answer sooner than this was not held, whatever its headers say: asking again at once would be a storm. */
const HELD_AT_LEAST_MS = 500;

/**
 * Step 4. Asks how a journey stands and tells every answer, until nothing more can come or the signal aborts. Throws
 * what asking again does not mend: a 401 or 404 means that the journey is lost to this browser.
 *
 * @param tell is given views as they come; older ones than it knows are for it to drop
 */
export async function followStatus(
  bff: BffClient,
  key: JourneyKey,
  tell: (view: JourneyView) => void,
  signal: AbortSignal,
): Promise<void> {
  let etag: string | null = null;
  let version = -1;

  async function ask(cut: AbortSignal): Promise<Next> {
    const askedAt = Date.now();
    const answer = await bff.status(key, etag, cut);
    if (cut.aborted) return 'back-off';
    etag = answer.etag;
    const { view } = answer;
    const isNews = view !== null && view.version > version;
    if (isNews) {
      version = view.version;
      tell(view);
      if (isSettled(view)) return 'stop';
    }
    if (answer.retryAfterMs) return { restMs: answer.retryAfterMs };
    const wasHeld = answer.held && (isNews || Date.now() - askedAt >= HELD_AT_LEAST_MS);
    return wasHeld ? { restMs: 0 } : 'back-off';
  }

  await takeTurns(ask, { signal });
}
