import type { ConsentStanding, JourneyView } from './contract.ts';
import { type AttoConnectError, asAttoConnectError } from './errors.ts';
import { arrive } from './journey/arrival.ts';
import { actOn, isLost, type JourneyKey } from './journey/bff-client.ts';
import { askConsent } from './journey/consent.ts';
import { continueReturn, disownReturn } from './journey/elsewhere.ts';
import { isWhatIsWished, launch, leave, relaunch, wishOf } from './journey/launch.ts';
import { customerFor, ownJourneys, shown, widgets } from './journey/own-journeys.ts';
import { rest } from './journey/pacing.ts';
import { forgetJourney, keepJourney, newPending, type PendingJourney } from './journey/pending-journey.ts';
import { errorOf, hasEnded, isFinal, isOpen, type Outcome, outcomeOf, type Phase, phaseOf } from './journey/phase.ts';
import { isBankWindow, keepWindow, openWindow } from './journey/popup.ts';
import { captureReturn, heldReturn, holdReturn, inTurn, takeReturn } from './journey/return.ts';
import { bffOf, customerOf, customerTokenOf, type JourneySettings } from './journey/settings.ts';
import { followStatus } from './journey/status.ts';
import { hasTeller, type Teller, tellerOf } from './journey/teller.ts';

/** What is told about a journey: the customer is about to leave, something changed, or how the launch ended. */
export type News = 'launch' | 'status' | Outcome;

/** What the controller wants of whoever shows the journey. */
export interface JourneyHost {
  /** Something that is to be shown is different now. */
  changed(): void;
  /** Tells the page; false if it objects to a launch. Of the outcomes exactly one is told for each launch. */
  tell(what: News): boolean;
  /** Takes the whole page to the bank. Default: `location.assign`. */
  navigate?(url: string): void;
  /** The customer is back from the bank's window: the keyboard goes on here. */
  focusAgain?(): void;
}

/**
 * A remark beside the phase: an earlier attempt is gone, a return is not this customer's; the customer is asked whether to
 * end the connection, or has copied the reference; or why a wish could not be carried out.
 */
export type Note = 'lost' | 'rejected' | 'leaving' | 'copied' | AttoConnectError;

/** What is shown besides the phase; error and note are gone with it. */
export interface Circumstances {
  error: AttoConnectError | null;
  note: Note | null;
  /** How the consent that the page names stood when it was last asked about; null where that is not known, or it was ended here. */
  standing: ConsentStanding | null;
}

const DATA_TIMEOUT_SECONDS = 600;

/** How a consent that may be renewed so is shown. */
const STANDINGS: Record<string, Phase> = { none: 'done', soon: 'renew-soon', now: 'expired' };

/** Runs launch, return, verify and status for one element or one button, and knows no HTML. */
export class JourneyController implements Circumstances {
  /** What is to be shown. */
  phase: Phase = 'ready';
  /** The journey as the bff last described it; null while there is none. */
  view: JourneyView | null = null;
  error: AttoConnectError | null = null;
  note: Note | null = null;
  standing: ConsentStanding | null = null;

  readonly #page: JourneySettings;
  readonly #host: JourneyHost;
  #pending: PendingJourney | null = null;
  /** There is one as long as there is a journey. */
  #teller: Teller | null = null;
  /** The handle that nothing in this browser knows of, while its customer has not said what to do about it. */
  #handle = '';
  /** Where the bank is, as far as this page can tell. */
  #window: Window | null = null;
  /** Aborted when what is under way is no longer wanted; whatever waits by its signal throws then. */
  #work = new AbortController();

  constructor(page: JourneySettings, host: JourneyHost) {
    this.#page = page;
    this.#host = host;
  }

  /** True while the bank's window seems to be there. That it seems not to be means nothing. */
  get hasWindow(): boolean {
    return this.#window?.closed === false;
  }

