import type { ErrorAction, ErrorCategory, JourneyStatus } from '@atto-connect/widget/contract';
import type { ConsentFacts } from '../consents/consent-facts.ts';
import { type Binding, SHORTEST_GAP_MS } from '../consents/consent-record.ts';
import { higherAvailability } from '../consents/data-availability.ts';

/**
 * The journey record and its state machine: pure, no clock, no I/O. Every function takes the journey and returns the
 * one that follows, or the same object where nothing changes. Times are milliseconds since the epoch.
 *
 * created → launched → returned → connected; aside: failed, cancelled, expired, disowned, disconnected.
 */
export interface Journey {
  readonly id: string;
  readonly partnerId: string;
  /** The partner's own reference for its customer; null for a guest. */
  readonly customer: string | null;
  /** What Atto knows the customer by: `customer_ref`. */
  readonly reference: string;
  readonly kind: 'connect' | 'renew';
  readonly parameters: LaunchParameters;
  readonly status: JourneyStatus;
  readonly dataAvailability: string | null;
  readonly consent: ConsentFacts | null;
  readonly error: JourneyFailure | null;
  readonly claims: readonly Claim[];
  readonly binding: Binding;
  /** Signed once, when bound. */
  readonly receipt: string | null;
  /** What a renewal is held against; null for a first connection. */
  readonly renewal: Renewal | null;
  readonly ticket: { readonly hash: string; readonly expiresAt: number; readonly used: boolean } | null;
  /** When the browser first left for Atto. */
  readonly launchedAt: number | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly updatedAt: number;
  /** Grows when the view changes. */
  readonly version: number;
  /** Grows with every stored change, seen or unseen; the store replaces a journey only if it is unchanged. */
  readonly revision: number;
}

/** What the page asked for at the start, in our spelling. */
export interface LaunchParameters {
  readonly configId: string | null;
  readonly providerId: string | null;
  readonly bankCode: string | null;
  readonly countryCode: string | null;
  readonly locale: string | null;
  /** The name of the registered return URL. */
  readonly returnTo: string;
}

/** The consent that is to be renewed, as it stood at the start. */
export interface Renewal {
  readonly consentId: string;
  readonly before: Pick<ConsentFacts, 'status' | 'statusUpdated' | 'end' | 'journeyType'>;
  /** SHA-256 of the cookie that the browser got when it left for Atto. */
  readonly cookieHash: string | null;
}

/** A consent id that came back with the journey's token: the proof, once the Consent API agrees. */
export interface Claim {
  readonly consentId: string;
  readonly standing: 'waiting' | 'unverified' | 'refused';
  /** Whether the claim shows that the browser that started is the one that finished. */
  readonly proven: boolean;
  /** The journey's version when it came: what the browser was shown after it is newer. */
  readonly notedAtVersion: number;
  /** How often Atto was asked about it, and when last. */
  readonly asked: number;
  readonly askedAt: number | null;
  /** When to ask Atto again; null where nothing is to be asked. */
  readonly askAt: number | null;
  /** The last time that was set for a webhook's sake. */
  readonly nudgedAt: number | null;
}

export interface JourneyFailure {
  readonly code: string;
  readonly category: ErrorCategory;
  readonly action: ErrorAction;
}

/** "At most five different ids per journey": an id is the proof, so it must not be guessed at. */
export const MAXIMUM_CLAIMS = 5;

/** Waiting for Atto to make up its mind: 1, 2, 4, 8, then every 15 s. */
const ASK_AGAIN_SECONDS = [1, 2, 4, 8, 15] as const;

const FINAL: readonly JourneyStatus[] = ['expired', 'disowned', 'disconnected'];

/** Nothing changes any more. */
export function isFinal(journey: Journey): boolean {
  return FINAL.includes(journey.status);
}

/** Five wrong claims close a journey: it can neither be launched nor returned to. */
export function isClosed(journey: Journey): boolean {
  return isFinal(journey) || journey.error?.code === 'too_many_claims';
}

/** A return may still decide this journey. */
export function isOpen(journey: Journey): boolean {
  return !isClosed(journey) && journey.status !== 'connected';
}

/** Changes that the browser sees: the version grows. */
function shown(journey: Journey, now: number, changes: Partial<Journey>): Journey {
  return { ...journey, ...changes, updatedAt: now, version: journey.version + 1 };
}

/** The hour is over. */
export function expireIfDue(journey: Journey, now: number): Journey {
  if (!isOpen(journey) || now < journey.expiresAt) return journey;
  return expire(journey, now);
}

export function expire(journey: Journey, now: number): Journey {
  const error: JourneyFailure = { code: 'journey_expired', category: 'expired', action: 'retry' };
  return shown(journey, now, { status: 'expired', error, claims: [], ticket: null });
}

/** A fresh way to the bank; the older one is void, an error shown so far is forgotten. */
export function withTicket(journey: Journey, hash: string, expiresAt: number, now: number): Journey {
  const ticket = { hash, expiresAt, used: false };
  const status = journey.launchedAt === null ? 'created' : 'launched';
  if (journey.status === status && journey.error === null) return { ...journey, ticket };
  return shown(journey, now, { status, error: null, ticket });
}

