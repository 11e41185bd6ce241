import type { ConsentStanding, JourneyView, ReturnRequest } from './contract.ts';
import { AttoConnectError, asAttoConnectError } from './errors.ts';
import { actOn, callBff, isLost, type JourneyKey } from './journey/bff-client.ts';
import { disconnectConsent, type EarlierConsent, standingOf } from './journey/consent.ts';
import {
  type CustomerToken,
  customerOf,
  customerTokenFrom,
  type LaunchSettings,
  launch,
  relaunch,
  startRequest,
} from './journey/launch.ts';
import { cutShort, rest } from './journey/pacing.ts';
import {
  forgetJourney,
  isOfThisTab,
  keepJourney,
  newPending,
  type PendingJourney,
  pendingJourneys,
} from './journey/pending-journey.ts';
import { isFinal, isOpen, isSettled, type Outcome, outcomeOf, type Phase, phaseOf } from './journey/phase.ts';
import { isBankWindow, keepWindow, openWindow, type Presentation, readsClosed } from './journey/popup.ts';
import { captureReturn, heldReturn, holdReturn, inTurn, takeReturn } from './journey/return.ts';
import { followStatus } from './journey/status.ts';
import { hasTeller, Teller } from './journey/teller.ts';
import { verifyReturn } from './journey/verify.ts';

/** What the page says; read whenever it is needed, so that it may change at any time. */
export interface JourneySettings extends LaunchSettings {
  /** The bff's address, absolute or relative to the page. */
  bff: string;
  /** Without it the customer is a guest. */
  customerToken?: CustomerToken | null | undefined;
  /** Default: `auto`. */
  presentation?: Presentation | undefined;
  /** What an outcome waits for: `connected` (default), or `data`. */
  waitFor?: 'connected' | 'data' | undefined;
  /** How long data is waited for once connected, in seconds. Default: 600. */
  dataTimeout?: number | undefined;
  /** Nothing can be started. */
  disabled?: boolean | undefined;
}

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

/** A remark beside the phase: an earlier attempt is gone, a return was not ours, a wish could not be carried out. */
export type Note = 'lost' | 'rejected' | 'undone';

/** What is shown besides the phase, and is gone with it. */
export interface Circumstances {
  error: AttoConnectError | null;
  note: Note | null;
  /** How the consent that the page names stands, while there is no journey. */
  standing: ConsentStanding | null;
}

/** Still here so long after the browser was told to leave: it did not, or its user came back. */
const AWAY_AFTER_MS = 5000;

/** How a consent that may be renewed so is shown. */
const STANDINGS: Record<string, Phase> = { none: 'done', soon: 'renew-soon', now: 'expired' };

/** The journeys that this page's widgets are about: no two are about the same. */
const shown = new Set<string>();

export interface JourneyController extends Circumstances {}

