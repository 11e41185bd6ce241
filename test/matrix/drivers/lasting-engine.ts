import type { Engine, Profile } from './driver.ts';

/** An engine that is started again when it has died. */
export class LastingEngine implements Engine {
  readonly #start: () => Promise<Engine>;
  #engine: Engine;
  #past = 0;
  #restart: Promise<void> | null = null;

  static async start(start: () => Promise<Engine>): Promise<LastingEngine> {
    return new LastingEngine(start, await start());
  }

  private constructor(start: () => Promise<Engine>, engine: Engine) {
    this.#start = start;
    this.#engine = engine;
  }

  get version(): string {
    return this.#engine.version;
  }

  get deaths(): number {
    return this.#past + this.#engine.deaths;
  }

  async profile(): Promise<Profile> {
    if (this.#engine.deaths > 0) this.#restart ??= this.#begin();
    await this.#restart;
    return this.#engine.profile();
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  async #begin(): Promise<void> {
    try {
      const dead = this.#engine;
      await dead.close().catch(() => {});
      this.#engine = await this.#start();
      this.#past += dead.deaths;
    } finally {
      this.#restart = null;
    }
  }
}
