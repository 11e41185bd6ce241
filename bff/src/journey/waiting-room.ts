/** Who waits for news of a journey: parked requests, called when it changes, bounded so that nobody can fill the house. */
export interface WaitingLimits {
  /** In all. */
  waits: number;
  waitsPerAddress: number;
}

interface Seat {
  readonly journeyId: string;
  readonly address: string;
  readonly partnerId: string;
  /** Told of a change, which may be none that it waits for; or sent away, and then its seat is gone. */
  readonly hear: (news: 'changed' | 'dismissed') => void;
}

const SEATS_PER_JOURNEY = 5;
/** No partner may take more than this share of all seats. */
const PARTNER_SHARE = 0.4;
/** Woken between two turns of the event loop: a change told to all must not block the rest. */
const SLICE = 100;

export class WaitingRoom {
  readonly #limits: WaitingLimits;
  readonly #byJourney = new Map<string, Set<Seat>>();
  readonly #byAddress = new Map<string, number>();
  readonly #byPartner = new Map<string, number>();
  readonly #woken: Seat[] = [];
  #taken = 0;
  #waking = false;
  #isClosed = false;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a seat until the returned function is called, or the seat is needed for somebody else.
   * @returns null where there is no seat: answer at once
   */
  enter(who: Omit<Seat, 'hear'>, hear: Seat['hear']): (() => void) | null {
    const seats = this.#byJourney.get(who.journeyId) ?? new Set();
    if (seats.size >= SEATS_PER_JOURNEY) this.#dismissOldest(seats);
    if (!this.#hasRoom(who)) return null;
    const seat: Seat = { ...who, hear };
    this.#byJourney.set(who.journeyId, seats.add(seat));
    add(this.#byAddress, who.address, 1);
    add(this.#byPartner, who.partnerId, 1);
    this.#taken += 1;
    return () => this.#vacate(seat);
  }

  /** Something changed: everybody who waits for this journey (null: for any) is told, a slice at a time. */
  wake(journeyId: string | null): void {
    if (journeyId === null) {
      for (const each of this.#byJourney.keys()) this.wake(each);
      return;
    }
    const seats = this.#byJourney.get(journeyId);
    if (seats === undefined) return;
    this.#woken.push(...seats);
    if (this.#waking) return;
    this.#waking = true;
    setImmediate(() => this.#wakeSlice());
  }

  /** The house closes: all leave now, and nobody comes in. */
  close(): void {
    this.#isClosed = true;
    this.empty();
  }

  /** All leave now. */
  empty(): void {
    for (const seats of [...this.#byJourney.values()]) for (const seat of [...seats]) this.#dismiss(seat);
  }

  #wakeSlice(): void {
    for (const seat of this.#woken.splice(0, SLICE)) {
      if (this.#byJourney.get(seat.journeyId)?.has(seat)) seat.hear('changed');
    }
    this.#waking = this.#woken.length > 0;
    if (this.#waking) setImmediate(() => this.#wakeSlice());
  }

  #hasRoom({ address, partnerId }: Omit<Seat, 'hear'>): boolean {
    return (
      !this.#isClosed &&
      this.#taken < this.#limits.waits &&
      (this.#byAddress.get(address) ?? 0) < this.#limits.waitsPerAddress &&
      (this.#byPartner.get(partnerId) ?? 0) < this.#limits.waits * PARTNER_SHARE
    );
  }

  #dismissOldest(seats: Set<Seat>): void {
    const [oldest] = seats;
    if (oldest !== undefined) this.#dismiss(oldest);
  }

  #dismiss(seat: Seat): void {
    if (this.#vacate(seat)) seat.hear('dismissed');
  }

  #vacate(seat: Seat): boolean {
    const seats = this.#byJourney.get(seat.journeyId);
    if (seats === undefined || !seats.delete(seat)) return false;
    if (seats.size === 0) this.#byJourney.delete(seat.journeyId);
    add(this.#byAddress, seat.address, -1);
    add(this.#byPartner, seat.partnerId, -1);
    this.#taken -= 1;
    return true;
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