  /** Our parts leave the address before anything else happens; `begin` does so too. */
  attach(): void {
    widgets.add(this.#page);
    captureReturn();
  }

  /** Nothing of it goes on; a return is left for whoever comes next. */
  detach(): void {
    widgets.delete(this.#page);
    this.#work.abort();
    if (this.#handle) holdReturn({ handle: this.#handle });
    this.#handle = '';
    this.#about(null);
  }

  /** Finds out where things stand: a return, a journey from before, a consent that exists. */
  async begin(): Promise<void> {
    this.detach();
    this.attach();
    this.#show(heldReturn() || this.#page.consentId ? 'checking' : 'ready', { standing: null });
    await this.#run(async (signal) => {
      // Whose token never comes must not hold up the others.
      const customer = await customerFor(this.#page);
      // No two widgets of a page do so at the same time.
      const arrival = await inTurn(async () => {
        const found = await arrive(ownJourneys(this.#page, customer), signal);
        signal.throwIfAborted();
        const { handle = '' } = found;
        this.#handle = handle;
        if (handle) takeReturn();
        this.#about(found.pending);
        return found;
      });
      signal.throwIfAborted();
      const { pending, view, note = null } = arrival;
      if (this.#handle) return this.#show('elsewhere');
      this.#show(pending || this.#page.consentId ? 'checking' : 'ready', { note });
      await Promise.all([this.#follow(signal, view), this.#showStanding(signal)]);
    });
  }

  /** @param providerId a bank other than the partner's; empty: any */
  async start(providerId?: string): Promise<void> {
    const { phase } = this;
    if (phase === 'starting' || this.#page.disabled) return;
    this.phase = 'starting';
    if (!this.#host.tell('launch')) this.phase = phase;
    // Whoever was told may also have stopped it.
    if (this.phase !== 'starting') return;
    // From now on an end is owed, also where it comes before the journey is launched again.
    if (this.#pending) this.#pending.launches++;
    this.#settle();
    // Before anything is waited for: later than in the gesture itself it would be blocked.
    const previous = this.#window;
    const opened = openWindow(this.#page.presentation, previous);
    this.#show('starting');
    await this.#run(async (signal) => {
      const url = await this.#launch(providerId, !!opened, signal).catch((error) => {
        if (opened !== previous) opened?.close();
        // The bff has heard more of the journey than this page: then that is what there is to show.
        if (error.status !== 409 || !this.#pending) throw error;
      });
      if (url) await (opened ? this.#goOnBeside(opened, url) : leave(url, this.#host, signal));
      await this.#follow(signal);
    });
  }

  /** Shows the customer the window in which the bank is, or opens the bank again. */
  async goThere(): Promise<void> {
    if (this.hasWindow) this.#window?.focus();
    else await this.start();
  }

  /** The customer says stop. */
  async cancel(): Promise<void> {
    if (this.#isOpen()) await this.#act('cancel');
    else if (this.phase === 'starting') {
      this.#work.abort();
      this.#show('cancelled');
      this.#host.tell('cancel');
    }
  }

  /** Ends the connection: the journey's, or that of the consent which the page names. */
  async disconnect(): Promise<void> {
    if (this.view?.status === 'connected') await this.#act('disconnect');
    else if (this.standing) {
      await this.#attempt(async (signal) => {
        await askConsent(this.#page, '/disconnect', signal);
        this.#show('disconnected');
      });
    }
  }

  /** As if nothing had happened here; what the bff knows stays. */
  reset(): void {
    this.#work.abort();
    this.#window?.close();
    if (this.#pending) forgetJourney(this.#pending);
    this.#about(null);
    this.#settle();
    this.#show('ready', { note: null, standing: null });
  }

  /** Takes over a journey whose token the page got from its own server. If it has ended, that is told, each time. */
  async resume(key: JourneyKey): Promise<void> {
    this.#settle();
    this.#show('checking');
    await this.#run(async (signal) => {
      const customer = await customerTokenOf(this.#page).then(customerOf, () => null);
      signal.throwIfAborted();
      this.#takeOver({ ...newPending(key, bffOf(this.#page), this.#page.partner), customer });
      await this.#follow(signal);
    });
  }

  /** Finishes here what was started in another browser; the bff allows it for the same customer. */
  async continueHere(): Promise<void> {
    const handle = this.#handle;
    await this.#attempt(async (signal) => {
      const verified = await continueReturn(this.#page, handle, signal);
      this.#settle();
      if (!verified) return this.#show('ready', { note: 'rejected' });
      this.#takeOver(verified.pending);
      await this.#follow(signal, verified.view);
    });
  }

  /** "I didn't start this". */
  async disown(): Promise<void> {
    await this.#attempt(async (signal) => {
      await disownReturn(this.#page, this.#handle, signal);
      this.#settle();
      this.#show('disowned');
    });
  }

  /** Makes everything under way unwanted and does something else, on which the launch depends. */
  async #run(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#renewWork();
    try {
      await task(signal);
    } catch (thrown) {
      if (signal.aborted) return;
      this.#show('failed', { error: asAttoConnectError(thrown) });
      if (this.#teller) void this.#teller.end('error');
      else this.#host.tell('error');
    }
  }

  /** The same for something that the launch does not depend on: where it fails, everything stays as it was. */
  async #attempt(task: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#renewWork();
    try {
      await task(signal);
    } catch (thrown) {
      const error = asAttoConnectError(thrown);
      if (signal.aborted) return;
      // What may be done to a journey or a consent of theirs is not refused for good.
      this.#show(this.phase, { note: error.retryable ? error : 'rejected' });
      await this.#run((next) => this.#follow(next));
    }
  }

  #renewWork(): AbortController {
    this.#work.abort();
    this.#work = new AbortController();
    return this.#work;
  }

  /** Something that the customer may do to the journey at hand. */
  #act(step: 'cancel' | 'disconnect'): Promise<void> {
    const pending = this.#pending as PendingJourney;
    return this.#attempt(async (signal) => this.#accept(await actOn<JourneyView>(pending, step, {}, signal)));
  }

  /** A remark stays as long as the phase does. */
  #show(phase: Phase, circumstances?: Partial<Circumstances>): void {
    const note = phase === this.phase ? this.note : null;
    if (phase === 'disconnected') this.standing = null;
    Object.assign(this, { phase, note, error: null }, circumstances);
    this.#host.changed();
  }

  /** The return is dealt with; a reload need not look at it again. */
  #settle(): void {
    this.#handle = '';
    holdReturn(null);
  }

  /** From now on it is about this journey, or about none. */
  #about(pending: PendingJourney | null): void {
    if (pending !== this.#pending) {
      this.view = this.#window = null;
      this.#teller?.stop();
      this.#teller = pending && tellerOf(pending, (outcome) => this.#tellEnd(outcome));
    }
    shown.delete(`${this.#pending?.journeyId}`);
    shown.add(`${pending?.journeyId}`);
    this.#pending = pending;
  }

  /** From now on a journey is this tab's. */
  #takeOver(pending: PendingJourney): void {
    keepJourney(pending);
    this.#about(pending);
  }

