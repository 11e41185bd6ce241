import type { Logger } from 'pino';
import type { AttoClient } from '../atto/atto-client.ts';
import { AttoError } from '../atto/atto-connection.ts';
import type { Purpose } from '../atto/budget.ts';
import { withConsent as withConsentOfInvitation } from '../invitations/invitation.ts';
import { updateInvitation } from '../invitations/update-invitation.ts';
import type { Journey } from '../journey/journey.ts';
import { tellJourneys } from '../journey/tell-journeys.ts';
import { partnerEventsOfConsent } from '../partner-events/partner-event.ts';
import { hasApplication, type Partner } from '../partners.ts';
import { ShortMemory } from '../short-memory.ts';
import type { Store } from '../stores/store.ts';
import type { AttestedConsent } from './consent-facts.ts';
import {
  attested,
  type ConsentRecord,
  type Owner,
  ownRow,
  refuted,
  withBinding,
  withoutClaimant,
} from './consent-record.ts';
import { FEW, LIST_PATIENCE_MS } from './in-bulk.ts';
import { updateConsent } from './update-consent.ts';

export interface ConsentWatchDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  attoOf: (partner: Partner) => AttoClient;
  now: () => number;
  logger: Logger;
  unboundSeconds: number;
  /** Called when so many consents are due that a list answers them for less. */
  askInBulk: () => void;
}

/** How long a question may be under way before somebody else asks it. */
const UNDER_WAY_MS = 15_000;
const AT_MOST = 100;
/** After a question that Atto did not answer. */
const AGAIN_SECONDS = 5;
/** Longer, nobody wants to know what Atto did not know. */
const REMEMBERED_MS = 60_000;

/** Keeps our rows of consents true by the Consent API: when a webhook gave a reason to, or a row is due. */
export class ConsentWatch {
  readonly #deps: ConsentWatchDependencies;
  readonly #underWay = new Map<string, Promise<ConsentRecord | null>>();
  /** What Atto did not call the customer's, although the partner's server named it. */
  readonly #strangers: ShortMemory<true>;

  constructor(dependencies: ConsentWatchDependencies) {
    this.#deps = dependencies;
    this.#strangers = new ShortMemory(REMEMBERED_MS, dependencies.now);
  }

