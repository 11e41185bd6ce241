import { setTimeout as sleep } from 'node:timers/promises';
import type { PartnerEvent, PartnerServer } from '../support/partner-server.ts';
import type { Delivery } from './delivery.ts';
import { FactCounts, seenIn } from './judgement.ts';

const LOOK_EVERY_MS = 50;

/** Reads the events as a partner's server does, by cursor, through every kill. */
export class PartnerFeed {
  readonly events: PartnerEvent[] = [];
  readonly #partner: PartnerServer;
  readonly #facts = new FactCounts();
  #next = '0';
  #ended = false;
  readonly #reading: Promise<void>;

  constructor(partner: PartnerServer) {
    this.#partner = partner;
    this.#reading = this.#read();
  }

  /** How often the partner has heard this of the consent, and of its journey where it is news of that, too. */
  heard({ consentId, fact }: Pick<Delivery, 'consentId' | 'fact'>): number {
    return Math.min(...seenIn(fact).map((type) => this.#facts.byKey.get(`${type} ${consentId} ${fact}`) ?? 0));
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#reading;
  }

  async #read(): Promise<void> {
    while (!this.#ended) {
      // Nobody answers while the bff or its store is down.
      const answer = await this.#partner.events(this.#next).catch(() => null);
      if (answer?.status !== 200 || answer.body.events.length === 0) {
        await sleep(LOOK_EVERY_MS);
        continue;
      }
      this.#next = answer.body.next;
      this.events.push(...answer.body.events);
      for (const event of answer.body.events) this.#facts.add(event);
    }
  }
}
