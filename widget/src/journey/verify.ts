import type { JourneyView, ReturnRequest } from '../contract.ts';
import type { AttoConnectError } from '../errors.ts';
import type { BffClient } from './bff-client.ts';
import { takeTurns } from './pacing.ts';
import type { PendingJourney } from './pending-journey.ts';

/** The journey that a return belongs to, and how it stands now. */
export interface Verified {
  pending: PendingJourney;
  view: JourneyView;
}

/** What the journeys of this browser said to a return. */
export interface Verdict {
  /** Null: none of them takes it. */
  verified: Verified | null;
  /** Those whose token is no longer good. */
  lost: PendingJourney[];
}

/**
 * Step 3. Hands the return to the bff, which decides, as one pending journey after the other: which of several tabs
 * came back cannot be seen from here. A refusal changes nothing. As long as the bff cannot be reached it is asked
 * again, visible or not, for a handle lives ten minutes only.
 */
export async function verifyReturn(
  bff: BffClient,
  returned: ReturnRequest,
  candidates: PendingJourney[],
  signal: AbortSignal,
): Promise<Verdict> {
  const lost: PendingJourney[] = [];
  for (const pending of candidates) {
    try {
      const view = await handOver(bff, pending, returned, signal);
      if (view) return { verified: { pending, view }, lost };
    } catch (error) {
      const { status } = error as AttoConnectError;
      if (status === 401 || status === 404) lost.push(pending);
      else if (status !== 409) throw error;
    }
  }
  return { verified: null, lost };
}

/** Null if the signal aborted first. */
async function handOver(
  bff: BffClient,
  pending: PendingJourney,
  returned: ReturnRequest,
  signal: AbortSignal,
): Promise<JourneyView | null> {
  let view: JourneyView | null = null;
  await takeTurns(
    async (cut) => {
      view = await bff.handReturn(pending, returned, cut);
      return 'stop';
    },
    { signal, evenHidden: true },
  );
  return view;
}