  /** True if there is a journey that may still connect a bank. */
  #isOpen(): boolean {
    return !!this.#pending && (!this.view || isOpen(this.view));
  }

  /** The address to leave for: that of the journey at hand if it can be launched again, else of a new one. */
  async #launch(providerId: string | undefined, inPopup: boolean, signal: AbortSignal): Promise<string> {
    const atHand = this.#isOpen() ? this.#pending : null;
    // Who starts again means the same bank.
    const wish = await wishOf(this.#page, providerId ?? atHand?.chosen);
    signal.throwIfAborted();
    const again = atHand && isWhatIsWished(atHand, wish) && (await relaunch(atHand, inPopup, signal));
    if (again) return again;
    this.#about(null);
    const { pending, launchUrl } = await launch(bffOf(this.#page), wish, inPopup, signal);
    this.#about(pending);
    return launchUrl;
  }

  /** The bank is shown in a window of its own, and this page stays. */
  #goOnBeside(opened: Window, url: string): void {
    this.#window = opened;
    opened.location.replace(url);
    this.#show('away');
  }

  /** True, once, when the bank's window reads closed: a reason to ask the bff, whose word counts. */
  #missesWindow(): boolean {
    if (!this.#window?.closed) return false;
    this.#window = null;
    this.#host.changed();
    this.#host.focusAgain?.();
    return true;
  }

  /** In a bank's window that is back: the page that opened it goes on, for as long as it lives, and this one may go. */
  async #handOver(pending: PendingJourney): Promise<void> {
    if (!isBankWindow()) return;
    if (pending.inPopup && (await hasTeller(pending))) {
      keepJourney(Object.assign(pending, { returnedAt: Date.now() }));
      this.#show('returned');
      close();
      await this.#teller?.takeTurn();
    }
    keepWindow();
  }

  /** How a consent stands is told for comfort: where that fails, the button is still there. */
  async #showStanding(signal: AbortSignal): Promise<void> {
    const standing = await askConsent(this.#page, '', signal).catch(() => null);
    if (signal.aborted) return;
    this.standing = standing;
    if (this.#pending) this.#host.changed();
    else this.#show((standing && STANDINGS[standing.renew]) ?? 'ready');
  }

  /** Is about the journey until nothing more can come of it. */
  async #follow(signal: AbortSignal, view?: JourneyView): Promise<void> {
    const pending = this.#pending;
    signal.throwIfAborted();
    if (!pending) return;
    await this.#handOver(pending);
    signal.throwIfAborted();
    keepJourney(pending);
    if (pending.inPopup) void this.#teller?.takeTurn();
    if (view) this.#accept(view);
    try {
      await followStatus(
        pending,
        (news) => this.#accept(news),
        signal,
        () => this.#missesWindow(),
      );
    } catch (error) {
      if (signal.aborted || !isLost(error as AttoConnectError)) throw error;
      this.#lose(pending);
    }
  }

  /** The bff no longer knows the journey, or us. What is over and done stays so. */
  #lose(pending: PendingJourney): void {
    const { view } = this;
    forgetJourney(pending);
    if (view && hasEnded(view)) this.#showView(pending, view);
    else {
      this.#about(null);
      this.#show('ready', { note: pending.told < pending.launches ? 'lost' : null });
    }
  }

  #accept(view: JourneyView): void {
    const version = this.view?.version ?? -1;
    const pending = this.#pending;
    if (!pending || view.version < version) return;
    if (view.status === 'connected') pending.connectedAt ??= Date.now();
    this.view = view;
    const outcome = this.#showView(pending, view);
    if (view.version > version) this.#host.tell('status');
    if (outcome) void this.#teller?.end(outcome);
    if (isFinal(view)) forgetJourney(pending);
  }

  /** The bank's window is done with, and the customer is back here. */
  #tellEnd(outcome: Outcome): void {
    this.#window?.close();
    if (this.#pending?.inPopup) this.#host.focusAgain?.();
    this.#host.tell(outcome);
  }

  /** Shows a view, and sees to it that data is not waited for longer than the page wants. */
  #showView({ connectedAt = 0, reference = '' }: PendingJourney, view: JourneyView): Outcome | null {
    const { waitFor, dataTimeout } = this.#page;
    // What is no number says nothing.
    const seconds = dataTimeout != null && dataTimeout >= 0 ? dataTimeout : DATA_TIMEOUT_SECONDS;
    const patienceMs = connectedAt + seconds * 1000 - Date.now();
    const outcome = outcomeOf(view, waitFor, patienceMs <= 0);
    const phase = phaseOf(view, outcome);
    this.#show(phase, { error: errorOf(view, outcome, reference) });
    if (phase === 'waiting') {
      const { signal } = this.#work;
      void rest(patienceMs, signal).then(() => signal.aborted || this.#accept(this.view ?? view));
    }
    return outcome;
  }
}
