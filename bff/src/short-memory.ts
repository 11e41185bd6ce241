/** Remembers for a short while; what is older goes by itself. Of this process alone. */
export class ShortMemory<Value> {
  readonly #forMs: number;
  readonly #now: () => number;
  /** Oldest first. */
  readonly #entries = new Map<string, { value: Value; at: number }>();

  constructor(forMs: number, now: () => number) {
    this.#forMs = forMs;
    this.#now = now;
  }

  remember(key: string, value: Value): void {
    for (const [old, { at }] of this.#entries) {
      if (at > this.#now() - this.#forMs) break;
      this.#entries.delete(old);
    }
    this.#entries.delete(key);
    this.#entries.set(key, { value, at: this.#now() });
  }

  /** @returns undefined where it was not remembered within the last `withinMs` */
  recall(key: string, withinMs = this.#forMs): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && entry.at > this.#now() - withinMs ? entry.value : undefined;
  }
}
