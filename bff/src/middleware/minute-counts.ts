const MINUTE_MS = 60_000;
const ADDRESSES_AT_MOST = 100_000;

interface Minute {
  count: number;
  readonly endsAt: number;
}

export interface MinuteCount {
  readonly count: number;
  /** Until it starts from 0 again. */
  readonly secondsLeft: number;
}

/**
 * What happened in an address's current minute, which begins with the first of it. Kept in memory, for this process, and
 * by itself because it is on the way of every poll: the library's middleware costs as much as routing does.
 */
export class MinuteCounts {
  /** In the order in which they end. */
  readonly #minutes = new Map<string, Minute>();

  /** One more; the count includes it. */
  add(address: string): MinuteCount {
    const minute = this.#running(address) ?? this.#begin(address);
    minute.count += 1;
    return shown(minute);
  }

  of(address: string): MinuteCount {
    const minute = this.#running(address);
    return minute === undefined ? { count: 0, secondsLeft: 0 } : shown(minute);
  }

  #running(address: string): Minute | undefined {
    const minute = this.#minutes.get(address);
    return minute !== undefined && minute.endsAt > performance.now() ? minute : undefined;
  }

  #begin(address: string): Minute {
    const minute = { count: 0, endsAt: performance.now() + MINUTE_MS };
    this.#minutes.delete(address);
    this.#minutes.set(address, minute);
    const [oldest] = this.#minutes.size > ADDRESSES_AT_MOST ? this.#minutes.keys() : [];
    if (oldest !== undefined) this.#minutes.delete(oldest);
    return minute;
  }
}

function shown({ count, endsAt }: Minute): MinuteCount {
  return { count, secondsLeft: (endsAt - performance.now()) / 1000 };
}