  /** Looks up what is due. */
  async sweep(): Promise<void> {
    const { store, now } = this.#deps;
    const due = await store.dueConsents(now(), AT_MOST);
    const affordable = await this.#affordable(due);
    const isFew = due.length <= FEW && affordable.length === due.length;
    const byId = isFew ? due : await this.#affordable(await this.#leftByList(due));
    await Promise.all(byId.map((consent) => this.#visit(consent)));
  }

  /**
   * Asks Atto now, once for all who want to know at the same time, and stores what it said.
   * @returns the row as it stands then; null where Atto does not know the consent, or calls it somebody else's
   * @throws {AttoError}
   */
  refresh(consent: ConsentRecord, purpose: Purpose): Promise<ConsentRecord | null> {
    return this.#once(consent.id, () => this.#refresh(consent, purpose));
  }

  /**
   * Takes a row of a list, which is the Consent API's word as much as the answer for one id is.
   * @param owner whose it is if it was started here
   * @param from when the list was asked for
   * @returns whether the consent is one of ours
   */
  async hear(answer: AttestedConsent, owner: Owner | null, from: number): Promise<boolean> {
    const consent = await this.#rowOf(answer, owner);
    if (consent?.partnerId == null) return false;
    const { customerReference, facts } = answer;
    const isDue = consent.askAt !== null && consent.askAt <= from;
    const isSame = JSON.stringify(facts) === JSON.stringify(consent.facts);
    if (isDue || (!isSame && consent.reference === customerReference)) await this.#take(consent, answer, from);
    return true;
  }

  /**
   * Stores a consent that we did not start, if Atto says that it has exactly this reference.
   * @param freshMs how old Atto's word that it has not may be
   * @returns null where it has not
   * @throws {AttoError}
   */
  async adopt(candidate: ConsentRecord, partner: Partner, freshMs: number): Promise<ConsentRecord | null> {
    const key = `${partner.id} ${candidate.customer} ${candidate.id}`;
    if (this.#strangers.recall(key, freshMs)) return null;
    return this.#once(key, async () => {
      const adopted = await this.#adopt(candidate, partner);
      if (adopted === null) this.#strangers.remember(key, true);
      return adopted;
    });
  }

  /** One question for all who want to know at the same time. */
  #once(key: string, ask: () => Promise<ConsentRecord | null>): Promise<ConsentRecord | null> {
    const underWay = this.#underWay.get(key);
    if (underWay !== undefined) return underWay;
    const asked = ask().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, asked);
    return asked;
  }

  async #adopt(candidate: ConsentRecord, partner: Partner): Promise<ConsentRecord | null> {
    const { store, attoOf, now } = this.#deps;
    const answer = await attoOf(partner).consent(candidate.id, 'return');
    if (answer === null || !belongs(answer, candidate, partner)) return null;
    const adopted: ConsentRecord = { ...candidate, binding: 'unproven', facts: answer.facts, askedAt: now() };
    const stored = await store.putConsent(adopted, partnerEventsOfConsent(null, adopted));
    if (stored !== null) return stored;
    // Somebody looked at the same moment.
    const known = await store.consent(candidate.id);
    return known?.partnerId === candidate.partnerId && known.customer === candidate.customer ? known : null;
  }

  /** Our row of a consent, or the one that it will have; null where neither it nor its reference is known to us. */
  async #rowOf({ customerReference, facts }: AttestedConsent, owner: Owner | null): Promise<ConsentRecord | null> {
    const { store, now } = this.#deps;
    const known = await store.consent(facts.id);
    if (known?.facts != null || customerReference === null || owner === null) return known;
    return ownRow(known, facts.id, customerReference, owner, now());
  }

  /** Many at once: a list answers most, and some need no answer. What the list has not answered in time is left. */
  async #leftByList(due: readonly ConsentRecord[]): Promise<ConsentRecord[]> {
    const { store, now, askInBulk, unboundSeconds } = this.#deps;
    askInBulk();
    const unclaimed = due.filter((consent) => withoutClaimant(consent, now(), unboundSeconds * 1000) !== consent);
    await Promise.all(
      unclaimed.map(({ id }) =>
        updateConsent(store, id, (current) => current && withoutClaimant(current, now(), unboundSeconds * 1000)),
      ),
    );
    return due.filter((one) => !unclaimed.includes(one) && (one.askAt ?? 0) <= now() - LIST_PATIENCE_MS);
  }

  /** Those that the quota allows just now; the others would only be put off, a write each. */
  async #affordable(due: readonly ConsentRecord[]): Promise<readonly ConsentRecord[]> {
    const { partners, attoOf } = this.#deps;
    const affordable: ConsentRecord[] = [];
    for (const [partnerId, consents] of Map.groupBy(due, (consent) => consent.partnerId ?? '')) {
      const partner = partners.get(partnerId);
      const calls = partner === undefined ? consents.length : await attoOf(partner).askable('notification');
      affordable.push(...consents.slice(0, calls));
    }
    return affordable;
  }

  async #refresh(consent: ConsentRecord, purpose: Purpose): Promise<ConsentRecord | null> {
    const { partners, attoOf, now } = this.#deps;
    const from = now();
    const partner = partners.get(consent.partnerId ?? '');
    const answer = partner === undefined ? null : await attoOf(partner).consent(consent.id, purpose);
    return this.#take(consent, answer, from);
  }

  /** Stores what Atto answered to a question of the time `from`. */
  async #take(consent: ConsentRecord, answer: AttestedConsent | null, from: number): Promise<ConsentRecord | null> {
    const { store, partners, now, unboundSeconds } = this.#deps;
    const partner = partners.get(consent.partnerId ?? '');
    const isOurs = partner !== undefined && answer !== null && belongs(answer, consent, partner);
    if (isOurs) {
      if (consent.invitationId !== undefined)
        await updateInvitation(store, consent.invitationId, (one) => withConsentOfInvitation(one, answer.facts, now()));
      await tellJourneys(store, answer.facts, now);
    }
    const isOwed = consent.binding === 'none' && consent.connects !== null;
    const connected = isOwed ? await store.journey(consent.connects) : null;
    const stored = await updateConsent(store, consent.id, (current) => {
      const asked = { from, until: now() };
      if (!isOurs) return refuted(boundAs(connected, current ?? consent, now()), asked);
      const owner = { ...consent, partnerId: partner.id };
      const row = boundAs(connected, ownRow(current, consent.id, consent.reference, owner, now()), now());
      // Of an invitation nobody holds anything that could claim it: there is nothing to wait for.
      const unboundMs = row.invitationId === undefined ? unboundSeconds * 1000 : 0;
      return attested(row, answer.facts, asked, unboundMs);
    });
    return isOurs ? stored : null;
  }

  async #visit(consent: ConsentRecord): Promise<void> {
    const { store, now, logger } = this.#deps;
    // Another process may have seen the same row: whoever stores this first asks.
    const taken = await store.putConsent({ ...consent, askAt: now() + UNDER_WAY_MS }, []);
    if (taken === null) return;
    try {
      await this.refresh(taken, 'notification');
    } catch (error) {
      const seconds = error instanceof AttoError ? (error.retryAfterSeconds ?? AGAIN_SECONDS) : AGAIN_SECONDS;
      await store.putConsent({ ...taken, askAt: now() + seconds * 1000 }, []);
      logger.warn({ err: error }, 'a consent could not be looked up; it is tried again');
    }
  }
}

/** As the journey is bound that it has connected, where the process died before our row was told. */
function boundAs(journey: Journey | null, consent: ConsentRecord, now: number): ConsentRecord {
  const isOwed = consent.binding === 'none' && journey?.consent?.id === consent.id;
  return isOwed ? withBinding(consent, journey.binding, now) : consent;
}

function belongs(answer: AttestedConsent, { id, reference }: ConsentRecord, partner: Partner): boolean {
  return (
    answer.facts.id === id && answer.customerReference === reference && hasApplication(partner, answer.applicationId)
  );
}
