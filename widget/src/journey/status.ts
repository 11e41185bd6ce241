import { type JourneyView, MAXIMUM_WAIT_SECONDS } from '../contract.ts';
import { callBff, retryAfterMs } from './bff-client.ts';
import { type Next, takeTurns } from './pacing.ts';
import { type PendingJourney, STORAGE_PREFIX } from './pending-journey.ts';
import { isSettled } from './phase.ts';

/**
 * Step 4. Asks how a journey stands and tells what is new, until nothing more can come. Throws when the signal aborts,
 * and what asking again does not mend.
 *
 * @param isHurried asked once a second: has something happened because of which the bff is to be asked at once?
 */
export async function followStatus(
  { bff, journeyId, journeyToken: token, inPopup }: PendingJourney,
  tell: (view: JourneyView) => void,
  signal: AbortSignal,
  isHurried?: () => boolean,
): Promise<void> {
  let etag = '';
  let version = -1;

  async function ask(cut: AbortSignal): Promise<Next> {
    const asked = { Prefer: `wait=${MAXIMUM_WAIT_SECONDS}`, ...(etag && { 'If-None-Match': etag }) };
    const call = { token, headers: asked, signal: cut };
    const { headers, body: view } = await callBff<JourneyView | undefined>(bff, `journeys/${journeyId}`, call);
    etag = headers.get('ETag') ?? etag;
    const isNews = view && view.version > version;
    if (isNews) {
      version = view.version;
      tell(view);
      if (isSettled(view)) return 'stop';
    }
    return retryAfterMs(headers) || (isNews ? 'again' : 'later');
  }

  // Whoever is at the bank in another window does not look at this page, and wants to find it up to date.
  await takeTurns(ask, signal, { evenHidden: inPopup, hintKey: STORAGE_PREFIX + journeyId, isHurried });
}
