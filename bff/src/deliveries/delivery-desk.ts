import type { Logger } from 'pino';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import type { Partner, PartnerWebhook } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { type Attempt, afterAttempt, type Delivery } from './delivery.ts';

export interface DeliveryDeskDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  now: () => number;
  logger: Logger;
}

const AT_A_TIME = 20;
/** What the partner has to answer within. */
const TIMEOUT_MS = 10_000;
/** Another process takes over what one left lying for so long. */
const LEASE_MS = 20_000;

/**
 * Tells partners who gave an address what `GET /v1/partner/events` tells those who ask: the same events, signed, in order
 * for each journey and consent, tried again for three days.
 * @see Standard Webhooks, https://www.standardwebhooks.com
 */
export class DeliveryDesk {
  readonly #deps: DeliveryDeskDependencies;
  readonly #agent = new Agent({ connect: { timeout: 5000 } });
  #sweeping: Promise<void> | null = null;

  constructor(dependencies: DeliveryDeskDependencies) {
    this.#deps = dependencies;
  }

  /** Delivers what is due; does not wait for slow partners. */
  async sweep(): Promise<void> {
    if (![...this.#deps.partners.values()].some(({ webhook }) => webhook !== null)) return;
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = null;
    });
  }

  async close(): Promise<void> {
    await this.#sweeping;
    await this.#agent.close();
  }

  async #sweep(): Promise<void> {
    const { store, now, logger } = this.#deps;
    try {
      for (;;) {
        const due = await store.takeDeliveries(AT_A_TIME, LEASE_MS, now());
        await Promise.all(due.map((delivery) => this.#deliver(delivery)));
        if (due.length < AT_A_TIME) return;
      }
    } catch (error) {
      logger.error({ err: error }, 'the sweep of deliveries to partners failed; it is tried again');
    }
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store, partners, now, logger } = this.#deps;
    const { event } = delivery;
    const webhook = partners.get(event.partnerId)?.webhook ?? null;
    const attempt: Attempt =
      webhook === null ? { ok: false, problem: 'no address' } : await this.#post(webhook, delivery);
    const after = afterAttempt(delivery, attempt, now(), Math.random());
    if (after.status === 'failed')
      logger.error({ cursor: event.cursor, problem: after.problem }, 'an event was not delivered in three days');
    await store.settleDelivery(after);
  }

  async #post({ url, secret }: PartnerWebhook, { event }: Delivery): Promise<Attempt> {
    const id = `event_${event.cursor}`;
    const timestamp = new Date(this.#deps.now());
    const body = JSON.stringify({
      type: event.type,
      timestamp: new Date(event.at).toISOString(),
      data: { cursor: String(event.cursor), ...event.data },
    });
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          'Content-Type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
          'webhook-signature': new Webhook(secret).sign(id, timestamp, body),
        },
        body,
      });
      await answer.body.dump();
      if (answer.statusCode >= 200 && answer.statusCode < 300) return { ok: true };
      return { ok: false, problem: `status ${answer.statusCode}` };
    } catch {
      return { ok: false, problem: 'no answer' };
    }
  }
}
