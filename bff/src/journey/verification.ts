import type { Logger } from 'pino';
import type { AttoClient } from '../atto/atto-client.ts';
import { claimRejected } from '../errors.ts';
import type { Partner } from '../partners.ts';
import { verdictOf } from './consent-comparisons.ts';
import {
  acceptsClaim,
  claimOf,
  expire,
  expireIfDue,
  isOpen,
  type Journey,
  judge,
  type Verdict,
  withClaim,
  withConsent,
  withData,
} from './journey.ts';
import type { Store } from './store.ts';
import { updateJourney } from './update-journey.ts';

export interface VerificationDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  /** Asks Atto with the credentials of the journey's partner. */
  attoOf: (partner: Partner) => AttoClient;
  now: () => number;
  logger: Logger;
}

const SWEEP_EVERY_MS = 250;
/** How long a question may be under way before somebody else asks it. */
const UNDER_WAY_MS = 15_000;
const SWEEP_AT_MOST = 50;

/**
 * Turns claims into facts: the only code that asks the Consent API on a journey's behalf. What cannot be decided at once
 * is kept in the journey (`askAt`, `refreshAt`) and asked later by the sweep, also after a restart.
 */
export class Verification {
  readonly #deps: VerificationDependencies;
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<void> | null = null;

  constructor(dependencies: VerificationDependencies) {
    this.#deps = dependencies;
    this.#timer = setInterval(() => void this.sweep(), SWEEP_EVERY_MS).unref();
  }

  /**
   * A consent id that came back together with the journey's token: ask Atto, then decide.
   * @returns the journey as it stands: connected, failed, or returned and waiting
   * @throws {BffError} 409 where the id is not this journey's
   */
  async claim(journeyId: string, consentId: string): Promise<Journey> {
    const { store, now } = this.#deps;
    let known = false;
    const noted = await updateJourney(store, journeyId, (journey) => {
      const claim = claimOf(journey, consentId);
      if (claim?.standing === 'refused' || !acceptsClaim(journey, consentId))
        throw claimRejected('refused or too many');
      known = claim !== undefined && claim.askAt !== null;
      return known ? journey : withClaim(journey, consentId, now() + UNDER_WAY_MS);
    });
    if (known) return noted;
    return this.#settle(noted, consentId, { refuse: true });
  }

  /** Does what is due: ends journeys whose hour is over, asks about claims and bound consents. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = null;
    });
    return this.#sweeping;
  }

  /** Ends the sweep, after what is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { store, now, logger } = this.#deps;
    try {
      const due = await store.dueJourneys(now(), SWEEP_AT_MOST);
      await Promise.all(due.map((journey) => this.#visit(journey)));
    } catch (error) {
      logger.error({ err: error }, 'the sweep of due journeys failed; it is tried again');
    }
  }

  async #visit(journey: Journey): Promise<void> {
    const { store, now } = this.#deps;
    const expired = expireIfDue(journey, now());
    if (expired !== journey) {
      await store.replaceJourney(expired);
      return;
    }
    if (!isOpen(journey)) return this.#refresh(journey);
    const claim = journey.claims.find(({ askAt }) => askAt !== null && askAt <= now());
    if (claim === undefined) return;
    // Another process may have seen the same claim: whoever stores this first asks.
    const taken = await store.replaceJourney(withClaim(journey, claim.consentId, now() + UNDER_WAY_MS));
    if (taken !== null) await this.#settle(taken, claim.consentId, { refuse: false });
  }

  async #settle(journey: Journey, consentId: string, { refuse }: { refuse: boolean }): Promise<Journey> {
    const { store, now, logger } = this.#deps;
    const verdict = await this.#ask(journey, consentId);
    const news = verdict.kind === 'verified' ? await store.consentNews(consentId) : null;
    let wasOpen = false;
    const judged = await updateJourney(store, journey.id, (current) => {
      wasOpen = isOpen(current);
      if (!wasOpen) return current;
      const next = judge(current, consentId, verdict, now());
      const told = news?.reference === current.reference ? news.dataAvailability : null;
      return told === null ? next : withData(next, told, now());
    });
    if (verdict.kind === 'verified' && wasOpen) await this.#expireSiblings(judged);
    if (verdict.kind === 'mismatch') {
      const level = verdict.comparison === 'applicationId' ? 'error' : 'warn';
      logger[level](
        { journeyId: journey.id, comparison: verdict.comparison },
        'a claimed consent does not belong to its journey',
      );
      if (refuse && judged.error?.code !== 'too_many_claims') throw claimRejected(verdict.comparison);
    }
    return judged;
  }

  async #ask(journey: Journey, consentId: string): Promise<Verdict> {
    const { partners, attoOf, logger } = this.#deps;
    const partner = partners.get(journey.partnerId);
    if (partner === undefined) return { kind: 'undecided' };
    try {
      const consent = await attoOf(partner).consent(consentId);
      if (consent === null) return { kind: 'unknown' };
      return verdictOf(consent, { consentId, journey, applicationId: partner.atto.applicationId });
    } catch (error) {
      logger.warn({ journeyId: journey.id, err: error }, 'Atto could not say how a consent stands; it is asked again');
      return { kind: 'undecided' };
    }
  }

  /** One consent, one journey: the others that wait under the same reference have lost their chance. */
  async #expireSiblings(winner: Journey): Promise<void> {
    const { store, now } = this.#deps;
    const siblings = await store.journeysByReference(winner.reference);
    for (const { id, partnerId, launchedAt } of siblings) {
      if (id === winner.id || partnerId !== winner.partnerId || launchedAt === null) continue;
      await updateJourney(store, id, (journey) => (isOpen(journey) ? expire(journey, now()) : journey));
    }
  }

  async #refresh(journey: Journey): Promise<void> {
    const { store, partners, attoOf, now, logger } = this.#deps;
    const taken = await store.replaceJourney({ ...journey, refreshAt: now() + UNDER_WAY_MS });
    const partner = partners.get(journey.partnerId);
    if (taken === null || taken.consent === null || partner === undefined) return;
    try {
      const consent = await attoOf(partner).consent(taken.consent.id);
      await updateJourney(store, journey.id, (current) =>
        consent === null || consent.customerReference !== current.reference
          ? { ...current, refreshAt: null, refreshedAt: now() }
          : withConsent(current, consent.facts, now()),
      );
    } catch (error) {
      logger.warn({ journeyId: journey.id, err: error }, 'a bound consent could not be looked up; it is tried again');
    }
  }
}
