import type { ConsentStanding, JourneyView } from './contract.ts';
import { AttoConnectError, asAttoConnectError } from './errors.ts';
import { type Arrival, Arrivals } from './journey/arrival.ts';
import { BffClient, type JourneyKey } from './journey/bff-client.ts';
import { CurrentJourney, type Wish } from './journey/current-journey.ts';
import * as launching from './journey/launch.ts';
import { rest } from './journey/pacing.ts';
import { isOfThisTab, isOwnedBy, newPending, type Owner, type PendingJourney } from './journey/pending-journey.ts';
import { isRelaunchable, isSettled, type Outcome, type Phase } from './journey/phase.ts';
import { followStatus } from './journey/status.ts';

/** What the page says; read whenever it is needed, so that it may change at any time. */
export interface JourneySettings extends launching.LaunchSettings, Wish {
  /** The bff's address, absolute or relative to the page. */
  bff: string;
  /** Tells widgets of the same bff and partner apart. */
  name: string;
  customerToken: launching.CustomerToken | null;
  disabled: boolean;
}

/** What the controller tells the element. */
export interface JourneyReport {
  /** Something that is shown is different now. */
  changed(): void;
  /** May we leave the page? */
  launching(): boolean;
  /** The journey has a new view. */
  news(): void;
  /** Exactly once for each launch. */
  ended(outcome: Outcome): void;
  navigate(url: string): void;
}

/** A remark beside the phase: an earlier attempt is gone, a return was not ours, a wish could not be carried out. */
export type Note = 'lost' | 'rejected' | 'retry';

/** Still here so long after the browser was told to leave: it did not, or its user came back. */
const AWAY_AFTER_MS = 5000;

const STANDINGS: Record<string, Phase> = { none: 'done', soon: 'renew-soon', now: 'expired' };

/** Runs launch, return, verify and status for one element, and knows no HTML. */
export class JourneyController {
  phase: Phase = 'ready';
  error: AttoConnectError | null = null;
  note: Note | null = null;
  /** How the consent named by the page stands; null while there is a journey to show. */
  standing: ConsentStanding | null = null;

  readonly #settings: JourneySettings;
  readonly #report: JourneyReport;
  readonly #arrivals: Arrivals;
  #current: CurrentJourney | null = null;
  /** Aborted when what is under way is no longer wanted; every continuation looks at its own signal. */
  #work = new AbortController();
  #isAsking = false;
  /** The browser has been sent away, whatever came of it. */
  #hasLeft = false;
  #isFollowing = false;

