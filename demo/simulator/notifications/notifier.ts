import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import type { ConsentNews } from '../consents/consent.ts';
import type { InvitationRecord } from '../invitations/invitation.ts';
import type { Settings, WebhookTarget } from '../settings.ts';
import type { Timers } from '../timers.ts';
import type { Bearer } from './forgery.ts';
import { invitationNotification, notificationV1, notificationV2 } from './payloads.ts';
import { TargetTokens } from './target-token.ts';

/** One try at delivering a webhook: an HTTP status, or why there was none. */
export interface Attempt {
  at: string;
  status: number | null;
  problem: string | null;
}

/** One webhook to one target, with everything that happened to it. */
export interface Delivery {
  id: string;
  /** Address without its query, which may carry a key. */
  url: string;
  version: 'v1' | 'v2';
  body: Record<string, unknown>;
  /** Not Atto's: made up on the control page or by a test. */
  forged: boolean;
  attempts: Attempt[];
  /** suppressed: the drop switch was on and nothing was sent. dropped: every attempt failed. */
  result: 'pending' | 'delivered' | 'dropped' | 'suppressed';
}

const keptDeliveries = 2_000;

/**
 * Sends webhooks: a token first where the client wants one, then the event, then up to three more tries. Each event
 * is tried by itself, so a later one may arrive before an earlier one, as with Atto.
 * @see documentation, "Webhooks"
 */
export class Notifier {
  readonly deliveries: Delivery[] = [];
  readonly #settings: Settings;
  readonly #timers: Timers;
  readonly #now: () => number;
  readonly #agent = new Agent({ pipelining: 0 });
  readonly #tokens: TargetTokens;
  readonly #running = new Set<Promise<void>>();
  #held: (() => void)[] = [];

  constructor(settings: Settings, timers: Timers, now: () => number) {
    this.#settings = settings;
    this.#timers = timers;
    this.#now = now;
    this.#tokens = new TargetTokens(this.#agent, now);
  }

  /** Sends the news to every target, in the version each one wants. */
  announce(news: ConsentNews): void {
    const now = this.#now();
    const v2 = notificationV2(news, this.#settings, now);
    const v1 = notificationV1(news, this.#settings);
    for (const target of this.#settings.webhooks) {
      const body = target.version === 'v2' ? v2 : v1;
      if (body) this.send(target, body);
    }
  }

  /** Tells every target that wants v2 how an invitation stands. */
  announceInvitation(record: InvitationRecord): void {
    const body = invitationNotification(record, this.#settings, this.#now());
    for (const target of this.#settings.webhooks) if (target.version === 'v2') this.send(target, body);
  }

  /** Sends any body to one target, with the mischief that is switched on. */
  send(target: WebhookTarget, body: Record<string, unknown>): void {
    const { drop, duplicate, shuffle, delayMs } = this.#settings.webhookMischief;
    if (drop) {
      this.#log(target, body).result = 'suppressed';
      return;
    }
    for (let copy = 0; copy < (duplicate ? 2 : 1); copy += 1) {
      const start = () => this.#track(this.#deliver(this.#log(target, body), target, delayMs));
      if (shuffle) this.#hold(start);
      else start();
    }
  }

  /** Sends a body that is not Atto's to every target: once, at once, whatever mischief is on for Atto's own. */
  sendForged(body: Record<string, unknown>, bearer: Bearer): void {
    for (const target of this.#settings.webhooks) {
      const delivery = this.#log(target, body, true);
      this.#track(this.#deliverForged(delivery, target, bearer));
    }
  }

  /** Resolves when nothing is on its way any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0 || this.#held.length > 0) {
      await Promise.all(this.#running);
      if (this.#held.length > 0) await this.#timers.pause(this.#settings.webhookMischief.shuffleWindowMs);
    }
  }

  async stop(): Promise<void> {
    this.#held = [];
    await this.#agent.destroy();
    await Promise.all(this.#running);
  }

  #hold(start: () => void): void {
    if (this.#held.push(start) > 1) return;
    this.#timers.after(this.#settings.webhookMischief.shuffleWindowMs, () => {
      const held = this.#held.reverse();
      this.#held = [];
      for (const each of held) each();
    });
  }

  #log(target: WebhookTarget, body: Record<string, unknown>, forged = false): Delivery {
    const url = target.url.split(/[?#]/, 1)[0] ?? target.url;
    const delivery: Delivery = {
      id: randomUUID(),
      url,
      version: target.version,
      body,
      forged,
      attempts: [],
      result: 'pending',
    };
    this.deliveries.push(delivery);
    if (this.deliveries.length > keptDeliveries) this.deliveries.shift();
    return delivery;
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
  }

  async #deliver(delivery: Delivery, target: WebhookTarget, delayMs: number): Promise<void> {
    for (const pauseMs of [delayMs, ...this.#settings.webhookRetryDelaysMs]) {
      await this.#timers.pause(pauseMs);
      const attempt = await this.#attempt(delivery, target);
      delivery.attempts.push(attempt);
      if (isSuccess(attempt)) {
        delivery.result = 'delivered';
        return;
      }
      if (attempt.status === 401) this.#tokens.forget(target);
      if (this.#agent.destroyed) break;
    }
    delivery.result = 'dropped';
  }

  async #deliverForged(delivery: Delivery, target: WebhookTarget, bearer: Bearer): Promise<void> {
    const attempt = await this.#attempt(delivery, target, bearer);
    delivery.attempts.push(attempt);
    delivery.result = isSuccess(attempt) ? 'delivered' : 'dropped';
  }

  async #attempt(delivery: Delivery, target: WebhookTarget, bearer: Bearer = 'right'): Promise<Attempt> {
    const at = new Date(this.#now()).toISOString();
    const signal = AbortSignal.timeout(this.#settings.webhookTimeoutMs);
    try {
      const token = await this.#tokenFor(target, bearer, signal);
      const answer = await request(target.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify(delivery.body),
        dispatcher: this.#agent,
        signal,
      });
      await answer.body.dump();
      return { at, status: answer.statusCode, problem: null };
    } catch (error) {
      return { at, status: null, problem: error instanceof Error ? error.message : String(error) };
    }
  }
  async #tokenFor(target: WebhookTarget, bearer: Bearer, signal: AbortSignal): Promise<string | undefined> {
    if (bearer === 'none') return undefined;
    return bearer === 'wrong' ? randomUUID() : this.#tokens.tokenFor(target, signal);
  }
}

function isSuccess({ status }: Attempt): boolean {
  return status !== null && status >= 200 && status < 300;
}
