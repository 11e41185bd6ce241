import type { RequestHandler, Response } from 'express';

/**
 * How a bff leaves without anybody noticing: first it says that it is not ready, goes on answering and keeps no
 * connection, so that a load balancer turns elsewhere; then it finishes what is under way.
 */
export class Retirement {
  readonly #underWay = new Set<Response>();
  #isBegun = false;
  #finished: (() => void) | null = null;

  get isBegun(): boolean {
    return this.#isBegun;
  }

  /** From now on every answer is the last of its connection. */
  begin(): void {
    this.#isBegun = true;
    for (const response of this.#underWay) farewell(response);
  }

  /** Resolves when nothing is under way any more, at the latest after `withinMs`. */
  async finished(withinMs: number): Promise<void> {
    if (this.#underWay.size === 0) return;
    await new Promise<void>((resolve) => {
      const deadline = setTimeout(resolve, withinMs);
      this.#finished = () => {
        clearTimeout(deadline);
        resolve();
      };
    });
  }

  readonly middleware: RequestHandler = (_request, response, next) => {
    this.#underWay.add(response);
    // Not `once`, which keeps more: it is told once all the same.
    response.on('close', () => {
      this.#underWay.delete(response);
      if (this.#underWay.size === 0) this.#finished?.();
    });
    if (this.#isBegun) farewell(response);
    next();
  };
}

function farewell(response: Response): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
