import type { ConsentFacts } from '../consents/consent-facts.ts';

/**
 * An invitation by e-mail, as we keep it. Pure functions below; times are milliseconds since the epoch. Name and address
 * go to Atto and nowhere else: they are not kept here, and so need not be forgotten.
 */
export interface Invitation {
  readonly id: string;
  /** Atto's id of it; null until one is known. */
  readonly attoId: string | null;
  /** Whether Atto's API itself said so; else a webhook did, and the API is still to be asked. */
  readonly isAttoIdAttested: boolean;
  readonly partnerId: string;
  /** The partner's own reference for the customer. */
  readonly customer: string;
  /** What Atto knows the customer by in this invitation, and in no other. */
  readonly reference: string;
  /** What became of the e-mail, by Atto's API: each kind of event once, when it first happened. */
  readonly activities: readonly EmailActivity[];
  /** Atto's word for what the customer did. `Active` by the Consent API only; the others by webhooks, which alone know. */
  readonly connectionStatus: string;
  /** A webhook says that it is Active and no consent of it is known: Atto's list has to be looked through. */
  readonly isSaidActive: boolean;
  /** The consent that came of it. */
  readonly consentId: string | null;
  /** When to ask Atto again; null: no reason to. */
  readonly askAt: number | null;
  readonly askedAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with every stored change. */
  readonly revision: number;
}

/** Something that happened to the e-mail. */
export interface EmailActivity {
  /** Atto's word, kept as it came. */
  readonly event: string;
  readonly at: string | null;
  readonly smtpErrorCode: string | null;
}

/** What a webhook says of an invitation. */
export interface InvitationNotice {
  readonly attoId: string;
  readonly customerReference: string;
  readonly connectionStatus: string | null;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Between two questions that news of it cause. */
const SHORTEST_GAP_MS = 2000;
/** How long a question may be under way before somebody else asks it. */
const UNDER_WAY_MS = 15_000;
const ASKED_FOR_MS = 30 * DAY_MS;
const ACTIVITIES_AT_MOST = 20;

/** Further states win, so that late, double and shuffled news end the same. A word that we do not know is the least. */
const CONNECTION_RANK: Readonly<Record<string, number>> = { Pending: 1, Abandoned: 2, Cancelled: 3, Active: 4 };

/** A message that was opened has arrived, whatever a server on the way said before. */
const EMAIL_RANK: Readonly<Record<string, number>> = {
  Sent: 1,
  Processed: 2,
  Deferred: 2,
  Received: 3,
  Dropped: 4,
  Bounce: 4,
  Failed: 5,
  Opened: 6,
  Clicked: 7,
};

/** One that is about to be sent. */
export function newInvitation(
  id: string,
  owner: { partnerId: string; customer: string; reference: string },
  now: number,
): Invitation {
  return {
    id,
    attoId: null,
    isAttoIdAttested: false,
    ...owner,
    activities: [],
    connectionStatus: 'Pending',
    isSaidActive: false,
    consentId: null,
    askAt: null,
    askedAt: null,
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
}

/** Atto took it. */
export function accepted(invitation: Invitation, attoId: string, now: number): Invitation {
  return { ...invitation, attoId, isAttoIdAttested: true, askAt: now + MINUTE_MS, updatedAt: now };
}

/** A webhook told of it: a reason to ask, and all that we can know of a customer who did not finish. */
export function told(invitation: Invitation, notice: InvitationNotice, now: number): Invitation {
  const attoId = invitation.attoId ?? notice.attoId;
  if (attoId !== notice.attoId) return invitation;
  const askAt = Math.max(now, (invitation.askedAt ?? 0) + SHORTEST_GAP_MS);
  const nudged = { ...invitation, attoId, askAt: Math.min(askAt, invitation.askAt ?? askAt) };
  const { connectionStatus } = notice;
  if (connectionStatus === null || rank(connectionStatus) <= rank(invitation.connectionStatus)) return nudged;
  if (connectionStatus === 'Active') return { ...nudged, isSaidActive: true };
  return { ...nudged, connectionStatus, updatedAt: now };
}

/** Somebody asks Atto now; others may after a while, should no answer be stored. */
export function underWay(invitation: Invitation, now: number): Invitation {
  return { ...invitation, askedAt: now, askAt: now + UNDER_WAY_MS };
}

/**
 * What Atto's API said when it was asked. It is asked again after as long as the invitation is old, so ever more rarely.
 * @param asked the row as it stood then: news that came since is not answered yet
 */
export function attested(
  invitation: Invitation,
  activities: readonly EmailActivity[],
  asked: Invitation,
  now: number,
): Invitation {
  const kinds = Map.groupBy([...invitation.activities, ...inOrder(activities)], ({ event }) => event);
  const firsts = [...kinds.values()].flatMap(([first]) => first ?? []).slice(0, ACTIVITIES_AT_MOST);
  const age = now - invitation.createdAt;
  const isOver = invitation.connectionStatus === 'Active' || age > ASKED_FOR_MS;
  const later = isOver ? null : now + Math.min(Math.max(age, MINUTE_MS), DAY_MS);
  return {
    ...invitation,
    isAttoIdAttested: true,
    activities: firsts,
    isSaidActive: invitation.isSaidActive && !asked.isSaidActive,
    askAt: invitation.askAt === asked.askAt ? later : invitation.askAt,
    updatedAt: firsts.length > invitation.activities.length ? now : invitation.updatedAt,
  };
}

/** Asked, and it is not what it was said to be. */
export function refuted(invitation: Invitation): Invitation {
  return { ...invitation, attoId: invitation.isAttoIdAttested ? invitation.attoId : null, askAt: null };
}

/** The Consent API said how a consent of its reference stands. */
export function withConsent(invitation: Invitation, { id, status }: ConsentFacts, now: number): Invitation {
  if (status !== 'Active' || invitation.connectionStatus === 'Active') return invitation;
  return { ...invitation, connectionStatus: 'Active', isSaidActive: false, consentId: id, updatedAt: now };
}

/** How far the e-mail has come, in Atto's words; null where nothing is known of it. */
export function emailState(activities: readonly EmailActivity[]): string | null {
  const [furthest] = activities.map(({ event }) => event).sort((one, other) => emailRank(other) - emailRank(one));
  return furthest ?? null;
}

/** Why it did not arrive; null where nothing says so. */
export function smtpErrorCode(activities: readonly EmailActivity[]): string | null {
  return activities.findLast((activity) => activity.smtpErrorCode !== null)?.smtpErrorCode ?? null;
}

function inOrder(activities: readonly EmailActivity[]): EmailActivity[] {
  return activities.toSorted((one, other) => timeOf(one) - timeOf(other));
}

function timeOf({ at }: EmailActivity): number {
  const time = Date.parse(at ?? '');
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

function rank(connectionStatus: string): number {
  return CONNECTION_RANK[connectionStatus] ?? 0;
}

function emailRank(event: string): number {
  return EMAIL_RANK[event] ?? 0;
}
