import type { JourneyView, ReturnRequest } from '../contract.ts';
import type { AttoConnectError } from '../errors.ts';
import { actOn, isLost } from './bff-client.ts';
import { takeTurns } from './pacing.ts';
import { forgetJourney, type PendingJourney } from './pending-journey.ts';

/** The journey that took a return, and how it stands since. */
export interface Verified {
  pending: PendingJourney;
  view: JourneyView;
}

/**
 * Step 3. Hands the return to the bff, which decides, as one journey after the other: which of several tabs came back
 * cannot be seen from here. A refusal changes nothing; a journey that this browser has no say in any more is forgotten.
 * As long as the bff cannot be reached it is asked again, visible or not, for a handle lives ten minutes only.
 *
 * @returns undefined if no journey took it
 */
export async function verifyReturn(
  returned: ReturnRequest,
  candidates: PendingJourney[],
  signal: AbortSignal,
): Promise<Verified | undefined> {
  for (const pending of candidates) {
    try {
      let view: JourneyView | undefined;
      await takeTurns(
        async (cut) => {
          view = await actOn<JourneyView>(pending, 'return', returned, cut);
          return 'stop';
        },
        signal,
        { evenHidden: true },
      );
      if (view) return { pending, view };
    } catch (thrown) {
      const error = thrown as AttoConnectError;
      if (isLost(error)) forgetJourney(pending);
      else if (error.status !== 409) throw error;
    }
  }
  return;
}
