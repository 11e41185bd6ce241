import type { JourneyView } from '../contract.ts';
import { AttoConnectError } from '../errors.ts';
import { forgetJourney, keepJourney, type PendingJourney, rereadJourney, updateJourney } from './pending-journey.ts';
import { isFinal, isRelaunchable, type Outcome, outcomeOf, type Phase, phaseOf } from './phase.ts';

/** What the page waits for. */
export interface Wish {
  waitFor: string;
  /** How long `waitFor: 'data'` waits once connected, in seconds. Default: 600. */
  dataTimeout: number;
}

const DEFAULT_DATA_TIMEOUT = 600;

/** The journey that a widget is about: its record, its latest view, and what the page has been told of it. */
export class CurrentJourney {
  pending: PendingJourney;
  view: JourneyView | null = null;
  readonly #wish: Wish;

  constructor(pending: PendingJourney, wish: Wish) {
    this.pending = pending;
    this.#wish = wish;
  }

  /** Takes a view unless it is older than the one we have; true if it is news. */
  accept(view: JourneyView): boolean {
    const known = this.view?.version ?? -1;
    if (view.version < known) return false;
    this.view = view;
    if (view.status === 'connected' && !this.pending.connectedAt) this.#update({ connectedAt: Date.now() });
    return view.version > known;
  }

  /** How long until the data has been waited for long enough, in milliseconds. */
  get patienceMs(): number {
    const since = this.pending.connectedAt || Date.now();
    const { dataTimeout } = this.#wish;
    const seconds = Number.isFinite(dataTimeout) ? dataTimeout : DEFAULT_DATA_TIMEOUT;
    return since + seconds * 1000 - Date.now();
  }

  get outcome(): Outcome | null {
    return this.view && outcomeOf(this.view, this.#patience);
  }

  get phase(): Phase {
    return this.view ? phaseOf(this.view, this.#patience) : 'checking';
  }

  /** Why the outcome is an error. The bff cannot know that the page waits for data, so that one is ours. */
  get error(): AttoConnectError | null {
    const { view, pending } = this;
    if (!view || this.outcome !== 'error') return null;
    if (view.error) return AttoConnectError.from(view.error);
    const { reference } = pending;
    return view.status === 'connected'
      ? new AttoConnectError('data_unavailable', { category: 'provider', action: 'contact', reference })
      : new AttoConnectError(view.status === 'expired' ? 'journey_expired' : view.status, { reference });
  }

  /** True if the end of this launch is still to be told, which the caller then does; another tab may have done it. */
  claimTelling(): boolean {
    this.pending = rereadJourney(this.pending);
    const { told, launches } = this.pending;
    if (told >= launches) return false;
    this.#update({ told: launches });
    return true;
  }

  /** True if the customer can be sent to the bank again for the same journey and the same wish. */
  canRelaunch(request: string): boolean {
    return (!this.view || isRelaunchable(this.view)) && (!this.pending.request || this.pending.request === request);
  }

  countLaunch(): void {
    this.#update({ launches: this.pending.launches + 1 });
  }

  /** So that a reload finds it; where the browser keeps nothing, this page still goes on. */
  keep(): void {
    try {
      keepJourney(this.pending);
    } catch {}
  }

  forget(): void {
    forgetJourney(this.pending.journeyId);
  }

  forgetIfOver(): void {
    if (this.view && isFinal(this.view)) this.forget();
  }

  get #patience() {
    return { waitFor: this.#wish.waitFor, timedOut: this.patienceMs <= 0 };
  }

  #update(change: Partial<PendingJourney>): void {
    this.pending = { ...this.pending, ...change };
    updateJourney(this.pending);
  }
}
