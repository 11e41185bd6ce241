import type { Logger } from 'pino';
import { type Store, StoreUnavailableError } from '../stores/store.ts';
import type { InboxEntry, LocalInbox } from './local-inbox.ts';

const DRAIN_EVERY_MS = 500;

/** Where webhooks become durable: in the store, or, while it is away, in a file of this process. */
export class Acceptance {
  readonly #store: Store;
  readonly #inbox: LocalInbox;
  readonly #logger: Logger;
  readonly #accepted: () => void;
  readonly #timer: NodeJS.Timeout;
  #draining: Promise<void> | null = null;
  /** While the store was just away, nobody waits for it to say so again. */
  #awayUntil = 0;

  /** @param accepted called when there is something to work off */
  constructor(parts: { store: Store; inbox: LocalInbox; logger: Logger; accepted: () => void }) {
    this.#store = parts.store;
    this.#inbox = parts.inbox;
    this.#logger = parts.logger;
    this.#accepted = parts.accepted;
    this.#timer = setInterval(() => this.#drain(), DRAIN_EVERY_MS).unref();
    this.#drain();
  }

  /** Resolves once the webhook is durable. */
  async accept(entry: InboxEntry): Promise<void> {
    if (performance.now() >= this.#awayUntil) {
      try {
        await this.#toStore(entry);
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) throw error;
        this.#awayUntil = performance.now() + DRAIN_EVERY_MS;
        this.#logger.error({ err: error }, 'the store is away; webhooks are kept in the local inbox');
      }
    }
    await this.#inbox.put(entry);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#draining;
  }

  #drain(): void {
    this.#draining ??= this.#inbox
      .drain((entry) => this.#toStore(entry))
      .catch((error: unknown) => {
        if (!(error instanceof StoreUnavailableError))
          this.#logger.error({ err: error }, 'the inbox could not be drained');
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