/** Runs launch, return, verify and status for one element or one button, and knows no HTML. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: #show assigns every one of them
export class JourneyController {
  /** What is to be shown. */
  phase: Phase = 'ready';
  /** The journey as the bff last described it; null while there is none. */
  view: JourneyView | null = null;

  readonly #page: JourneySettings;
  readonly #host: JourneyHost;
  #pending: PendingJourney | null = null;
  /** The handle that nothing in this browser knows of, while its customer has not said what to do about it. */
  #handle = '';
  /** Where the bank is, as far as this page can tell. */
  #window: Window | null = null;
  /** There is one as long as there is a journey. */
  #teller: Teller | null = null;
  /** Aborted when what is under way is no longer wanted; every continuation looks at its own signal. */
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
    captureReturn((reference) => pendingJourneys().some((pending) => pending.reference === reference));
  }

  /** Nothing of it goes on; a return is left for whoever comes next. */
  detach(): void {
    this.#work.abort();
    if (this.#handle) holdReturn({ handle: this.#handle });
    this.#about(null);
  }

  /** Finds out where things stand: a return, a journey from before, a consent that exists. */
  async begin(): Promise<void> {
    this.attach();
    this.#about(null);
    this.#show(heldReturn() ? 'checking' : 'ready');
    await this.#run(async (signal) => {
      const note = await inTurn(() => this.#arrive(signal));
      if (note === 'taken' || signal.aborted) return;
      const pending = this.#pending;
      this.#show(pending ? 'checking' : 'ready', { note });
      await (pending ? this.#follow(signal, pending) : this.#showStanding(signal));
    });
  }

  /** @param providerId a bank other than the partner's; empty: any */
  async start(providerId?: string): Promise<void> {
    const { phase } = this;
    if (phase === 'starting' || this.#page.disabled) return;
    this.phase = 'starting';
    if (!this.#host.tell('launch')) {
      this.phase = phase;
      return;
    }
    this.#settle();
    // Before anything is waited for: later than in the gesture itself it would be blocked.
    const previous = this.#window;
    const opened = openWindow(this.#page.presentation, previous);
    const giveUp = () => opened !== previous && opened?.close();
    this.#show('starting');
    await this.#run(async (signal) => {
      const url = await this.#launch(providerId, !!opened, signal).catch((error) => {
        giveUp();
        throw error;
      });
      if (signal.aborted) giveUp();
      else if (opened) await this.#goOnBeside(opened, url, signal);
      else await this.#leave(url, signal);
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
    const consent = this.standing && this.#earlier();
    if (consent) {
      await this.#run(async (signal) => {
        const standing = await disconnectConsent(consent, signal);
        if (!signal.aborted) this.#show('disconnected', { standing });
      }, true);
    }
  }

  /** As if nothing had happened here; what the bff knows stays. */
  reset(): void {
    this.#work.abort();
    this.#window?.close();
    if (this.#pending) forgetJourney(this.#pending);
    this.#about(null);
    this.#settle();
    this.#show('ready');
  }

  /** Takes over a journey whose token the page got from its own server. */
  async resume(key: JourneyKey): Promise<void> {
    this.#settle();
    this.#show('checking');
    const pending = this.#newPending(key);
    keepJourney(pending);
    await this.#run((signal) => this.#follow(signal, pending));
  }

  /** Finishes here what was started in another browser; the bff allows it for the same customer. */
  async continueHere(): Promise<void> {
    const handle = this.#handle;
    await this.#run(async (signal) => {
      const token = await customerTokenFrom(this.#page.customerToken);
      const key = await callBff<JourneyKey>(this.#base(), `returns/${handle}/resume`, { token, body: {}, signal });
      const pending = { ...this.#newPending(key.body), customer: customerOf(token) };
      const verified = await verifyReturn({ handle }, [pending], signal);
      if (signal.aborted) return;
      this.#settle();
      this.#show('ready', { note: 'rejected' });
      if (!verified) return;
      keepJourney(verified.pending);
      await this.#follow(signal, verified.pending, verified.view);
    }, true);
  }

  /** "I didn't start this". */
  async disown(): Promise<void> {
    await this.#run(async (signal) => {
      await callBff(this.#base(), `returns/${this.#handle}/disown`, { body: {}, signal });
      this.#settle();
      this.#show('disowned');
    }, true);
  }

  /**
   * Makes everything under way unwanted and does something else.
   *
   * @param isBeside the launch does not depend on it: where it fails, everything stays as it was
   */
  async #run(task: (signal: AbortSignal) => Promise<void>, isBeside = false): Promise<void> {
    const { phase, error, standing } = this;
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    try {
      await task(signal);
    } catch (thrown) {
      if (signal.aborted) return;
      if (isBeside) {
        this.#show(phase, { error, standing, note: 'undone' });
        await this.#run((next) => this.#follow(next));
      } else {
        this.#show('failed', { error: asAttoConnectError(thrown) });
        if (this.#pending) this.#teller?.end(this.#pending, 'error');
        else this.#host.tell('error');
      }
    }
  }

  async #act(step: 'cancel' | 'disconnect'): Promise<void> {
    const pending = this.#pending as PendingJourney;
    await this.#run(async (signal) => {
      const view = await actOn<JourneyView>(pending.bff, pending, step, {}, signal);
      if (!signal.aborted) this.#accept(view);
    }, true);
  }

  #show(phase: Phase, circumstances?: Partial<Circumstances>): void {
    Object.assign(this, { phase, error: null, note: null, standing: null }, circumstances);
    this.#host.changed();
  }

  /** The return is dealt with; a reload need not look at it again. */
  #settle(): void {
    this.#handle = '';
    holdReturn(null);
  }

  #about(pending: PendingJourney | null): void {
    if (pending?.journeyId !== this.#pending?.journeyId) {
      this.view = this.#window = null;
      this.#teller?.stop();
      this.#teller = pending && new Teller(pending, (outcome) => this.#tellEnd(outcome));
    }
    shown.delete(`${this.#pending?.journeyId}`);
    shown.add(`${pending?.journeyId}`);
    this.#pending = pending;
  }

  /** Empty as long as the attributes are not complete, or make no sense. */
  #base(): string {
    const { bff, partner } = this.#page;
    try {
      return bff && partner ? new URL(bff, location.href).href.replace(/\/+$/, '') : '';
    } catch {
      return '';
    }
  }

  /** This customer's pending journeys at our bff and partner that no other widget of this page is about. */
  async #mine(): Promise<PendingJourney[]> {
    const base = this.#base();
    const { partner, customerToken } = this.#page;
    const ours = ({ bff, ...one }: PendingJourney) => bff === base && one.partner === partner;
    if (!pendingJourneys().some(ours)) return [];
    const customer = await customerTokenFrom(customerToken).then(customerOf, () => null);
    // Where the page cannot say who the customer is, at least this tab knows what it did.
    const isTheirs = (one: PendingJourney) => (customer === null ? isOfThisTab(one) : one.customer === customer);
    return pendingJourneys().filter(
      (one) => ours(one) && !shown.has(one.journeyId) && (one.customer == null || isTheirs(one)),
    );
  }

  #newPending(key: JourneyKey): PendingJourney {
    return newPending(key, this.#base(), this.#page.partner);
  }

  /** True if there is a journey that may still connect a bank. */
  #isOpen(): boolean {
    return !!this.#pending && (!this.view || isOpen(this.view));
  }

  /** The address to leave for: that of the journey at hand if it can be launched again, else of a new one. */
  async #launch(providerId: string | undefined, inPopup: boolean, signal: AbortSignal): Promise<string> {
    const request = startRequest(this.#page, providerId);
    const token = await customerTokenFrom(this.#page.customerToken);
    if (signal.aborted) return '';
    const pending = this.#pending;
    const isSame =
      (pending?.request ?? request) === request && (pending?.customer ?? customerOf(token)) === customerOf(token);
    if (pending && this.#isOpen() && isSame) {
      pending.launches++;
      keepJourney(Object.assign(pending, { inPopup }));
      const launchUrl = await relaunch(pending, signal);
      if (launchUrl) return launchUrl;
      forgetJourney(pending);
    }
    this.#about(null);
    const [started, launchUrl] = await launch(this.#base(), request, token, signal);
    if (!signal.aborted) {
      this.#about(started);
      keepJourney(Object.assign(started, { inPopup }));
    }
    return launchUrl;
  }

  /** The whole page goes to the bank. */
  async #leave(url: string, signal: AbortSignal): Promise<void> {
    if (this.#host.navigate) this.#host.navigate(url);
    else location.assign(url);
    const cut = cutShort(signal);
    await rest(AWAY_AFTER_MS, cut.signal);
    cut.abort();
    await this.#follow(signal);
  }

  /** The bank is shown in a window of its own, and this page stays. */
  async #goOnBeside(opened: Window, url: string, signal: AbortSignal): Promise<void> {
    this.#window = opened;
    opened.location.replace(url);
    this.#show('away');
    await this.#follow(signal);
  }

  /** When the bank's window reads closed the bff is asked at once; what it says counts. */
  async #watch(opened: Window, signal: AbortSignal): Promise<void> {
    if (!(await readsClosed(opened, signal))) return;
    this.#window = null;
    this.#host.changed();
    this.#host.focusAgain?.();
    if (this.#isOpen()) await this.#run((next) => this.#follow(next));
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

  /** Deals with a return, if there is one and it is for us, else chooses a journey; a note if a return was refused. */
  async #arrive(signal: AbortSignal): Promise<'taken' | Note | null> {
    const candidates = await this.#mine();
    if (signal.aborted) return 'taken';
    const returned = heldReturn();
    const outcome = returned ? await this.#bringIn(returned, candidates, signal) : null;
    // Also what another tab has left open, so that one does not connect twice.
    if (outcome !== 'taken') this.#about(candidates.find((one) => isOfThisTab(one) || one.told < one.launches) ?? null);
    return outcome;
  }

  async #bringIn(returned: ReturnRequest, candidates: PendingJourney[], signal: AbortSignal) {
    const verified = await verifyReturn(returned, candidates, signal);
    if (signal.aborted) return 'taken';
    if (!verified && 'handle' in returned && !pendingJourneys().length) {
      takeReturn();
      this.#handle = returned.handle;
      this.#show('elsewhere');
      return 'taken';
    }
    if (!verified && !candidates.length) return null;
    this.#settle();
    if (!verified) return 'rejected';
    // Not waited for, since the other widgets of the page are.
    void this.#run((next) => this.#follow(next, verified.pending, verified.view));
    return 'taken';
  }

  /** The consent that the page names, where it also says whose it is. */
  #earlier(): EarlierConsent | null {
    const { consentId, customerToken } = this.#page;
    return consentId && customerToken ? { bff: this.#base(), consentId, customerToken } : null;
  }

  /** How a consent stands is told for comfort: where that fails, the button is still there. */
  async #showStanding(signal: AbortSignal): Promise<void> {
    const consent = this.#earlier();
    if (!consent) return;
    try {
      const standing = await standingOf(consent, signal);
      if (!signal.aborted) this.#show(STANDINGS[standing.renew] ?? 'ready', { standing });
    } catch {}
  }

  /** Is about a journey until nothing more can come of it. */
  async #follow(signal: AbortSignal, pending = this.#pending, view?: JourneyView): Promise<void> {
    if (!pending || signal.aborted) return;
    this.#about(pending);
    await this.#handOver(pending);
    if (signal.aborted) return;
    keepJourney(pending);
    if (pending.inPopup) void this.#teller?.takeTurn();
    if (this.#window) void this.#watch(this.#window, signal);
    if (view) this.#accept(view);
    try {
      await followStatus(pending, (news) => this.#accept(news), signal);
    } catch (error) {
      if (!isLost(error as AttoConnectError)) throw error;
      if (!signal.aborted) this.#lose(pending);
    }
  }

  /** The bff no longer knows the journey, or us. What is over and done stays so. */
  #lose(pending: PendingJourney): void {
    const { view } = this;
    forgetJourney(pending);
    if (view && (isSettled(view) || !isOpen(view))) this.#showView(view);
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
    const outcome = this.#showView(view);
    if (view.version > version) this.#host.tell('status');
    if (outcome) this.#teller?.end(pending, outcome);
    if (isFinal(view)) forgetJourney(pending);
  }

  /** The bank's window is done with, and the customer is back here. */
  #tellEnd(outcome: Outcome): void {
    this.#window?.close();
    if (this.#pending?.inPopup) this.#host.focusAgain?.();
    this.#host.tell(outcome);
  }

  /** Shows a view, and sees to it that data is not waited for longer than the page wants. */
  #showView(view: JourneyView): Outcome | null {
    const { connectedAt = 0, reference = '' } = this.#pending as PendingJourney;
    const patienceMs = connectedAt + (this.#page.dataTimeout ?? 600) * 1000 - Date.now();
    const outcome = outcomeOf(view, this.#page.waitFor, patienceMs <= 0);
    const phase = phaseOf(view, outcome);
    // The bff cannot know that the page waits for data, so that error is ours.
    const ours = { code: 'data_unavailable', category: 'provider', action: 'contact', reference } as const;
    const { code, ...facts } = view.error ?? (view.status === 'connected' ? ours : { code: view.status });
    this.#show(phase, { error: outcome === 'error' ? new AttoConnectError(code, facts) : null });
    if (phase === 'waiting') {
      const { signal } = this.#work;
      void rest(patienceMs, signal).then(() => signal.aborted || this.#accept(this.view ?? view));
    }
    return outcome;
  }
}
