/** Pauses that end with the simulator, so that a stopped one leaves nothing running. */
export class Timers {
  /** Each timer with what to call should it be cleared early. */
  readonly #pending = new Map<NodeJS.Timeout, (() => void) | undefined>();

  /** Runs `work` once, later. Returns a function that calls it off. */
  after(delayMs: number, work: () => void, whenCleared?: () => void): () => void {
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      work();
    }, delayMs);
    this.#pending.set(timer, whenCleared);
    return () => {
      clearTimeout(timer);
      this.#pending.delete(timer);
    };
  }

  /** Resolves after the pause, or at once when the timers are cleared. */
  pause(delayMs: number): Promise<void> {
    if (delayMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.after(delayMs, resolve, resolve);
    });
  }

  /** Runs `work` every `periodMs` until cleared. */
  every(periodMs: number, work: () => void): void {
    this.#pending.set(setInterval(work, periodMs), undefined);
  }

  clear(): void {
    for (const [timer, wake] of this.#pending) {
      clearTimeout(timer);
      wake?.();
    }
    this.#pending.clear();
  }
}