/** The browser leaves for Atto. */
export function leave(journey: Journey, now: number): Journey {
  const ticket = journey.ticket === null ? null : { ...journey.ticket, used: true };
  const launchedAt = journey.launchedAt ?? now;
  if (journey.status === 'launched') return { ...journey, ticket, launchedAt };
  return shown(journey, now, { status: 'launched', error: null, ticket, launchedAt });
}

/** The browser that leaves for a renewal, by the hash of the cookie that it got. That another one came back proves nothing now. */
export function withCookie(journey: Journey, cookieHash: string): Journey {
  const { renewal, claims } = journey;
  if (renewal === null) return journey;
  const isSame = renewal.cookieHash === cookieHash;
  return {
    ...journey,
    renewal: { ...renewal, cookieHash },
    claims: isSame ? claims : claims.map((claim) => ({ ...claim, proven: false })),
  };
}

/** The customer says stop. Whatever was still being asked is asked no more. */
export function cancel(journey: Journey, now: number): Journey {
  const error: JourneyFailure = { code: 'cancelled_by_customer', category: 'customer', action: 'retry' };
  const claims = journey.claims.map((claim) => ({ ...claim, askAt: null }));
  return shown(journey, now, { status: 'cancelled', error, claims, ticket: null });
}

/** The return says that it went wrong: shown at once, and soft. */
export function fail(journey: Journey, failure: JourneyFailure, now: number): Journey {
  const status = failure.category === 'customer' ? 'cancelled' : 'failed';
  if (journey.status === status && journey.error?.code === failure.code) return journey;
  return shown(journey, now, { status, error: failure });
}

/** What the Consent API said of a claimed id. */
export type Verdict =
  | { readonly kind: 'verified'; readonly consent: ConsentFacts }
  /** A renewal in which the customer chose to disconnect, inside Atto's pages. */
  | { readonly kind: 'disconnected'; readonly consent: ConsentFacts }
  /** Pending, or not to be had just now: Atto has not decided. */
  | { readonly kind: 'undecided' }
  /** Atto does not know it (yet). */
  | { readonly kind: 'unknown' }
  /** Not this journey's; `comparison` names what did not hold. */
  | { readonly kind: 'mismatch'; readonly comparison: string }
  /** This journey's, but no connection. */
  | { readonly kind: 'ended'; readonly failure: JourneyFailure };

/**
 * Notes an id that came back with the journey's token, before Atto is asked about it: neither a crash nor twenty
 * requests at once may lose count. `askAt` is when somebody else asks if we do not live to.
 */
export function withClaim(journey: Journey, consentId: string, proven: boolean, askAt: number): Journey {
  const known = claimOf(journey, consentId);
  const isProven = proven || (known?.proven ?? false);
  const claim: Claim = {
    standing: 'unverified',
    asked: 0,
    askedAt: null,
    nudgedAt: null,
    ...known,
    consentId,
    proven: isProven,
    // One that is being asked about already was noted before.
    notedAtVersion: known?.askAt == null ? journey.version : known.notedAtVersion,
    askAt,
  };
  return { ...journey, claims: replaced(journey.claims, claim) };
}

/** Whether this id may be claimed: known already, or one of the first five. */
export function acceptsClaim(journey: Journey, consentId: string): boolean {
  return claimOf(journey, consentId) !== undefined || journey.claims.length < MAXIMUM_CLAIMS;
}

export function claimOf(journey: Journey, consentId: string): Claim | undefined {
  return journey.claims.find((claim) => claim.consentId === consentId);
}

/** News of a claimed consent: ask again now, but for such news at most once in two seconds. */
export function nudge(journey: Journey, consentId: string, now: number): Journey {
  const claim = claimOf(journey, consentId);
  if (!isOpen(journey) || claim === undefined || claim.askAt === null) return journey;
  const askAt = Math.max(now, (claim.nudgedAt ?? 0) + SHORTEST_GAP_MS);
  if (askAt >= claim.askAt) return journey;
  return { ...journey, claims: replaced(journey.claims, { ...claim, askAt, nudgedAt: askAt }) };
}

/** Takes the answer for one claimed id. */
export function judge(journey: Journey, consentId: string, verdict: Verdict, now: number): Journey {
  if (verdict.kind === 'verified') return connect(journey, verdict.consent, now);
  if (verdict.kind === 'disconnected') return disconnect({ ...journey, consent: verdict.consent }, now);
  const claim = claimOf(journey, consentId);
  // The customer said stop while Atto was being asked.
  if (claim?.askAt === null && verdict.kind !== 'mismatch') return journey;
  const judged = { ...journey, claims: replaced(journey.claims, judgedClaim(journey, consentId, verdict, now)) };
  const spent = judged.claims.length >= MAXIMUM_CLAIMS && judged.claims.every(({ standing }) => standing !== 'waiting');
  if (spent) return close(judged, now);
  if (verdict.kind === 'ended') return fail(judged, verdict.failure, now);
  if (verdict.kind === 'mismatch') return turnBack(judged, now);
  // Asked again in vain is no news: what was shown since, an error or another launch, goes on being shown.
  // So does what was shown while Atto was asked for the first time.
  if (claim !== undefined && (claim.asked > 0 || claim.notedAtVersion !== journey.version)) return judged;
  if (journey.status === 'returned' && journey.error === null) return judged;
  return shown(judged, now, { status: 'returned', error: null });
}

