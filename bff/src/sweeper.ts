/** Calls what is due every now and then, one round at a time; sooner when asked to. */
export class Sweeper {
  readonly #sweeps: readonly (() => Promise<void>)[];
  readonly #timer: NodeJS.Timeout;
  #round: Promise<void> | null = null;

  constructor(sweeps: readonly (() => Promise<void>)[], everyMs: number) {
    this.#sweeps = sweeps;
    this.#timer = setInterval(() => this.soon(), everyMs).unref();
  }

  /** A round now, unless one is under way. */
  soon(): void {
    this.#round ??= Promise.all(this.#sweeps.map((sweep) => sweep())).then(() => {
      this.#round = null;
    });
  }

  /** Ends it, after the round that is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#round;
  }
}
