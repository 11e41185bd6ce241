import type { Logger } from 'pino';
import { Webhook } from 'standardwebhooks';
import { Agent, request } from 'undici';
import type { Partner, PartnerWebhook } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { Trouble } from '../trouble.ts';
import { type Attempt, afterAttempt, type Delivery } from './delivery.ts';

export interface DeliveryDeskDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  now: () => number;
  logger: Logger;
}

/** To one partner: one who does not answer holds up no other. */
const AT_A_TIME = 10;
/** What the partner has to answer within. */
const TIMEOUT_MS = 10_000;
/** Another process takes over what one left lying for so long. */
const LEASE_MS = 20_000;
/** On closing, for what is under way. */
const FINISH_WITHIN_MS = 1000;

/**
 * Tells partners who gave an address what `GET /v1/partner/events` tells those who ask: the same events, signed, in order
 * for each journey and consent, tried again for three days.
 * @see Standard Webhooks, https://www.standardwebhooks.com
 */
export class DeliveryDesk {
  readonly #deps: DeliveryDeskDependencies;
  readonly #trouble: Trouble;
  readonly #agent = new Agent({ connect: { timeout: 5000 } });
  /** What is under way to each partner. */
  readonly #underWay: ReadonlyMap<string, Set<Promise<void>>>;
  #sweeping: Promise<void> | null = null;
  #isWanted = false;
  #closed = false;

  constructor(dependencies: DeliveryDeskDependencies) {
    this.#deps = dependencies;
    this.#trouble = new Trouble(dependencies.logger, 'the sweep of deliveries to partners failed; it is tried again');
    const { partners } = dependencies;
    const isNeeded = [...partners.values()].some(({ webhook }) => webhook !== null);
    this.#underWay = new Map(isNeeded ? [...partners.keys()].map((id) => [id, new Set()]) : []);
  }

  /** Sends what is due, and then what is due after it; does not wait for answers. */
  async sweep(): Promise<void> {
    this.#isWanted = true;
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = null;
    });
    await this.#sweeping;
  }

  /** Takes no more, waits a moment for what is under way, and breaks off the rest, which is then due again. */
  async close(): Promise<void> {
    this.#closed = true;
    const breakOff = setTimeout(() => void this.#agent.destroy(), FINISH_WITHIN_MS);
    await this.#sweeping;
    await Promise.all([...this.#underWay.values()].flatMap((deliveries) => [...deliveries]));
    clearTimeout(breakOff);
    await this.#agent.destroy();
  }

  async #sweep(): Promise<void> {
    const { store, now } = this.#deps;
    try {
      while (this.#isWanted && !this.#closed) {
        this.#isWanted = false;
        const room = this.#room();
        const due = room.size === 0 ? [] : await store.takeDeliveries(room, LEASE_MS, now());
        for (const delivery of due) this.#begin(delivery);
      }
      this.#trouble.over();
    } catch (error) {
      this.#trouble.because(error);
    }
  }

  #room(): Map<string, number> {
    const free = [...this.#underWay].map(([id, { size }]): [string, number] => [id, AT_A_TIME - size]);
    return new Map(free.filter(([, places]) => places > 0));
  }

  #begin(delivery: Delivery): void {
    const deliveries = this.#underWay.get(delivery.event.partnerId);
    const underWay = this.#deliver(delivery)
      .catch((error: unknown) => {
        this.#deps.logger.error({ err: error }, 'what came of a delivery could not be stored; it is delivered again');
      })
      .finally(() => {
        deliveries?.delete(underWay);
        // Its place is free, and the next of its journey may go.
        void this.sweep();
      });
    deliveries?.add(underWay);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { store, partners, now, logger } = this.#deps;
    const { event } = delivery;
    const webhook = partners.get(event.partnerId)?.webhook ?? null;
    const attempt: Attempt =
      webhook === null ? { ok: false, problem: 'no address' } : await this.#post(webhook, delivery);
    // What we broke off ourselves was no attempt: whoever comes after us makes it.
    const isBrokenOff = !attempt.ok && this.#agent.destroyed;
    const after = isBrokenOff ? { ...delivery, nextAt: now() } : afterAttempt(delivery, attempt, now(), Math.random());
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
