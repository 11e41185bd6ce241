import { FINAL_STATUSES, type JourneyStatus, type JourneyView } from '../contract.ts';
import { AttoConnectError } from '../errors.ts';

/** What the widget shows. The bff decides where a journey stands; a phase only says which face that gets. */
export type Phase =
  | 'ready'
  | 'starting'
  | 'away'
  | 'returned'
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

const ENDINGS: Partial<Record<JourneyStatus, Outcome>> = {
  failed: 'error',
  expired: 'error',
  disowned: 'error',
  cancelled: 'cancel',
  // A renewal in which the customer chose, inside Atto's pages, to end the connection.
  disconnected: 'cancel',
};

/**
 * The outcome of a launch whose journey stands like this; null while it is open.
 *
 * @param waitFor `connected` or `data`
 * @param isTimedOut the data has been waited for long enough: the journey is complete as far as they got
 */
export function outcomeOf(
  { status, dataAvailability }: JourneyView,
  waitFor: string | undefined,
  isTimedOut: boolean,
): Outcome | null {
  if (status !== 'connected') return ENDINGS[status] ?? null;
  if (waitFor === 'data' && dataAvailability === 'Error') return 'error';
  return waitFor !== 'data' || isTimedOut || /^(Complete|Processed)$/.test(`${dataAvailability}`) ? 'complete' : null;
}

/** The phase that a journey is shown as. A status that we do not know yet is still being worked on. */
export function phaseOf({ status }: JourneyView, outcome: Outcome | null): Phase {
  if (status === 'connected') return outcome ? (outcome === 'error' ? 'failed' : 'done') : 'waiting';
  if (status in ENDINGS) return status as Phase;
  return status === 'created' || status === 'launched' ? 'away' : 'checking';
}

/**
 * The error that belongs to this outcome. The bff cannot know that the page waits for data, so one about them is ours.
 *
 * @param reference what the customer tells support
 */
export function errorOf(
  { status, error }: JourneyView,
  outcome: Outcome | null,
  reference: string,
): AttoConnectError | null {
  if (outcome !== 'error') return null;
  const ours = { code: 'data_unavailable', category: 'provider', action: 'contact', reference } as const;
  const { code, ...facts } = error ?? (status === 'connected' ? ours : { code: status });
  return new AttoConnectError(code, facts);
}

/** True when nothing more comes unless the customer does something: no reason to go on asking. */
export function isSettled({ status, dataAvailability }: JourneyView): boolean {
  return status in ENDINGS || (status === 'connected' && /^(Processed|Error)$/.test(`${dataAvailability}`));
}

/** True when nothing can change this journey any more: it may be forgotten. */
export function isFinal({ status }: JourneyView): boolean {
  return FINAL_STATUSES.includes(status);
}

/** True when a bank is connected, or the launch came to nothing: whatever else may come. */
export function hasEnded({ status }: JourneyView): boolean {
  return status === 'connected' || status in ENDINGS;
}

/** True when no bank is connected and one still can be: by another launch, or by an earlier one. */
export function isOpen(view: JourneyView): boolean {
  return view.status !== 'connected' && !isFinal(view);
}
