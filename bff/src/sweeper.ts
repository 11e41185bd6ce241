/** Calls what is due every now and then; sooner when asked to. Each sweep goes at its own pace: a long one holds up no other. */
export class Sweeper {
  readonly #everyMs: number;
  #sweeps: readonly (() => Promise<void>)[] = [];
  #timer: NodeJS.Timeout | null = null;
  readonly #underWay = new Map<() => Promise<void>, Promise<void>>();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** @param sweeps each handles its own errors */
  start(sweeps: readonly (() => Promise<void>)[]): void {
    this.#sweeps = sweeps;
    this.#timer = setInterval(() => this.soon(), this.#everyMs).unref();
  }

  /** All of them now, but for those that are under way. */
  soon(): void {
    for (const sweep of this.#sweeps) {
      if (this.#underWay.has(sweep)) continue;
      this.#underWay.set(
        sweep,
        sweep().finally(() => this.#underWay.delete(sweep)),
      );
    }
  }

  /** Ends it, after what is under way. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#sweeps = [];
    await Promise.all(this.#underWay.values());
  }
}
