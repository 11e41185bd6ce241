import type { Logger } from 'pino';

const SAY_AGAIN_AFTER_MS = 60_000;

/**
 * A failure of something that is tried again and again. The log hears of it once, then once a minute or when the reason is
 * another, and when it is over: what else happens meanwhile is still to be found there.
 */
export class Trouble {
  readonly #logger: Logger;
  readonly #message: string;
  #reason = '';
  #saidAt = 0;

  /** @param message what fails, and what becomes of it */
  constructor(logger: Logger, message: string) {
    this.#logger = logger;
    this.#message = message;
  }

  /** It failed, again perhaps. */
  because(error: unknown): void {
    const reason = String(error);
    const isKnown = reason === this.#reason && performance.now() - this.#saidAt < SAY_AGAIN_AFTER_MS;
    if (isKnown) return;
    this.#reason = reason;
    this.#saidAt = performance.now();
    this.#logger.error({ err: error }, this.#message);
  }

  /** It went well. */
  over(): void {
    if (this.#reason === '') return;
    this.#reason = '';
    this.#logger.info(`over: ${this.#message}`);
  }
}
