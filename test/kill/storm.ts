import { setTimeout as sleep } from 'node:timers/promises';
import type { OtherAtto } from '../support/other-atto.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { type Delivery, revoked, type Story } from './delivery.ts';
import type { PartnerFeed } from './partner-feed.ts';
import type { Sender } from './sender.ts';

const WAVE = 16;
const PAUSE_AT_MOST_MS = 120;
/** Of a hundred webhooks that were acknowledged, so many are sent once more: at least once is all that Atto promises. */
const SENT_TWICE_PERCENT = 20;

export interface StormParts {
  readonly stories: readonly Story[];
  readonly sender: Sender;
  readonly feed: PartnerFeed;
  readonly atto: OtherAtto;
  readonly random: SeededRandom;
}

/** Tells all stories beside each other, in waves; of each consent one thing after the other, so that all of it is news. */
export class Storm {
  /** How many were sent again though they had been acknowledged. */
  sentTwice = 0;
  readonly deliveries: readonly Delivery[];
  readonly #parts: StormParts;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: StormParts) {
    this.#parts = parts;
    this.deliveries = parts.stories.flatMap(({ deliveries }) => deliveries);
  }

  /**
   * Sends some at once: those whose retry is due, and others.
   * @param spare with fewer than so many left to send, it sends none
   * @returns how many
   */
  wave(spare = 0): number {
    const ready = this.#parts.random.shuffled(this.#ready());
    if (ready.length < spare) return 0;
    const retries = ready.filter(({ attempts }) => attempts > 0);
    const others = ready.filter(({ attempts }) => attempts === 0);
    const wave = [...retries, ...others].slice(0, WAVE);
    for (const delivery of wave) this.#send(delivery);
    return wave.length;
  }

  /** With pauses in between; leaves enough for a kill in the midst of some more. */
  async waves(count: number): Promise<void> {
    for (let wave = 0; wave < count; wave += 1) {
      this.wave(6 * WAVE);
      await sleep(this.#parts.random.below(PAUSE_AT_MOST_MS));
    }
  }

  /** Sends what is left, until the partner has heard of all of it; what is lost it never hears of. */
  async blowOver(patienceMs: number): Promise<void> {
    await this.#settled(patienceMs, () => {
      if (this.#parts.sender.inFlight < WAVE) this.wave();
      return this.deliveries.every(({ state }) => state === 'acknowledged' || state === 'given up');
    });
  }

  /** Sends nothing more, until the partner has heard of what was acknowledged. */
  async calmDown(patienceMs: number): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#settled(patienceMs, () => true);
  }

  /** @param patienceMs how long nothing new may be heard before the rest counts as lost */
  async #settled(patienceMs: number, isSent: () => boolean): Promise<void> {
    let owed = Number.POSITIVE_INFINITY;
    let changedAt = performance.now();
    while (performance.now() - changedAt < patienceMs && !(isSent() && owed === 0)) {
      await sleep(20);
      const before = owed;
      owed = this.#owed();
      if (owed !== before) changedAt = performance.now();
    }
    await Promise.all(this.#underWay);
  }

  #send(delivery: Delivery): void {
    if (delivery.fact === 'Revoked') this.#revoke(delivery.consentId);
    const sent = this.#tell(delivery);
    this.#underWay.add(sent);
    void sent.finally(() => this.#underWay.delete(sent));
  }

  async #tell(delivery: Delivery): Promise<void> {
    const { sender, random } = this.#parts;
    await sender.send(delivery);
    if (delivery.state !== 'acknowledged' || !random.percent(SENT_TWICE_PERCENT)) return;
    this.sentTwice += 1;
    await sender.sendAgain(delivery);
  }

  #revoke(consentId: string): void {
    const { consents } = this.#parts.atto;
    const consent = consents.get(consentId) ?? {};
    if (consent['consentStatus'] !== 'Revoked') consents.set(consentId, revoked(consent));
  }

  /** Of each consent the next webhook, if it is due and the partner has heard of the one before it. */
  #ready(): Delivery[] {
    const now = performance.now();
    return this.#parts.stories.flatMap((story) => {
      const next = story.deliveries.find((delivery) => !this.#isOver(delivery, story));
      return next?.state === 'due' && next.dueAt <= now ? [next] : [];
    });
  }

  /** How many were acknowledged that the partner has not heard of. */
  #owed(): number {
    return this.#parts.stories.reduce((sum, story) => {
      const isOwed = (one: Delivery) => one.state === 'acknowledged' && !this.#isOver(one, story);
      return sum + story.deliveries.filter(isOwed).length;
    }, 0);
  }

  #isOver({ state, consentId, fact }: Delivery, { deliveries }: Story): boolean {
    if (state === 'given up') return true;
    if (state !== 'acknowledged') return false;
    const owed = deliveries.filter((other) => other.fact === fact && other.state === 'acknowledged').length;
    return this.#parts.feed.heard({ consentId, fact }) >= owed;
  }
}
