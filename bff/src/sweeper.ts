import type { Logger } from 'pino';
import { Trouble } from './trouble.ts';

/** Calls what is due every now and then; sooner when asked to. Each sweep goes at its own pace: a long one holds up no other. */
export class Sweeper {
  readonly #everyMs: number;
  readonly #logger: Logger;
  #sweeps: readonly (() => Promise<void>)[] = [];
  #timer: NodeJS.Timeout | null = null;
  readonly #underWay = new Map<() => Promise<void>, Promise<void>>();

  constructor(everyMs: number, logger: Logger) {
    this.#everyMs = everyMs;
    this.#logger = logger;
  }

  /** @param sweeps by what each is of, for the log; one that throws is called again like any other */
  start(sweeps: Readonly<Record<string, () => Promise<void>>>): void {
    this.#sweeps = Object.entries(sweeps).map(([of, sweep]) => this.#withTroubleSaid(of, sweep));
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

  #withTroubleSaid(of: string, sweep: () => Promise<void>): () => Promise<void> {
    const trouble = new Trouble(this.#logger, `the sweep of ${of} failed; it is tried again`);
    return async () => {
      try {
        await sweep();
        trouble.over();
      } catch (error) {
        trouble.because(error);
      }
    };
  }
}
