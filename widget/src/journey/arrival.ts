import type { ReturnRequest } from '../contract.ts';
import { BffClient } from './bff-client.ts';
import { rest } from './pacing.ts';
import {
  forgetJourney,
  isOfThisTab,
  isOwnedBy,
  type Owner,
  type PendingJourney,
  pendingJourneys,
} from './pending-journey.ts';
import { captureReturn, heldReturn, inTurn, putBackReturn, settleReturn, takeReturn } from './return.ts';
import { type Verified, verifyReturn } from './verify.ts';

/** How a widget stands in the page, as far as the others need to know it. */
export interface Arriving {
  /** Throws as long as the attributes are incomplete. */
  owner(): Owner;
  /** The journey that the widget already shows. */
  journeyId(): string | undefined;
  /** Which of these are this customer's. */
  ofThisCustomer(journeys: PendingJourney[]): Promise<PendingJourney[]>;
  /** A return is being checked. */
  checking(): void;
}

/**
 * What came of looking for a return. `elsewhere`: there is one and nothing in this browser knows of it. `rejected`:
 * there is one and it belongs to none of this browser's journeys.
 */
export type Arrival = Verified | 'none' | 'elsewhere' | 'rejected';

/** The widgets that are in the page. */
const present = new Set<Arriving>();

/** Step 2. Shares what came back among the widgets of a page, so that exactly one takes it. */
export class Arrivals {
  readonly #who: Arriving;
  #taken: ReturnRequest | null = null;

  constructor(who: Arriving) {
    this.#who = who;
  }

  enter(): void {
    present.add(this.#who);
    captureReturn((reference) => pendingJourneys().some((pending) => pending.reference === reference));
  }

  /** A return that is still being checked is left for whoever comes next, perhaps this same element in a moment. */
  leave(): void {
    present.delete(this.#who);
    if (this.#taken) putBackReturn(this.#taken);
    this.#taken = null;
  }

  /** The handle that nobody here knows, while the customer has not said what to do about it. */
  get handle(): string | null {
    return this.#taken && 'handle' in this.#taken ? this.#taken.handle : null;
  }

  /** The return in our hands needs nobody any more; a reload need not look at it again. */
  settle(): void {
    if (this.#taken) settleReturn();
    this.#taken = null;
  }

  /** True if there is something to find out before a new start can be offered. */
  isExpecting(): boolean {
    return heldReturn() !== null || pendingJourneys().some((one) => isOfThisTab(one) && owns(this.#who, one));
  }

  /** Looks whether somebody came back, and if it is for us, has it verified. */
  async accept(signal: AbortSignal): Promise<Arrival> {
    if (!heldReturn()) return 'none';
    // The page's other widgets may be about to arrive, and this may be theirs.
    await rest(1, signal);
    return inTurn(async () => {
      if (signal.aborted || !heldReturn()) return 'none';
      const candidates = await this.pending();
      if (signal.aborted || (!candidates.length && this.#isAwaitedByOthers())) return 'none';
      this.#taken = takeReturn();
      return this.verify(candidates, signal);
    });
  }

  /** Has the return in our hands verified as one of these journeys. */
  async verify(candidates: PendingJourney[], signal: AbortSignal): Promise<Arrival> {
    const returned = this.#taken;
    if (!returned) return 'none';
    if (!candidates.length && this.handle) return 'elsewhere';
    this.#who.checking();
    const { verified, lost } = await verifyReturn(new BffClient(this.#who.owner().bff), returned, candidates, signal);
    if (signal.aborted) return 'none';
    for (const { journeyId } of lost) forgetJourney(journeyId);
    if (!verified && lost.length === candidates.length && this.handle) return 'elsewhere';
    this.settle();
    if (verified) return verified;
    if (this.#isAwaitedByOthers()) putBackReturn(returned);
    return 'rejected';
  }

  /** The pending journeys that may be ours: those that are nobody else's in this page. */
  async pending(): Promise<PendingJourney[]> {
    const { bff, partner } = this.#who.owner();
    const related = pendingJourneys().filter((pending) => pending.bff === bff && pending.partner === partner);
    return this.#who.ofThisCustomer(related.filter((pending) => !this.#isAnothers(pending)));
  }

  #isAnothers(pending: PendingJourney): boolean {
    const mine = isOwnedBy(this.#who.owner(), pending);
    return this.#others().some((who) => who.journeyId() === pending.journeyId || (!mine && owns(who, pending)));
  }

  #isAwaitedByOthers(): boolean {
    return pendingJourneys().some((pending) => this.#others().some((who) => owns(who, pending)));
  }

  #others(): Arriving[] {
    return [...present].filter((who) => who !== this.#who);
  }
}

function owns(who: Arriving, pending: PendingJourney): boolean {
  try {
    return isOwnedBy(who.owner(), pending);
  } catch {
    return false;
  }
}
