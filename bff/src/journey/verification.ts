import type { Logger } from 'pino';
import type { AttoClient } from '../atto/atto-client.ts';
import type { Purpose } from '../atto/budget.ts';
import type { AttestedConsent, ConsentFacts } from '../consents/consent-facts.ts';
import { attested, ownRow, withBinding } from '../consents/consent-record.ts';
import { FEW, LIST_PATIENCE_MS } from '../consents/in-bulk.ts';
import { updateConsent } from '../consents/update-consent.ts';
import { claimRejected } from '../errors.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import type { Receipts } from '../tokens/receipts.ts';
import { verdictOf } from './consent-comparisons.ts';
import {
  acceptsClaim,
  type Claim,
  claimOf,
  expire,
  expireIfDue,
  isOpen,
  type Journey,
  judge,
  nudge,
  type Verdict,
  withClaim,
  withData,
  withReceipt,
} from './journey.ts';
import { tellJourneys } from './tell-journeys.ts';
import { saveJourney, updateJourney } from './update-journey.ts';

export interface VerificationDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  /** Asks Atto with the credentials of the journey's partner. */
  attoOf: (partner: Partner) => AttoClient;
  receipts: Receipts;
  now: () => number;
  logger: Logger;
  /** Called when so many claims wait that a list answers them for less. */
  askInBulk: () => void;
}

/** What came back with the journey's token. */
export interface Claimed {
  readonly consentId: string;
  /** Whether it shows that the browser that started is the one that finished. */
  readonly proven: boolean;
}

/** How long a question may be under way before somebody else asks it. */
const UNDER_WAY_MS = 15_000;
const AT_MOST = 100;
/** A claim that neither a list nor the quota has room for is asked about again by then; news of it comes sooner. */
const PUT_OFF_MS = 60_000;

/**
 * Turns claims into facts: the only code that asks the Consent API whether a journey is connected. What cannot be decided
 * at once is kept in the journey (`askAt`) and asked later by the sweep, also after a restart.
 */
export class Verification {
  readonly #deps: VerificationDependencies;

  constructor(dependencies: VerificationDependencies) {
    this.#deps = dependencies;
  }

  /**
   * A consent id that came back together with the journey's token: ask Atto, then decide.
   * @returns the journey as it stands: connected, failed, or returned and waiting
   * @throws {BffError} 409 where the id is not this journey's
   */
  async claim(journeyId: string, { consentId, proven }: Claimed): Promise<Journey> {
    const { store, now } = this.#deps;
    let isAsked = false;
    const noted = await updateJourney(store, journeyId, (journey) => {
      const claim = claimOf(journey, consentId);
      if (claim?.standing === 'refused') throw claimRejected('the consent id was refused before');
      if (!acceptsClaim(journey, consentId)) throw claimRejected('five other consent ids came before');
      if (journey.renewal !== null && journey.renewal.consentId !== consentId)
        throw claimRejected('the consent id is not the one that is renewed');
      isAsked = claim !== undefined && claim.askAt !== null;
      // The answer for one that is asked about already is awaited; that it is proven may be new.
      if (isAsked && (claim?.proven || !proven)) return journey;
      return withClaim(journey, consentId, proven, claim?.askAt ?? now() + UNDER_WAY_MS);
    });
    if (isAsked) return noted;
    return this.#settle(noted, consentId, await this.#ask(noted, consentId, 'return'), { refuse: true });
  }

