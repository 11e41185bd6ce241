import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Answer, BffClient, ViewOrProblem } from '../support/bff-client.ts';
import type { Consent, OtherAtto } from '../support/other-atto.ts';

/** An answer that somebody got, or that there was none. */
export type Heard = (what: string, answer: Answer | null) => void;

export interface Ending {
  readonly status: string;
  readonly dataAvailability: string | null;
  /** How its page is to end, and whether it was ever told of an error. */
  readonly expected: string;
  readonly errors: readonly string[];
}

type Kind = 'connected' | 'cancelled' | 'failed';

/**
 * One customer, its page and its bank, from the start of a journey until it is over: starts it, leaves, comes back, waits by
 * long polling; Atto tells of what it decides and of the data. An answer that says "later" (503) is asked for again, as
 * the widget and Atto do.
 */
export class LiveJourney {
  readonly #client: BffClient;
  readonly #atto: OtherAtto;
  readonly #heard: Heard;
  readonly #kind: Kind;
  readonly #errors: string[] = [];

  constructor(parts: { client: BffClient; atto: OtherAtto; heard: Heard; kind: Kind }) {
    this.#client = parts.client;
    this.#atto = parts.atto;
    this.#heard = parts.heard;
    this.#kind = parts.kind;
  }

  /** @param pause called between its steps, so that they spread over the restarts */
  async live(pause: () => Promise<void>): Promise<Ending> {
    const journey = (await this.#ask('start', () => this.#client.start())).body as StartedJourney;
    await pause();
    // A launch URL lives for a minute; the restart that this journey waited for may have been later than that.
    const { launchUrl } = (await this.#ask('launch', () => this.#client.launchAgain(journey))).body;
    await this.#ask('go', () => this.#client.go(launchUrl), [303]);
    const [ending] = await Promise.all([this.#poll(journey), pause().then(() => this.#comeBack(journey, pause))]);
    return ending;
  }

  async #comeBack(journey: StartedJourney, pause: () => Promise<void>): Promise<void> {
    if (this.#kind !== 'connected') {
      const error = this.#kind === 'cancelled' ? 'customer_cancelled' : 'access_denied';
      await this.#redeem(journey, { state: 'error', error });
      return;
    }
    const pending = this.#atto.consent({ customerReference: journey.reference, consentStatus: 'Pending' });
    this.#keep(pending);
    await this.#redeem(journey, { state: 'success', consent_id: String(pending['consentId']) });
    await pause();
    const now = new Date().toISOString();
    const active = this.#keep({ ...pending, consentStatus: 'Active', consentStart: now, statusUpdated: now });
    await this.#tell(this.#atto.notification(active));
    for (const dataAvailability of ['Partial', 'Processed']) {
      await pause();
      await this.#tell(this.#atto.notification(active, { dataAvailability }));
    }
  }

  #keep(consent: Consent): Consent {
    this.#atto.consents.set(String(consent['consentId']), consent);
    return consent;
  }

  /** By our return page, and what it hands on brought by the partner's page. */
  async #redeem({ reference, ...journey }: StartedJourney, returned: Record<string, string>): Promise<void> {
    const parameters = { customer_ref: reference, ...returned };
    const { headers } = await this.#ask('return', () => this.#client.comeBack(parameters), [303]);
    const [, handle] = /#atto_return=([\w-]+)$/.exec(headers['location'] ?? '') ?? [];
    await this.#ask('redeem', () => this.#client.redeem(journey, { handle }));
  }

  async #tell(body: Consent): Promise<void> {
    const event = { ...body, eventId: randomUUID() };
    await this.#ask('webhook', () => this.#client.webhook(event));
  }

  async #poll(journey: StartedJourney): Promise<Ending> {
    let etag: string | undefined;
    let last: ViewOrProblem | null = null;
    while (last === null || !this.#isOver(last)) {
      const answer: Answer<ViewOrProblem> = await this.#ask(
        'poll',
        () => this.#client.view(journey, { 'if-none-match': etag, prefer: 'wait=10' }),
        [304],
      );
      if (answer.status === 304) {
        await sleep(Number(answer.headers['retry-after'] ?? 0) * 1000);
        continue;
      }
      etag = answer.headers['etag'];
      last = answer.body;
      if (last.error !== undefined) this.#errors.push(last.error.code);
    }
    const { status, dataAvailability } = last;
    return { status, dataAvailability, expected: this.#kind, errors: this.#errors };
  }

  #isOver({ status, dataAvailability }: ViewOrProblem): boolean {
    return this.#kind === 'connected' ? dataAvailability === 'Processed' : status === this.#kind;
  }

  /**
   * Until it is answered with a 2xx, or with one of `also`.
   *
   * @throws on any other answer that asking again would not change
   */
  async #ask<Body>(
    what: string,
    send: () => Promise<Answer<Body>>,
    also: readonly number[] = [],
  ): Promise<Answer<Body>> {
    for (;;) {
      const answer = await send().catch(() => null);
      this.#heard(what, answer);
      this.#client.heard.length = 0;
      if (answer !== null && ((answer.status >= 200 && answer.status < 300) || also.includes(answer.status)))
        return answer;
      if (answer !== null && answer.status < 500) throw new Error(`${what}: ${answer.status} ${answer.text}`);
      await sleep(Number(answer?.headers['retry-after'] ?? 1) * 1000);
    }
  }
}