/** The one place where a journey becomes connected. */
function connect(journey: Journey, consent: ConsentFacts, now: number): Journey {
  const isBound = journey.kind === 'connect' || (claimOf(journey, consent.id)?.proven ?? false);
  const binding = isBound ? 'bound' : 'unproven';
  return shown(journey, now, { status: 'connected', consent, binding, error: null, claims: [], ticket: null });
}

/** What the partner's server will ask for; made when the connection is, and shown with it. */
export function withReceipt(journey: Journey, receipt: string): Journey {
  return { ...journey, receipt };
}

/** The consent has ended by the customer's or the partner's will. */
export function disconnect(journey: Journey, now: number): Journey {
  return shown(journey, now, { status: 'disconnected', receipt: null, error: null, claims: [], ticket: null });
}

/** "I didn't start this", said where the journey came back. */
export function disown(journey: Journey, now: number): Journey {
  const error: JourneyFailure = { code: 'disowned', category: 'denied', action: 'retry' };
  return shown(journey, now, { status: 'disowned', binding: 'disowned', error, claims: [], ticket: null });
}

function close(journey: Journey, now: number): Journey {
  const error: JourneyFailure = { code: 'too_many_claims', category: 'unexpected', action: 'contact' };
  const claims = journey.claims.map((claim) => ({ ...claim, askAt: null }));
  return shown(journey, now, { status: 'failed', error, claims, ticket: null });
}

/** A claim that waited turns out not to be ours: if it was the only hope, the customer is still at the bank. */
function turnBack(journey: Journey, now: number): Journey {
  const hope = journey.claims.some((claim) => claim.askAt !== null);
  if (journey.status !== 'returned' || hope) return journey;
  return shown(journey, now, { status: 'launched', error: null });
}

function judgedClaim(journey: Journey, consentId: string, verdict: Verdict, now: number): Claim {
  const asked = (claimOf(journey, consentId)?.asked ?? 0) + 1;
  const open = verdict.kind === 'undecided' || verdict.kind === 'unknown';
  return {
    consentId,
    standing: verdict.kind === 'undecided' ? 'waiting' : verdict.kind === 'unknown' ? 'unverified' : 'refused',
    proven: claimOf(journey, consentId)?.proven ?? false,
    notedAtVersion: claimOf(journey, consentId)?.notedAtVersion ?? journey.version,
    asked,
    askedAt: now,
    askAt: open ? now + askAgainAfter(asked) : null,
    nudgedAt: claimOf(journey, consentId)?.nudgedAt ?? null,
  };
}

function replaced(claims: readonly Claim[], claim: Claim): readonly Claim[] {
  const known = claims.some((other) => other.consentId === claim.consentId);
  return known ? claims.map((other) => (other.consentId === claim.consentId ? claim : other)) : [...claims, claim];
}

function askAgainAfter(asked: number): number {
  return (ASK_AGAIN_SECONDS[Math.min(asked, ASK_AGAIN_SECONDS.length) - 1] ?? 15) * 1000;
}

/**
 * Data is told by webhooks alone, and never goes back. They come in any order: what is told of it may come after the end of
 * the connection.
 */
export function withData(journey: Journey, availability: string, now: number): Journey {
  const hadNone = isFinal(journey) && journey.status !== 'disconnected';
  const dataAvailability = higherAvailability(journey.dataAvailability, availability);
  if (hadNone || dataAvailability === journey.dataAvailability) return journey;
  return shown(journey, now, { dataAvailability });
}

/** The bound consent as Atto has it now. Two answers may overtake each other: the newer status stands. */
export function withConsent(journey: Journey, consent: ConsentFacts, now: number): Journey {
  if (journey.status !== 'connected' || journey.consent?.id !== consent.id) return journey;
  if (Date.parse(consent.statusUpdated ?? '') < Date.parse(journey.consent.statusUpdated ?? '')) return journey;
  if (consent.status === 'Revoked') return disconnect({ ...journey, consent }, now);
  if (JSON.stringify(consent) === JSON.stringify(journey.consent)) return journey;
  return shown(journey, now, { consent });
}

/** When something is to be done without being asked: a claim to look up, or the end of the hour. Null: never. */
export function dueAt(journey: Journey): number | null {
  if (!isOpen(journey)) return null;
  const asks = journey.claims.flatMap((claim) => (claim.askAt === null ? [] : [claim.askAt]));
  return Math.min(journey.expiresAt, ...asks);
}