  /**
   * Whether a consent is this journey's and connected, without claiming it.
   * @returns false also where Atto cannot say
   */
  async isOf(journey: Journey, consentId: string): Promise<boolean> {
    return (await this.#ask(journey, consentId, 'return')).kind === 'verified';
  }

  /** Does what is due: ends journeys whose hour is over, asks about claims that wait. */
  async sweep(): Promise<void> {
    const { store, now } = this.#deps;
    const due = await store.dueJourneys(now(), AT_MOST);
    await Promise.all(due.map((journey) => this.#expire(journey)));
    const waiting = due.flatMap((journey) => {
      const claim = dueClaim(journey, now());
      return claim === undefined ? [] : [{ journey, claim }];
    });
    for (const [partnerId, group] of Map.groupBy(waiting, ({ journey }) => journey.partnerId))
      await this.#visitAll(partnerId, group);
  }

  /**
   * A row of a list, which is the Consent API's word as much as the answer for one id is, held against the claims that
   * wait for it. An id that nobody came back with is none.
   * @param decide with many waiting, the row decides; otherwise it is a reason to ask about the one
   * @returns whether a claim waits for it
   */
  async hear(answer: AttestedConsent, journeys: readonly Journey[], decide: boolean): Promise<boolean> {
    const { store, partners, now } = this.#deps;
    const consentId = answer.facts.id;
    const waiting = journeys.filter((journey) => isOpen(journey) && claimOf(journey, consentId)?.askAt != null);
    for (const journey of waiting) {
      const applicationId = partners.get(journey.partnerId)?.atto.applicationId;
      if (applicationId === undefined) continue;
      const verdict = verdictOf(answer, { consentId, journey, applicationId });
      if (verdict.kind === 'undecided') continue;
      if (decide) await this.#settle(journey, consentId, verdict, { refuse: false });
      else await updateJourney(store, journey.id, (current) => nudge(current, consentId, now()));
    }
    return waiting.length > 0;
  }

  async #expire(journey: Journey): Promise<void> {
    const { store, now } = this.#deps;
    const expired = expireIfDue(journey, now());
    if (expired !== journey) await saveJourney(store, journey, expired);
  }

  /**
   * A few are asked about by id. With more, or more than the quota has room for, a list answers most of them; what it
   * has not answered in time is asked by id then, or put off.
   */
  async #visitAll(partnerId: string, waiting: readonly Waiting[]): Promise<void> {
    const { store, now, partners, attoOf, askInBulk } = this.#deps;
    const partner = partners.get(partnerId);
    const calls = partner === undefined ? 0 : await attoOf(partner).askable('claim');
    if (waiting.length <= Math.min(FEW, calls)) {
      await Promise.all(waiting.map((one) => this.#visit(one)));
      return;
    }
    askInBulk();
    const overdue = waiting.filter(({ claim }) => (claim.askAt ?? 0) <= now() - LIST_PATIENCE_MS);
    await Promise.all([
      ...overdue.slice(0, calls).map((one) => this.#visit(one)),
      ...overdue.slice(calls).map(({ journey, claim }) => saveJourney(store, journey, putOff(journey, claim, now()))),
    ]);
  }

  async #visit({ journey, claim }: Waiting): Promise<void> {
    const { store, now } = this.#deps;
    const { consentId, proven } = claim;
    // Another process may have seen the same claim: whoever stores this first asks.
    const stored = await saveJourney(store, journey, withClaim(journey, consentId, proven, now() + UNDER_WAY_MS));
    if (stored === null) return;
    await this.#settle(stored, consentId, await this.#ask(stored, consentId, 'claim'), { refuse: false });
  }

  async #settle(
    journey: Journey,
    consentId: string,
    answered: Verdict,
    { refuse }: { refuse: boolean },
  ): Promise<Journey> {
    const { store, now, logger, receipts } = this.#deps;
    const verdict = await this.#reserved(journey, answered);
    const receipt = verdict.kind === 'verified' ? await receipts.sign(journey, verdict.consent) : null;
    const known = verdict.kind === 'verified' ? await store.consent(consentId) : null;
    const isKnown = known?.reference === journey.reference;
    const told = isKnown ? (known.dataOfRenewal === undefined ? known.dataAvailability : known.dataOfRenewal) : null;
    let isConnected = false;
    const judged = await updateJourney(store, journey.id, (current) => {
      isConnected = isOpen(current) && receipt !== null;
      if (!isOpen(current)) return current;
      const next = judge(current, consentId, verdict, now());
      if (receipt === null) return next;
      // It speaks for the person who holds it: of an unproven renewal nobody knows who that is.
      const connected = next.binding === 'bound' ? withReceipt(next, receipt) : next;
      return told === null ? connected : withData(connected, told, now());
    });
    if (isConnected && verdict.kind === 'verified') {
      await this.#own(judged, verdict.consent);
      await this.#expireSiblings(judged);
    } else if (verdict.kind === 'verified') await this.#release(judged, consentId);
    if (verdict.kind === 'disconnected') await this.#attest(verdict.consent);
    if (verdict.kind === 'mismatch') {
      const level = verdict.comparison === 'applicationId' ? 'error' : 'warn';
      const where = { journeyId: journey.id, comparison: verdict.comparison };
      logger[level](where, 'a claimed consent does not belong to its journey');
      if (refuse && judged.error?.code !== 'too_many_claims') throw claimRejected(verdict.comparison);
    }
    return judged;
  }

  async #ask(journey: Journey, consentId: string, purpose: Purpose): Promise<Verdict> {
    const { partners, attoOf, logger } = this.#deps;
    const partner = partners.get(journey.partnerId);
    if (partner === undefined) return { kind: 'undecided' };
    try {
      const consent = await attoOf(partner).consent(consentId, purpose);
      if (consent === null) return { kind: 'unknown' };
      return verdictOf(consent, { consentId, journey, applicationId: partner.atto.applicationId });
    } catch (error) {
      logger.warn({ journeyId: journey.id, err: error }, 'Atto could not say how a consent stands; it is asked again');
      return { kind: 'undecided' };
    }
  }

  /** The row that says whose the consent is. */
  async #own(journey: Journey, facts: ConsentFacts): Promise<void> {
    const { store, now } = this.#deps;
    const asked = { from: now(), until: now() };
    await tellJourneys(store, facts, now);
    await updateConsent(store, facts.id, (known) => {
      const own = ownRow(known, facts.id, journey.reference, journey, now());
      const binding = own.binding === 'bound' ? 'bound' : journey.binding;
      return attested(withBinding(own, binding, now()), facts, asked, 0);
    });
  }

