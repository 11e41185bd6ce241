import type { ConsentSummary, JourneyView } from './contract.ts';
import type { AttoConnectError } from './errors.ts';

/** That of a journey which has connected a bank. */
export type ConnectedView = JourneyView & { consent: ConsentSummary };

/** Bubbles, and crosses the shadow roots that a partner wraps the widget in. */
class JourneyEvent<View extends JourneyView | null> extends Event {
  /** As the bff last described it. */
  readonly journey: View;
  /** Why it went wrong, if it did. */
  readonly error: AttoConnectError | null;

  constructor(type: string, journey: View, error: AttoConnectError | null) {
    super(type, { bubbles: true, composed: true, cancelable: type === 'atto-launch' });
    this.journey = journey;
    this.error = error;
  }
}

/**
 * The customer is about to leave for the bank. Cancel it (`preventDefault`) to stay, for instance until a form is
 * filled in, and call `start()` then. `journey` is null unless one is launched again.
 */
export class AttoLaunchEvent extends JourneyEvent<JourneyView | null> {}

/** Something about the journey changed, the progress of its data included. */
export class AttoStatusEvent extends JourneyEvent<JourneyView> {}

/** What the page waits for (`wait-for`) has come. Let your server check `journey.receipt` before you act on it. */
export class AttoCompleteEvent extends JourneyEvent<ConnectedView> {}

/** The launch failed; `journey` is null if it did before there was one. */
export class AttoErrorEvent extends JourneyEvent<JourneyView | null> {
  declare readonly error: AttoConnectError;
}

/** The customer stopped, here or at the bank. */
export class AttoCancelEvent extends JourneyEvent<JourneyView | null> {}

declare global {
  interface GlobalEventHandlersEventMap {
    'atto-launch': AttoLaunchEvent;
    'atto-status': AttoStatusEvent;
    'atto-complete': AttoCompleteEvent;
    'atto-error': AttoErrorEvent;
    'atto-cancel': AttoCancelEvent;
  }
}
