import type { ConsentFacts } from './consent-facts.ts';
import { higherAvailability } from './data-availability.ts';

/**
 * How sure we are that the person who gave a consent is the customer that the partner means.
 * `none` nobody claimed it yet · `bound` token and consent id were in one place · `unproven` a renewal that came back
 * without our cookie, or a consent from before our time · `unbound` Active, and nobody claimed it in time, or nobody could,
 * because an invitation led to it · `disowned` its giver says "I didn't start this".
 */
export type Binding = 'none' | 'bound' | 'unproven' | 'unbound' | 'disowned';

/**
 * A consent as we keep it: what the Consent API said, what webhooks said of its data, and whose it is. Pure functions
 * below; times are milliseconds since the epoch. The row outlives the consent: it is the proof of ownership.
 */
export interface ConsentRecord {
  readonly id: string;
  /** `customer_ref`, as the first who told of it said. */
  readonly reference: string;
  /** Whose journey has this reference; null where none of ours has. */
  readonly partnerId: string | null;
  /** The partner's own reference for the customer; null for guests. */
  readonly customer: string | null;
  /** The invitation that it came of; absent: none of ours. */
  readonly invitationId?: string;
  /** Null until the Consent API has said that the consent is of this reference and of our application. */
  readonly facts: ConsentFacts | null;
  readonly dataAvailability: string | null;
  /** Data told of since the customer left to renew it: what counts once the renewal has happened. Absent: nobody has left. */
  readonly dataOfRenewal?: string | null;
  /** The journey for which the customer last left to renew it. Absent: none. */
  readonly renewedBy?: string;
  readonly binding: Binding;
  /** The journey that it connected, or is about to: a consent connects one journey, renewals apart. */
  readonly connects: string | null;
  /** When it was first seen Active with nobody to claim it. */
  readonly unclaimedSince: number | null;
  /** When to ask Atto, or to look at the binding, again; null: no reason to. */
  readonly askAt: number | null;
  readonly askedAt: number | null;
  /** When news of it last gave a reason to ask. Absent: never. */
  readonly newsAt?: number;
  /** When Atto last said that it ends soon. */
  readonly endAnnouncedAt: number | null;
  /** By which webhooks it said so; the last few. */
  readonly endAnnouncedBy: readonly string[];
  /** By which it said so before the Consent API has attested it; told then. Absent: none. */
  readonly endUntoldBy?: readonly string[];
  /** When renewals were started, in the last hour. */
  readonly renewalsAt: readonly number[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with every stored change. */
  readonly revision: number;
}

/** Whose a consent is: a journey's, or an invitation's. */
export interface Owner {
  readonly partnerId: string;
  readonly customer: string | null;
  readonly invitationId?: string;
}

/** Between two questions about one consent that news of it cause. */
export const SHORTEST_GAP_MS = 2000;

/** A consent that we hear of for the first time. */
export function newConsent(id: string, reference: string, owner: Owner | null, now: number): ConsentRecord {
  return {
    id,
    reference,
    ...ownedBy(owner),
    facts: null,
    dataAvailability: null,
    binding: 'none',
    connects: null,
    unclaimedSince: null,
    askAt: null,
    askedAt: null,
    endAnnouncedAt: null,
    endAnnouncedBy: [],
    renewalsAt: [],
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
}

function ownedBy(owner: Owner | null): Pick<ConsentRecord, 'partnerId' | 'customer' | 'invitationId'> {
  if (owner === null) return { partnerId: null, customer: null };
  const { partnerId, customer, invitationId } = owner;
  return { partnerId, customer, ...(invitationId === undefined ? {} : { invitationId }) };
}

/** Nothing but webhooks has told of it, and what one has said another may correct. */
export function isHearsay({ facts, connects, binding }: ConsentRecord): boolean {
  return facts === null && connects === null && binding === 'none';
}

/** The same consent, and whose it is. */
export function withOwner(consent: ConsentRecord, owner: Owner): ConsentRecord {
  if (consent.partnerId === owner.partnerId) return consent;
  const { invitationId, ...rest } = consent;
  return { ...rest, ...ownedBy(owner) };
}

/**
 * Our row of a consent that has this reference and this owner by the Consent API's word. One of another reference was made
 * by a webhook that lied: nothing that it told is believed.
 */
export function ownRow(
  known: ConsentRecord | null,
  id: string,
  reference: string,
  owner: Owner,
  now: number,
): ConsentRecord {
  if (known?.reference !== reference)
    return { ...newConsent(id, reference, owner, now), revision: known?.revision ?? 0 };
  return withOwner(known, owner);
}

/** Data is told by webhooks alone, and never goes back but by a renewal. */
export function withConsentData(consent: ConsentRecord, availability: string, now: number): ConsentRecord {
  const dataAvailability = higherAvailability(consent.dataAvailability, availability);
  const isNews = dataAvailability !== consent.dataAvailability;
  const told = isNews ? { ...consent, dataAvailability, updatedAt: now } : consent;
  if (told.dataOfRenewal === undefined) return told;
  const dataOfRenewal = higherAvailability(told.dataOfRenewal, availability);
  return dataOfRenewal === told.dataOfRenewal ? told : { ...told, dataOfRenewal };
}

const REMEMBERED_ANNOUNCEMENTS = 20;

/**
 * Atto says that it ends soon, which the Consent API does not know; told on only while it stands.
 * @param key of the webhook: one that is worked off again, after a crash, is not told again
 */
export function withEndAnnounced(consent: ConsentRecord, key: string, now: number): ConsentRecord {
  if (consent.facts === null) {
    const { endUntoldBy = [] } = consent;
    return endUntoldBy.includes(key)
      ? consent
      : { ...consent, endUntoldBy: [...endUntoldBy, key].slice(-REMEMBERED_ANNOUNCEMENTS) };
  }
  if (consent.facts.status !== 'Active' || consent.endAnnouncedBy.includes(key)) return consent;
  const endAnnouncedBy = [...consent.endAnnouncedBy, key].slice(-REMEMBERED_ANNOUNCEMENTS);
  return { ...consent, endAnnouncedAt: now, endAnnouncedBy };
}

/** Whether anything shows that its giver is the customer; until then it is nothing to any browser. */
export function isClaimed({ binding }: ConsentRecord): boolean {
  return binding === 'bound' || binding === 'unproven';
}

/** News of it: ask now, but at most once in two seconds, and only about what is ours. */
export function nudgeConsent(consent: ConsentRecord, now: number): ConsentRecord {
  if (consent.partnerId === null) return consent;
  const askAt = Math.max(now, (consent.askedAt ?? 0) + SHORTEST_GAP_MS);
  return { ...consent, askAt: Math.min(askAt, consent.askAt ?? askAt), newsAt: now };
}

/** When Atto was asked, and when its answer came. */
export interface Asked {
  readonly from: number;
  readonly until: number;
}

/** What the Consent API said. An Active consent that nobody has claimed is looked at again after `unboundMs`. */
export function attested(consent: ConsentRecord, answer: ConsentFacts, asked: Asked, unboundMs: number): ConsentRecord {
  const now = asked.until;
  // Two answers may overtake each other: the newer status stands.
  const facts = consent.facts !== null && isOlder(answer, consent.facts) ? consent.facts : answer;
  const isUnclaimed = consent.binding === 'none' && facts.status === 'Active';
  const unclaimedSince = isUnclaimed ? (consent.unclaimedSince ?? now) : consent.unclaimedSince;
  const isOverdue = isUnclaimed && unclaimedSince !== null && unclaimedSince + unboundMs <= now;
  const binding = isOverdue ? 'unbound' : consent.binding;
  const isNew = tellsMore(facts, consent.facts) || binding !== consent.binding;
  const lookAgainAt = isUnclaimed && !isOverdue && unclaimedSince !== null ? unclaimedSince + unboundMs : null;
  const { endUntoldBy = [], ...known } = isRenewed(consent, facts) ? withNewData(consent) : consent;
  const next = {
    ...known,
    facts,
    binding,
    unclaimedSince,
    askAt: hasNewsSince(consent, asked) ? now + SHORTEST_GAP_MS : lookAgainAt,
    askedAt: now,
    updatedAt: isNew ? now : consent.updatedAt,
  };
  return endUntoldBy.reduce<ConsentRecord>((row, key) => withEndAnnounced(row, key, now), next);
}

/** Asked, and it is not what it was said to be: nothing more is asked. */
export function refuted(consent: ConsentRecord, asked: Asked): ConsentRecord {
  const askAt = hasNewsSince(consent, asked) ? asked.until + SHORTEST_GAP_MS : null;
  return { ...consent, askAt, askedAt: asked.until };
}

/**
 * Atto called it Active, and since then nobody has claimed it and nothing was told of it: known without another question.
 * @returns the same object where that is not so, or not yet
 */
export function withoutClaimant(consent: ConsentRecord, now: number, unboundMs: number): ConsentRecord {
  const { facts, binding, unclaimedSince, askedAt, newsAt } = consent;
  const isUnclaimed = facts?.status === 'Active' && binding === 'none' && unclaimedSince !== null;
  const isUpToDate = askedAt !== null && (newsAt === undefined || newsAt <= askedAt);
  if (!isUnclaimed || !isUpToDate || unclaimedSince + unboundMs > now) return consent;
  return { ...consent, binding: 'unbound', askAt: null, updatedAt: now };
}

/** Whether there was news while Atto answered: the answer may be from before it. */
function hasNewsSince({ newsAt }: ConsentRecord, { from }: Asked): boolean {
  return newsAt !== undefined && newsAt > from;
}

/** Of what is over, another time alone tells nobody anything: Atto puts its own to what we have revoked. */
function tellsMore(facts: ConsentFacts, known: ConsentFacts | null): boolean {
  if (known === null) return true;
  const told = facts.status === 'Active' ? facts : { ...facts, statusUpdated: known.statusUpdated };
  return JSON.stringify(told) !== JSON.stringify(known);
}

function isOlder(one: ConsentFacts, other: ConsentFacts): boolean {
  return Date.parse(one.statusUpdated ?? '') < Date.parse(other.statusUpdated ?? '');
}

/** Somebody claimed it, or said that it was not theirs. */
export function withBinding(consent: ConsentRecord, binding: Binding, now: number): ConsentRecord {
  return binding === consent.binding ? consent : { ...consent, binding, askAt: null, updatedAt: now };
}

const HOUR_MS = 3_600_000;
const RENEWALS_AN_HOUR = 5;

/** Counts one more renewal. @returns null where there were five in the last hour */
export function withRenewal(consent: ConsentRecord, now: number): ConsentRecord | null {
  const recent = consent.renewalsAt.filter((at) => at > now - HOUR_MS);
  return recent.length >= RENEWALS_AN_HOUR ? null : { ...consent, renewalsAt: [...recent, now] };
}

/**
 * The customer leaves to renew it: from here on a new history of the data is kept, beside the old one until it has happened.
 * To the bank once more, for the same journey, is the same renewal.
 */
export function withRenewalUnderWay(consent: ConsentRecord, journeyId: string): ConsentRecord {
  return consent.renewedBy === journeyId ? consent : { ...consent, dataOfRenewal: null, renewedBy: journeyId };
}

/** Whether the Consent API's answer shows that it was renewed since it was last asked. */
function isRenewed({ facts: known, dataOfRenewal }: ConsentRecord, facts: ConsentFacts): boolean {
  if (known === null || facts.status !== 'Active') return false;
  // Who has left to renew it changes it by that, whatever of it has changed.
  if (dataOfRenewal !== undefined && facts.statusUpdated !== known.statusUpdated) return true;
  const isGivenAgain = known.status === 'Expired' || known.status === 'Revoked';
  const isProlonged = known.end !== null && facts.end !== known.end;
  return isGivenAgain || (known.status === 'Active' && (isProlonged || facts.journeyType !== known.journeyType));
}

/** A renewal begins a new history of the data. */
function withNewData({ dataOfRenewal, ...consent }: ConsentRecord): ConsentRecord {
  return { ...consent, dataAvailability: dataOfRenewal ?? null };
}

export type Renew = 'none' | 'soon' | 'now';

const DAY_MS = 86_400_000;

/**
 * Days until it ends, to the nearest, so that it fits the date that is said beside it; 1 on its last, 0 once it has ended.
 * Null where no end is known.
 */
export function daysLeft(facts: Pick<ConsentFacts, 'end'>, now: number): number | null {
  const left = millisecondsLeft(facts, now);
  if (left === null) return null;
  return left <= 0 ? 0 : Math.max(1, Math.round(left / DAY_MS));
}

/** Whether it can be renewed: `now` once it has ended, `soon` in its last `withinDays`. */
export function renewalOf(facts: Pick<ConsentFacts, 'status' | 'end'>, now: number, withinDays: number): Renew {
  if (facts.status === 'Expired' || facts.status === 'Revoked') return 'now';
  if (facts.status !== 'Active') return 'none';
  const left = millisecondsLeft(facts, now);
  if (left === null || left > withinDays * DAY_MS) return 'none';
  return left <= 0 ? 'now' : 'soon';
}

function millisecondsLeft({ end }: Pick<ConsentFacts, 'end'>, now: number): number | null {
  const left = Date.parse(end ?? '') - now;
  return Number.isNaN(left) ? null : left;
}
