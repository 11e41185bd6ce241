import { FINAL_STATUSES, type JourneyStatus, type JourneyView } from '../contract.ts';

/** What the widget shows. The bff decides where a journey stands; a phase only says which face that gets. */
export type Phase =
  | 'ready'
  | 'starting'
  | 'away'
  | 'checking'
  | 'waiting'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'renew-soon'
  | 'expired'
  | 'elsewhere'
  | 'disowned'
  | 'disconnected';

/** How a launch ended, and which event says so. */
export type Outcome = 'complete' | 'error' | 'cancel';

/** What the page waits for before it calls a journey complete. */
export interface Patience {
  /** `connected` or `data`. */
  waitFor: string;
  /** True once `data-timeout` has passed: then a connected journey is complete as far as its data got. */
  timedOut: boolean;
}

const ENDINGS: Partial<Record<JourneyStatus, Outcome>> = {
  failed: 'error',
  expired: 'error',
  disowned: 'error',
  cancelled: 'cancel',
  // A renewal in which the customer chose, inside Atto's pages, to end the connection.
  disconnected: 'cancel',
};

const FACES: Partial<Record<JourneyStatus, Phase>> = { created: 'away', launched: 'away', returned: 'checking' };

/** The outcome of a launch whose journey stands like this; null while it is open. */
export function outcomeOf(view: JourneyView, { waitFor, timedOut }: Patience): Outcome | null {
  if (view.status !== 'connected') return ENDINGS[view.status] ?? null;
  if (waitFor !== 'data') return 'complete';
  if (view.dataAvailability === 'Error') return 'error';
  const enough = timedOut || view.dataAvailability === 'Complete' || view.dataAvailability === 'Processed';
  return enough ? 'complete' : null;
}

/** The phase that a journey's view is shown as. A status that we do not know yet is still being worked on. */
export function phaseOf(view: JourneyView, patience: Patience): Phase {
  if (view.status === 'connected') {
    const outcome = outcomeOf(view, patience);
    return outcome === 'error' ? 'failed' : outcome ? 'done' : 'waiting';
  }
  return FACES[view.status] ?? (view.status in ENDINGS ? (view.status as Phase) : 'checking');
}

/** True when nothing more will come unless the customer does something: no reason to go on asking. */
export function isSettled(view: JourneyView): boolean {
  if (view.status !== 'connected') return view.status in ENDINGS;
  return view.dataAvailability === 'Processed' || view.dataAvailability === 'Error';
}

/** True when nothing can change this journey any more: it may be forgotten. */
export function isFinal(view: JourneyView): boolean {
  return FINAL_STATUSES.includes(view.status);
}

/** True when another launch of the same journey makes sense: it is open, or ended softly. */
export function isRelaunchable(view: JourneyView): boolean {
  return view.status !== 'connected' && !isFinal(view);
}
