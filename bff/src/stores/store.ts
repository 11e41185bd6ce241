import type { ConsentRecord } from '../consents/consent-record.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import type { Invitation } from '../invitations/invitation.ts';
import type { Journey } from '../journey/journey.ts';
import type { NewPartnerEvent, PartnerEvent } from '../partner-events/partner-event.ts';

/** A return that came in by our return page, before anybody has redeemed it. */
export interface StoredReturn {
  /** SHA-256 of the handle. */
  readonly handleHash: string;
  readonly partnerId: string;
  /** `customer_ref` as it came; null where it was missing, repeated or too long. */
  readonly reference: string | null;
  readonly outcome: ReturnOutcome | null;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** SHA-256 of the cookie that came with it; null where none did. */
  readonly cookieHash: string | null;
  /** The journey that redeemed it. */
  readonly redeemedBy: string | null;
}

/** What a return claims; null in `StoredReturn` where its parameters were not fit to be believed at all. */
export interface ReturnOutcome {
  readonly state: 'success' | 'error';
  readonly error: string | null;
  readonly consentId: string | null;
}

/** A webhook as it was accepted. */
export interface StoredNotification {
  readonly id: number;
  readonly receivedAt: number;
  /** The JSON text as it came. */
  readonly body: string;
}

export interface Kept {
  readonly value: string;
  readonly revision: number;
}

/** The store does not answer. What was asked of it may or may not have happened. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/**
 * The one port to what lasts. Every promise is kept only once the change is durable. Several processes may share a
 * store; a journey is replaced only where nobody else changed it meanwhile.
 */
export interface Store {
  /** Keeps a new journey, the hash of its token, and what the partner hears of it. */
  createJourney(journey: Journey, tokenHash: string, events: readonly NewPartnerEvent[]): Promise<void>;
  /** One more token for a journey. */
  addToken(journeyId: string, tokenHash: string): Promise<void>;
  journey(id: string): Promise<Journey | null>;
  journeyByToken(tokenHash: string): Promise<Journey | null>;
  journeyByTicket(ticketHash: string): Promise<Journey | null>;
  /** Of any partner, newest first. */
  journeysByReference(reference: string): Promise<Journey[]>;
  journeysByConsent(consentId: string): Promise<Journey[]>;
  /** Journeys whose `dueAt` has come, earliest first. */
  dueJourneys(now: number, limit: number): Promise<Journey[]>;
  /** Whether any journey may still be returned to. */
  hasOpenJourneys(): Promise<boolean>;
  /** Stores `next`, together with `events`, if the stored revision is still `next.revision`, which it then raises. Returns what is stored, or null. */
  replaceJourney(next: Journey, events: readonly NewPartnerEvent[]): Promise<Journey | null>;

  createReturn(stored: StoredReturn): Promise<void>;
  returnByHandle(handleHash: string): Promise<StoredReturn | null>;
  /** True for the first journey that redeems it, and for the same one again. */
  redeemReturn(handleHash: string, journeyId: string): Promise<boolean>;
  /** Undoes this for a journey that the return turned out not to be of. */
  releaseReturn(handleHash: string, journeyId: string): Promise<void>;

  /** Durable before it resolves; `isNew` is false for one that was accepted before (the same `key`). */
  acceptNotification(key: string, body: string, receivedAt: number): Promise<{ isNew: boolean }>;
  /** The oldest that nobody works on, to be worked on by the caller alone for `leaseMs`; after that by whoever asks. */
  takeNotifications(limit: number, leaseMs: number, now: number): Promise<StoredNotification[]>;
  settleNotification(id: number): Promise<void>;

  consent(id: string): Promise<ConsentRecord | null>;
  /** A partner's consents, newest first. */
  consentsOf(partnerId: string, customer: string | null): Promise<ConsentRecord[]>;
  consentsByReference(reference: string): Promise<ConsentRecord[]>;
  dueConsents(now: number, limit: number): Promise<ConsentRecord[]>;
  /** Inserts (revision 0) or replaces if unchanged, together with `events`. Returns what is stored, or null. */
  putConsent(next: ConsentRecord, events: readonly NewPartnerEvent[]): Promise<ConsentRecord | null>;

  invitation(id: string): Promise<Invitation | null>;
  invitationByReference(reference: string): Promise<Invitation | null>;
  /** Those to ask Atto about, earliest first. */
  dueInvitations(now: number, limit: number): Promise<Invitation[]>;
  /** Inserts (revision 0) or replaces if unchanged, together with `events`. Returns what is stored, or null. */
  putInvitation(next: Invitation, events: readonly NewPartnerEvent[]): Promise<Invitation | null>;

  /** What happened to a partner's journeys, consents and invitations after `cursor`, in order. */
  partnerEvents(partnerId: string, after: number, limit: number): Promise<PartnerEvent[]>;

  /**
   * The deliveries that have been due longest, of each partner at most as many as `room` says (of others none), to be
   * tried by the caller alone for `leaseMs`; of one journey, consent or invitation only the first that is not settled.
   * In the order of their events.
   */
  takeDeliveries(room: ReadonlyMap<string, number>, leaseMs: number, now: number): Promise<Delivery[]>;
  settleDelivery(delivery: Delivery): Promise<void>;
  /** Newest first. */
  deliveriesOf(partnerId: string, status: Delivery['status'] | null, limit: number): Promise<Delivery[]>;

  /** A small named value that all processes share, and its revision. */
  kept(name: string): Promise<Kept | null>;
  /** Stores `value` if the stored revision is still `revision` (0: there is none yet). False where somebody was faster. */
  swapKept(name: string, value: string, revision: number): Promise<boolean>;
  /** Forgets what ended before `before`. Returns how many rows went. */
  forgetBefore(before: number): Promise<number>;

  /**
   * Calls back, in every process, after a journey has changed; with null where changes may have been missed.
   * Returns what ends it.
   */
  onJourneyChanged(listener: (journeyId: string | null) => void): () => void;
  /** Resolves if the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
