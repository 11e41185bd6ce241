/** Calls what is due every now and then, one round at a time; sooner when asked to. */
export class Sweeper {
  readonly #everyMs: number;
  #sweeps: readonly (() => Promise<void>)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #round: Promise<void> | null = null;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** @param sweeps each handles its own errors */
  start(sweeps: readonly (() => Promise<void>)[]): void {
    this.#sweeps = sweeps;
    this.#timer = setInterval(() => this.soon(), this.#everyMs).unref();
  }

  /** A round now, unless one is under way. */
  soon(): void {
    this.#round ??= Promise.all(this.#sweeps.map((sweep) => sweep())).then(() => {
      this.#round = null;
    });
  }

  /** Ends it, after the round that is under way. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#round;
  }
}
