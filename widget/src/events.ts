import type { JourneyView } from './contract.ts';
import type { AttoConnectError } from './errors.ts';

/** They bubble, and cross the shadow roots that a partner wraps the widget in. */
const REACH = { bubbles: true, composed: true };

/**
 * The customer is about to leave for the bank. Cancel it (`preventDefault`) to stay, for instance until a form is
 * filled in; `start()` then goes on when you call it.
 */
export class AttoLaunchEvent extends Event {
  static readonly type = 'atto-launch';
  /** The journey that is launched again; null for a new one. */
  readonly journey: JourneyView | null;

  constructor(journey: JourneyView | null) {
    super(AttoLaunchEvent.type, { ...REACH, cancelable: true });
    this.journey = journey;
  }
}

/** Something about the journey changed, the progress of its data included. */
export class AttoStatusEvent extends Event {
  static readonly type = 'atto-status';
  readonly journey: JourneyView;

  constructor(journey: JourneyView) {
    super(AttoStatusEvent.type, REACH);
    this.journey = journey;
  }
}

/** What the page waited for (`wait-for`) has come. Let your server check `journey.receipt` before you act on it. */
export class AttoCompleteEvent extends Event {
  static readonly type = 'atto-complete';
  readonly journey: JourneyView;

  constructor(journey: JourneyView) {
    super(AttoCompleteEvent.type, REACH);
    this.journey = journey;
  }
}

/** The launch failed; `journey` is null if it did before there was one. */
export class AttoErrorEvent extends Event {
  static readonly type = 'atto-error';
  readonly error: AttoConnectError;
  readonly journey: JourneyView | null;

  constructor(error: AttoConnectError, journey: JourneyView | null) {
    super(AttoErrorEvent.type, REACH);
    this.error = error;
    this.journey = journey;
  }
}

/** The customer stopped, here or at the bank. */
export class AttoCancelEvent extends Event {
  static readonly type = 'atto-cancel';
  readonly journey: JourneyView | null;

  constructor(journey: JourneyView | null) {
    super(AttoCancelEvent.type, REACH);
    this.journey = journey;
  }
}

declare global {
  interface HTMLElementEventMap {
    'atto-launch': AttoLaunchEvent;
    'atto-status': AttoStatusEvent;
    'atto-complete': AttoCompleteEvent;
    'atto-error': AttoErrorEvent;
    'atto-cancel': AttoCancelEvent;
  }
}
