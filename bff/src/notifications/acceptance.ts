import type { Logger } from 'pino';
import { type Store, StoreUnavailableError } from '../stores/store.ts';
import { Trouble } from '../trouble.ts';
import type { InboxEntry, LocalInbox } from './local-inbox.ts';

const DRAIN_EVERY_MS = 500;
const REFUSED_AGAIN_MS = 10_000;

/** Where webhooks become durable: in the store, or, while it is away, in a file of this process. */
export class Acceptance {
  readonly #store: Store;
  readonly #inbox: LocalInbox;
  readonly #accepted: () => void;
  readonly #away: Trouble;
  readonly #refused: Trouble;
  readonly #timer: NodeJS.Timeout;
  #draining: Promise<void> | null = null;
  /** While the store was just away, nobody waits for it to say so again. */
  #awayUntil = 0;
  /** While the store refuses one of the inbox, it is not asked all the time. */
  #drainAfter = 0;

  /** @param accepted called when there is something to work off */
  constructor(parts: { store: Store; inbox: LocalInbox; logger: Logger; accepted: () => void }) {
    this.#store = parts.store;
    this.#inbox = parts.inbox;
    this.#away = new Trouble(parts.logger, 'the store is away; webhooks are kept in the local inbox');
    this.#refused = new Trouble(parts.logger, 'a webhook in the inbox cannot be handed to the store; it stays there');
    this.#accepted = parts.accepted;
    this.#timer = setInterval(() => this.#drain(), DRAIN_EVERY_MS).unref();
    this.#drain();
  }

  /** Resolves once the webhook is durable. */
  async accept(entry: InboxEntry): Promise<void> {
    if (performance.now() >= this.#awayUntil) {
      try {
        await this.#toStore(entry);
        this.#away.over();
        return;
      } catch (error) {
        if (!isAway(error)) throw error;
        this.#awayUntil = performance.now() + DRAIN_EVERY_MS;
        this.#away.because(error);
      }
    }
    await this.#inbox.put(entry);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#draining;
  }

  #drain(): void {
    if (performance.now() < this.#drainAfter) return;
    this.#draining ??= this.#inbox
      .drain((entry) => this.#toStore(entry), isAway)
      .then(() => this.#refused.over())
      .catch((error: unknown) => {
        if (isAway(error)) return;
        this.#drainAfter = performance.now() + REFUSED_AGAIN_MS;
        this.#refused.because(error);
      })
      .finally(() => {
        this.#draining = null;
      });
  }

  async #toStore({ key, body, receivedAt }: InboxEntry): Promise<void> {
    const { isNew } = await this.#store.acceptNotification(key, body, receivedAt);
    if (isNew) this.#accepted();
  }
}

function isAway(error: unknown): boolean {
  return error instanceof StoreUnavailableError;
}
