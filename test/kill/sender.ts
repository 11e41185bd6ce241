import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from './delivery.ts';

/** An attempt that was handed to the operating system and not answered yet. */
interface Attempt {
  isAnswered: boolean;
}

/** What was under way when something was killed. */
export interface CaughtInFlight {
  /** Handed over and not answered, as far as the sender had heard. */
  readonly outstanding: number;
  /** Those of them that never were answered; known when all attempts have ended. */
  cutOff(): number;
}

/** Sends webhooks as Atto does: the same body until it gets a 2xx, again after each pause, and then no more. */
export class Sender {
  readonly #url: string;
  readonly #pausesMs: readonly number[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #outstanding = new Set<Attempt>();
  readonly #watchers = new Set<() => void>();
  #token = '';
  /** 2xx answers, the second ones of a webhook that was sent twice included. */
  answers = 0;

  constructor(url: string, pausesMs: readonly number[]) {
    this.#url = url;
    this.#pausesMs = pausesMs;
  }

  get inFlight(): number {
    return this.#outstanding.size;
  }

  /** Resolves in the very moment in which so many are in flight; at the latest after `withinMs`. */
  reached(inFlight: number, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(deadline);
        this.#watchers.delete(look);
        resolve();
      };
      const look = () => {
        if (this.inFlight >= inFlight) end();
      };
      const deadline = setTimeout(end, withinMs);
      this.#watchers.add(look);
      look();
    });
  }

  useToken(token: string): void {
    this.#token = token;
  }

  caught(): CaughtInFlight {
    const attempts = [...this.#outstanding];
    return {
      outstanding: attempts.length,
      cutOff: () => attempts.filter(({ isAnswered }) => !isAnswered).length,
    };
  }

  /** One attempt. */
  async send(delivery: Delivery): Promise<void> {
    delivery.state = 'under way';
    delivery.attempts += 1;
    const status = await this.#post(JSON.stringify(delivery.body));
    if (status !== null && status >= 200 && status < 300) {
      this.answers += 1;
      delivery.state = 'acknowledged';
      return;
    }
    const pause = this.#pausesMs[delivery.attempts - 1];
    delivery.state = pause === undefined ? 'given up' : 'due';
    delivery.dueAt = performance.now() + (pause ?? 0);
  }

  /** Once more, though it was acknowledged: the answer was lost on its way. */
  async sendAgain({ body }: Delivery): Promise<void> {
    await sleep(50);
    if ((await this.#post(JSON.stringify(body))) === 204) this.answers += 1;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** @returns the status; null where the connection was refused, or ended without an answer */
  #post(body: string): Promise<number | null> {
    return new Promise((resolve) => {
      const attempt: Attempt = { isAnswered: false };
      const end = (status: number | null) => {
        attempt.isAnswered = status !== null;
        this.#outstanding.delete(attempt);
        resolve(status);
      };
      const post = request(`${this.#url}/v1/webhooks/atto`, {
        method: 'POST',
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${this.#token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      post.once('finish', () => {
        this.#outstanding.add(attempt);
        for (const look of this.#watchers) look();
      });
      post.once('error', () => end(null));
      post.once('response', (response) => {
        response.resume();
        response.once('error', () => end(null));
        response.once('end', () => end(response.statusCode ?? null));
      });
      post.end(body);
    });
  }
}
