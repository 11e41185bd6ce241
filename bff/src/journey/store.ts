import type { Journey } from './journey.ts';

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

/** What webhooks said of a consent's data before anybody claimed the consent. */
export interface ConsentNews {
  readonly consentId: string;
  readonly reference: string;
  readonly dataAvailability: string;
  readonly toldAt: number;
}

/**
 * The one port to what lasts. Every promise is kept only once the change is durable. Several processes may share a
 * store; a journey is replaced only where nobody else changed it meanwhile.
 */
export interface Store {
  /** Keeps a new journey and the hash of its token. */
  createJourney(journey: Journey, tokenHash: string): Promise<void>;
  journey(id: string): Promise<Journey | null>;
  journeyIdByToken(tokenHash: string): Promise<string | null>;
  journeyByTicket(ticketHash: string): Promise<Journey | null>;
  /** Of any partner, newest first. */
  journeysByReference(reference: string): Promise<Journey[]>;
  journeysByConsent(consentId: string): Promise<Journey[]>;
  /** Journeys whose `dueAt` has come, earliest first. */
  dueJourneys(now: number, limit: number): Promise<Journey[]>;
  /** Stores `next` if the stored revision is still `next.revision`, which it then raises. Returns what is stored, or null. */
  replaceJourney(next: Journey): Promise<Journey | null>;

  createReturn(stored: StoredReturn): Promise<void>;
  returnByHandle(handleHash: string): Promise<StoredReturn | null>;
  /** True for the first journey that redeems it, and for the same one again. */
  redeemReturn(handleHash: string, journeyId: string): Promise<boolean>;

  /** Durable before it resolves; `isNew` is false for one that was accepted before (the same `key`). */
  acceptNotification(key: string, body: string, receivedAt: number): Promise<{ isNew: boolean }>;
  pendingNotifications(limit: number): Promise<StoredNotification[]>;
  settleNotification(id: number): Promise<void>;
  consentNews(consentId: string): Promise<ConsentNews | null>;
  putConsentNews(news: ConsentNews): Promise<void>;

  /** A named value made once: the first `value` that is offered stays. Returns the one that stayed. */
  keepOnce(name: string, value: string): Promise<string>;
  /** Forgets what ended before `before`. Returns how many rows went. */
  forgetBefore(before: number): Promise<number>;

  /** Calls back, in every process, after a journey has changed. Returns what ends it. */
  onJourneyChanged(listener: (journeyId: string) => void): () => void;
  /** Resolves if the store answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
