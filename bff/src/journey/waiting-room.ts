/** How many may wait. */
export interface WaitingLimits {
  /** In all. */
  waits: number;
  waitsPerAddress: number;
}

/** Somebody who waits for a journey to change. */
export interface Guest {
  readonly journeyId: string;
  readonly address: string;
  readonly partnerId: string;
  /** Told of a change, which may be none that it waits for; or sent away, and then its seat is gone. */
  hear(news: 'changed' | 'dismissed'): void;
}

const SEATS_PER_JOURNEY = 5;
/** No partner may take more than this share of all seats. */
const PARTNER_SHARE = 0.4;
/** Woken between two turns of the event loop: a change told to all must not block the rest. */
const SLICE = 100;

/** Who waits for news of a journey: parked requests, called when it changes, bounded so that nobody can fill the house. */
export class WaitingRoom {
  readonly #limits: WaitingLimits;
  readonly #byJourney = new Map<string, readonly Guest[]>();
  readonly #byAddress = new Map<string, number>();
  readonly #byPartner = new Map<string, number>();
  readonly #woken: Guest[] = [];
  #taken = 0;
  #wakes = 0;
  #isWaking = false;
  #isClosed = false;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  /** How often anybody was woken. Who read a journey before sitting down has missed nothing where this is still the same. */
  get wakes(): number {
    return this.#wakes;
  }

  /** Gives a seat, until the guest leaves or the seat is needed for somebody else. False where there is none: answer at once. */
  enter(guest: Guest): boolean {
    const { journeyId, address, partnerId } = guest;
    const seated = this.#byJourney.get(journeyId) ?? [];
    if (seated.length >= SEATS_PER_JOURNEY) this.#dismissOldest(seated);
    if (!this.#hasRoom(guest)) return false;
    this.#byJourney.set(journeyId, [...(this.#byJourney.get(journeyId) ?? []), guest]);
    add(this.#byAddress, address, 1);
    add(this.#byPartner, partnerId, 1);
    this.#taken += 1;
    return true;
  }

  /** False where the guest has no seat any more. */
  leave(guest: Guest): boolean {
    const { journeyId, address, partnerId } = guest;
    const guests = this.#byJourney.get(journeyId);
    if (!guests?.includes(guest)) return false;
    const others = guests.filter((each) => each !== guest);
    if (others.length === 0) this.#byJourney.delete(journeyId);
    else this.#byJourney.set(journeyId, others);
    add(this.#byAddress, address, -1);
    add(this.#byPartner, partnerId, -1);
    this.#taken -= 1;
    return true;
  }

  /** Something changed: everybody who waits for this journey (null: for any) is told, a slice at a time. */
  wake(journeyId: string | null): void {
    this.#wakes += 1;
    const tables = journeyId === null ? this.#byJourney.values() : [this.#byJourney.get(journeyId) ?? []];
    for (const guests of tables) this.#woken.push(...guests);
    if (this.#isWaking || this.#woken.length === 0) return;
    this.#isWaking = true;
    setImmediate(() => this.#wakeSlice());
  }

  /** The house closes: all leave now, and nobody comes in. */
  close(): void {
    this.#isClosed = true;
    this.empty();
  }

  /** All leave now. */
  empty(): void {
    for (const guests of [...this.#byJourney.values()]) for (const guest of guests) this.#dismiss(guest);
  }

  #wakeSlice(): void {
    for (const guest of this.#woken.splice(0, SLICE)) {
      if (this.#byJourney.get(guest.journeyId)?.includes(guest)) guest.hear('changed');
    }
    this.#isWaking = this.#woken.length > 0;
    if (this.#isWaking) setImmediate(() => this.#wakeSlice());
  }

  #hasRoom({ address, partnerId }: Guest): boolean {
    return (
      !this.#isClosed &&
      this.#taken < this.#limits.waits &&
      (this.#byAddress.get(address) ?? 0) < this.#limits.waitsPerAddress &&
      (this.#byPartner.get(partnerId) ?? 0) < this.#limits.waits * PARTNER_SHARE
    );
  }

  #dismissOldest([oldest]: readonly Guest[]): void {
    if (oldest !== undefined) this.#dismiss(oldest);
  }

  #dismiss(guest: Guest): void {
    if (this.leave(guest)) guest.hear('dismissed');
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
