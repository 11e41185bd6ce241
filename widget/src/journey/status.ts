import { type JourneyView, MAXIMUM_WAIT_SECONDS } from '../contract.ts';
import { callBff, retryAfterMs } from './bff-client.ts';
import { type Next, takeTurns } from './pacing.ts';
import { type PendingJourney, STORAGE_PREFIX } from './pending-journey.ts';
import { isSettled } from './phase.ts';

/** An answer sooner than this was not held, whatever its headers say: asking again at once would be a storm. */
const HELD_AT_LEAST_MS = 500;

/**
 * Step 4. Asks how a journey stands and tells what is new, until nothing more can come or the signal aborts. Throws
 * what asking again does not mend.
 */
export async function followStatus(
  { bff, journeyId, journeyToken: token, inPopup }: PendingJourney,
  tell: (view: JourneyView) => void,
  signal: AbortSignal,
): Promise<void> {
  let etag = '';
  let version = -1;

  async function ask(cut: AbortSignal): Promise<Next> {
    const askedAt = Date.now();
    const asked = { Prefer: `wait=${MAXIMUM_WAIT_SECONDS}`, ...(etag && { 'If-None-Match': etag }) };
    const call = { token, headers: asked, signal: cut };
    const { headers, body: view } = await callBff<JourneyView | undefined>(bff, `journeys/${journeyId}`, call);
    if (cut.aborted) return 0;
    etag = headers.get('ETag') ?? etag;
    const isNews = view && view.version > version;
    if (isNews) {
      version = view.version;
      tell(view);
      if (isSettled(view)) return 'stop';
    }
    const wasHeld = headers.has('Preference-Applied') && Date.now() - askedAt > HELD_AT_LEAST_MS;
    return retryAfterMs(headers) || (isNews || wasHeld ? 0 : 'back-off');
  }

  // Whoever is at the bank in another window does not look at this page, and wants to find it up to date.
  await takeTurns(ask, signal, { evenHidden: !!inPopup, hintKey: STORAGE_PREFIX + journeyId });
}
