/** One thing that was measured and has a bound. */
export interface Bound {
  readonly name: string;
  readonly measured: number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** A row of design section 7. */
export interface Row {
  readonly figure: string;
  readonly bounds: readonly Bound[];
  /** All that was measured, over growing load, beside the peer. */
  readonly measured: Readonly<Record<string, unknown>>;
  /** What the measurement says of why a bound is missed, should one be. */
  readonly cause: string;
}

export function holds({ measured, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }: Bound) {
  return measured <= atMost && measured >= atLeast;
}

/** A line for each bound that is missed. */
export function shortfalls({ figure, bounds, cause }: Row): string[] {
  return bounds
    .filter((bound) => !holds(bound))
    .map(({ name, measured, atMost, atLeast }) => {
      const wanted = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
      return `${figure}: ${name} is ${measured}, wanted ${wanted}. ${cause}`;
    });
}

/** How much is done: all of it, or just enough to see that it can be done. */
export interface Scale {
  readonly rounds: number;
  readonly seconds: number;
  /** Connections that poll. */
  readonly connections: readonly number[];
  readonly waiters: readonly number[];
  readonly senders: readonly number[];
  /** Pollers of one journey. */
  readonly pollers: readonly number[];
  /** Journeys whose end is timed. */
  readonly journeys: number;
  /** How long the bank takes after the customer is back, at most. */
  readonly bankSeconds: number;
  /** Until memory is read. */
  readonly settleMs: number;
  /** How long webhooks come faster than Atto may be asked. */
  readonly floodSeconds: number;
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
