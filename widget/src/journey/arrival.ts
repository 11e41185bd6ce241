import type { JourneyView } from '../contract.ts';
import { isOfThisTab, type PendingJourney, pendingJourneys } from './pending-journey.ts';
import { heldReturn, holdReturn } from './return.ts';
import { verifyReturn } from './verify.ts';

/** What somebody who has just opened the page finds. */
export interface Arrival {
  /** The journey to go on with, if there is one. */
  pending: PendingJourney | null;
  /** How it stands since it took the return. */
  view?: JourneyView;
  /** Of a return that nothing in this browser knows of. */
  handle?: string;
  /** A return came that is not of this customer's journeys. */
  note?: 'rejected' | null;
}

/** Deals with a return, if there is one and it is for us, else chooses a journey. */
export async function arrive(candidates: PendingJourney[], signal: AbortSignal): Promise<Arrival> {
  signal.throwIfAborted();
  const returned = heldReturn();
  const verified = returned && (await verifyReturn(returned, candidates, signal));
  if (verified) {
    holdReturn(null);
    return verified;
  }
  if (returned && 'handle' in returned && !pendingJourneys()[0]) return { pending: null, handle: returned.handle };
  const isRejected = returned && candidates[0];
  // There may be journeys of a customer whom the page has yet to name.
  if (isRejected && !pendingJourneys()[candidates.length]) holdReturn(null);
  // Also what another tab has left open, so that one does not connect twice.
  const pending = candidates.find((one) => isOfThisTab(one) || one.told < one.launches) ?? null;
  return { pending, note: isRejected ? 'rejected' : null };
}