  constructor(settings: JourneySettings, report: JourneyReport) {
    this.#settings = settings;
    this.#report = report;
    this.#arrivals = new Arrivals({
      owner: () => this.#owner(),
      journeyId: () => this.#current?.pending.journeyId,
      ofThisCustomer: (journeys) => this.#ofThisCustomer(journeys),
      checking: () => this.#show('checking'),
    });
  }

  get view(): JourneyView | null {
    return this.#current?.view ?? null;
  }

  /** The element is in the page: our parts leave the address before anything else happens. */
  attach(): void {
    this.#arrivals.enter();
    document.addEventListener('visibilitychange', this.#wake);
    window.addEventListener('pageshow', this.#wake);
  }

  /** The element is gone, and nothing of it goes on. */
  detach(): void {
    this.#renew();
    this.#current = null;
    this.#arrivals.leave();
    document.removeEventListener('visibilitychange', this.#wake);
    window.removeEventListener('pageshow', this.#wake);
  }

  /** Finds out where things stand: a return, a journey from before, a consent that exists. */
  async begin(): Promise<void> {
    const { bff, partner } = this.#settings;
    const signal = this.#leaveCurrent();
    if (!bff || !partner) return this.#show('ready');
    this.#show(this.#arrivals.isExpecting() ? 'checking' : 'ready');
    await this.#attempt(signal, async () => {
      const arrival = await this.#arrivals.accept(signal);
      if (!signal.aborted && !(await this.#welcome(arrival))) await this.#pickUp(arrival, signal);
    });
  }

  /** @param anyBank without the bank that the partner chose */
  async start(anyBank = false): Promise<void> {
    if (this.#isAsking || this.phase === 'starting' || this.#settings.disabled) return;
    this.#isAsking = true;
    const isAllowed = this.#report.launching();
    this.#isAsking = false;
    if (!isAllowed) return;
    const signal = this.#renew();
    this.#arrivals.settle();
    this.#hasLeft = false;
    this.#show('starting');
    await this.#attempt(signal, async () => {
      const url = await this.#launch(anyBank, signal);
      if (signal.aborted) return;
      this.#hasLeft = true;
      this.#report.navigate(url);
      await rest(AWAY_AFTER_MS, signal);
      await this.#follow(signal);
    });
  }

  /** The customer says stop. */
  async cancel(): Promise<void> {
    const current = this.#current;
    const isStarting = this.phase === 'starting';
    if (current && (!current.view || isRelaunchable(current.view))) {
      await this.#act(async (bff, signal) => this.#accept(await bff.cancel(current.pending, signal)));
    } else if (isStarting) {
      this.#renew();
      this.#show('cancelled');
      this.#report.ended('cancel');
    }
  }

  /** Ends the connection: the journey's, or that of the consent which the page names. */
  async disconnect(): Promise<void> {
    const current = this.#current;
    const { consentId } = this.#settings;
    if (current?.view?.status === 'connected') {
      await this.#act(async (bff, signal) => this.#accept(await bff.disconnect(current.pending, signal)));
    } else if (consentId) {
      await this.#act(async (bff, signal) => {
        await bff.disconnectConsent(consentId, await this.#customerToken(), signal);
        this.#show('disconnected');
      });
    }
  }

  /** As if nothing had happened here; what the bff knows stays. */
  reset(): void {
    this.#current?.forget();
    this.#leaveCurrent();
    this.#arrivals.settle();
    this.#show('ready');
  }

  /** Takes over a journey whose token the page got from its own server. */
  async resume(key: JourneyKey): Promise<void> {
    const signal = this.#leaveCurrent();
    this.#arrivals.settle();
    await this.#attempt(signal, async () => {
      this.#current = new CurrentJourney(newPending(key, this.#owner()), this.#settings);
      this.#current.keep();
      this.#show('checking');
      await this.#follow(signal);
    });
  }

  /** Finishes here what was started in another browser; the bff allows it for the same customer. */
  async continueHere(): Promise<void> {
    const { handle } = this.#arrivals;
    if (!handle) return;
    await this.#act(async (bff, signal) => {
      const key = await bff.resumeReturn(handle, await this.#customerToken(), signal);
      const arrival = await this.#arrivals.verify([newPending(key, this.#owner())], signal);
      if (!(await this.#welcome(arrival)) && !signal.aborted) this.#show('ready', { note: 'rejected' });
    });
  }

  /** "I didn't start this". */
  async disown(): Promise<void> {
    const { handle } = this.#arrivals;
    if (!handle) return;
    await this.#act(async (bff, signal) => {
      await bff.disownReturn(handle, signal);
      this.#arrivals.settle();
      this.#show('disowned');
    });
  }

  /** Seen again after a while: a journey that is not followed (any more) is worth a look. */
  readonly #wake = (event: Event): void => {
    const isBack = 'persisted' in event ? event.persisted : !document.hidden;
    const isLaunching = this.phase === 'starting' && !this.#hasLeft;
    if (isBack && this.#current && !this.#isFollowing && !isLaunching) void this.#follow(this.#renew());
  };

  /** Makes everything that is under way unwanted. */
  #renew(): AbortSignal {
    this.#work.abort();
    this.#work = new AbortController();
    this.#isFollowing = false;
    return this.#work.signal;
  }

  #leaveCurrent(): AbortSignal {
    this.#current = null;
    return this.#renew();
  }

  #show(phase: Phase, facts: Partial<Pick<JourneyController, 'error' | 'note' | 'standing'>> = {}): void {
    Object.assign(this, { phase, error: null, note: null, standing: null, ...facts });
    this.#report.changed();
  }

  #owner(): Owner {
    const { bff, partner, name } = this.#settings;
    try {
      if (!bff || !partner) throw new TypeError('<atto-connect> needs the attributes bff and partner');
      return { bff: new URL(bff, location.href).href.replace(/\/+$/, ''), partner, name: name ?? '' };
    } catch (cause) {
      throw new AttoConnectError('configuration', { action: 'contact', cause });
    }
  }

  async #customerToken(): Promise<string> {
    return (await launching.customerTokenFrom(this.#settings.customerToken)) ?? '';
  }

  /** A browser may be shared: what one customer left open is not shown to the next. */
  async #ofThisCustomer(journeys: PendingJourney[]): Promise<PendingJourney[]> {
    if (!journeys.some(({ customer }) => customer)) return journeys;
    const subject = launching.subjectOf(await this.#customerToken().catch(() => ''));
    return journeys.filter(({ customer }) => !subject || !customer || customer === subject);
  }

  /** The address to send the browser to: of the journey at hand if it can be launched again, else of a new one. */
  async #launch(anyBank: boolean, signal: AbortSignal): Promise<string> {
    const owner = this.#owner();
    const bff = new BffClient(owner.bff);
    const request = launching.startRequest(this.#settings, anyBank);
    if (this.#current?.canRelaunch(JSON.stringify(request))) {
      this.#current.countLaunch();
      try {
        return await launching.relaunch(bff, this.#current.pending, signal);
      } catch (error) {
        if (!isLost(error)) throw error;
        this.#current.forget();
      }
    }
    this.#current = null;
    const token = await this.#customerToken();
    const { pending, launchUrl } = await launching.launch(bff, request, owner, token, signal);
    if (!signal.aborted) this.#current = new CurrentJourney(pending, this.#settings);
    return launchUrl;
  }

  /** Shows what a return came to; true if that is what the widget is about now. */
  async #welcome(arrival: Arrival): Promise<boolean> {
    if (arrival === 'elsewhere') this.#show('elsewhere');
    if (typeof arrival === 'string') return arrival === 'elsewhere';
    this.#current = new CurrentJourney(arrival.pending, this.#settings);
    this.#current.keep();
    this.#accept(arrival.view);
    await this.#follow(this.#work.signal);
    return true;
  }

  /** Without a return: a journey that this widget left pending, else the consent that the page names. */
  async #pickUp(arrival: Arrival, signal: AbortSignal): Promise<void> {
    const owner = this.#owner();
    const pending = (await this.#arrivals.pending()).find(
      (one) => isOwnedBy(owner, one) && (isOfThisTab(one) || one.told < one.launches),
    );
    if (signal.aborted) return;
    this.#show(pending ? 'checking' : 'ready', { note: arrival === 'rejected' ? arrival : null });
    if (!pending) return this.#showStanding(signal);
    this.#current = new CurrentJourney(pending, this.#settings);
    await this.#follow(signal);
  }

  /** How a consent stands is told for comfort: where that fails, the button is still there. */
  async #showStanding(signal: AbortSignal): Promise<void> {
    const { consentId, customerToken } = this.#settings;
    if (!consentId || !customerToken) return;
    try {
      const bff = new BffClient(this.#owner().bff);
      const standing = await bff.consentStanding(consentId, await this.#customerToken(), signal);
      if (signal.aborted) return;
      this.#show(STANDINGS[standing.renew] ?? 'ready', { standing });
    } catch {}
  }

  /** Follows the journey until nothing more can come. */
  async #follow(signal: AbortSignal): Promise<void> {
    const current = this.#current;
    if (!current || signal.aborted) return;
    this.#isFollowing = true;
    const bff = new BffClient(current.pending.bff);
    try {
      await followStatus(bff, current.pending, (view) => this.#accept(view), signal);
    } catch (error) {
      if (!signal.aborted) this.#lose(error, current);
    }
    if (!signal.aborted) this.#isFollowing = false;
  }

  /** The bff no longer knows the journey, or us. What is connected stays connected. */
  #lose(error: unknown, current: CurrentJourney): void {
    const { view, pending } = current;
    if (!isLost(error)) {
      this.#fail(error);
      return;
    }
    current.forget();
    if (view && (isSettled(view) || view.status === 'connected')) {
      this.#show(current.phase, { error: current.error });
      return;
    }
    this.#current = null;
    this.#show('ready', { note: pending.told < pending.launches ? 'lost' : null });
  }

  #accept(view: JourneyView): void {
    const current = this.#current;
    if (!current) return;
    const note = current.view ? null : this.note;
    const isNews = current.accept(view);
    this.#show(current.phase, { error: current.error, note });
    if (isNews) this.#report.news();
    this.#tell(current);
    if (this.phase === 'waiting') void this.#outwait(current);
  }

  /** Data that does not come in time ends the waiting, not the following. */
  async #outwait(current: CurrentJourney): Promise<void> {
    const { signal } = this.#work;
    await rest(current.patienceMs, signal);
    if (signal.aborted || this.#current !== current || current.phase === this.phase) return;
    this.#show(current.phase, { error: current.error });
    this.#tell(current);
  }

  #tell(current: CurrentJourney): void {
    const { outcome } = current;
    if (outcome && current.claimTelling()) this.#report.ended(outcome);
    current.forgetIfOver();
  }

  #fail(thrown: unknown): void {
    this.#show('failed', { error: asAttoConnectError(thrown) });
    if (!this.#current || this.#current.claimTelling()) this.#report.ended('error');
  }

  /** Runs something that the phase depends on; what it throws is the end of the launch, unless nobody waits any more. */
  async #attempt(signal: AbortSignal, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  /** Runs something that the customer asked for beside the journey; where it fails, everything stays as it was. */
  async #act(task: (bff: BffClient, signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const { phase } = this;
    const signal = this.#renew();
    try {
      await task(new BffClient(this.#owner().bff), signal);
    } catch {
      if (signal.aborted) return;
      this.#show(phase, { note: 'retry', error: this.error });
      await this.#follow(signal);
    }
  }
}

/** 401 or 404: this browser has no say in the journey (any more). */
function isLost(error: unknown): boolean {
  return error instanceof AttoConnectError && (error.status === 401 || error.status === 404);
}