  /** What the Consent API said, for our row and for the journeys that were connected by it before. */
  async #attest(facts: ConsentFacts): Promise<void> {
    const { store, now } = this.#deps;
    const asked = { from: now(), until: now() };
    await tellJourneys(store, facts, now);
    await updateConsent(store, facts.id, (known) => (known === null ? null : attested(known, facts, asked, 0)));
  }

  /**
   * One consent, one journey: of those that claim it at the same time, the first to note itself in our row. What its
   * giver has disowned connects nothing.
   */
  async #reserved(journey: Journey, verdict: Verdict): Promise<Verdict> {
    if (verdict.kind !== 'verified' || journey.kind === 'renew') return verdict;
    const { store, now } = this.#deps;
    const { id } = verdict.consent;
    const consent = await updateConsent(store, id, (known) => {
      const row = ownRow(known, id, journey.reference, journey, now());
      const isFree = row.connects === null && row.binding !== 'disowned';
      // Should this process die before it is bound, somebody looks at it again.
      return isFree ? { ...row, connects: journey.id, askAt: row.askAt ?? now() + UNDER_WAY_MS } : row;
    });
    return consent?.connects === journey.id ? verdict : { kind: 'mismatch', comparison: 'oneJourney' };
  }

  /** The journey ended while Atto was being asked. */
  async #release(journey: Journey, consentId: string): Promise<void> {
    if (journey.consent?.id === consentId) return;
    await updateConsent(this.#deps.store, consentId, (consent) =>
      consent?.connects === journey.id ? { ...consent, connects: null } : consent,
    );
  }

  /** One consent, one journey: the others that wait under the same reference have lost their chance. */
  async #expireSiblings(winner: Journey): Promise<void> {
    const { store, now } = this.#deps;
    for (const { id, partnerId, launchedAt } of await store.journeysByReference(winner.reference)) {
      if (id === winner.id || partnerId !== winner.partnerId || launchedAt === null) continue;
      await updateJourney(store, id, (journey) => (isOpen(journey) ? expire(journey, now()) : journey));
    }
  }
}

/** A journey, and which of its claims is to be asked about. */
interface Waiting {
  readonly journey: Journey;
  readonly claim: Claim;
}

function dueClaim({ claims }: Journey, now: number): Claim | undefined {
  return claims.find(({ askAt }) => askAt !== null && askAt <= now);
}

function putOff(journey: Journey, { consentId, proven }: Claim, now: number): Journey {
  return withClaim(journey, consentId, proven, now + PUT_OFF_MS);
}
