/**
 * What the widget and the bff say to each other. Interfaces and constants only: nothing here runs, so a partner who
 * writes a bff in another language can read this file as the specification.
 *
 * Spelling follows JSON: times are ISO 8601 in UTC, durations in names carry their unit.
 */

/** How far a journey has come. `connected` is the only one that means that a bank is connected. */
export type JourneyStatus =
  | 'created'
  | 'launched'
  | 'returned'
  | 'connected'
  | 'failed'
  | 'cancelled'
  | 'expired'
  | 'disowned'
  | 'disconnected';

/** Atto's word for how much data can be read. A value that Atto adds later is passed on as it came. */
export type DataAvailability = 'Partial' | 'Complete' | 'Processed' | 'Error' | (string & {});

/** Whose fault a failure is; decides the tone of the sentence that is shown. */
export type ErrorCategory = 'customer' | 'denied' | 'provider' | 'unexpected' | 'expired';

/** What the customer can usefully do next. */
export type ErrorAction = 'retry' | 'choose-another-bank' | 'contact';

/** Why a journey did not end as hoped. */
export interface JourneyError {
  /** As Atto spells it (`access_denied`, …) or ours (`journey_expired`, …). */
  code: string;
  category: ErrorCategory;
  /** True where `action` is `retry`. */
  retryable: boolean;
  action: ErrorAction;
  /** What the customer tells support: the reference that Atto's dashboard shows too. */
  reference: string;
}

/** The consent as the Consent API described it when it was last asked. */
export interface ConsentSummary {
  id: string;
  /** Atto's word: `Active`, `Revoked`, `Expired`, … */
  status: string;
  providerName: string | null;
  start: string | null;
  end: string | null;
  /** `Reauthentication` or `Reconfirmation`; null for a first connection. */
  journeyType: string | null;
}

/** Everything that a browser may know about its journey. */
export interface JourneyView {
  journeyId: string;
  kind: 'connect' | 'renew';
  status: JourneyStatus;
  /** Null until Atto has told of data. */
  dataAvailability: DataAvailability | null;
  /** Present only once connected. */
  consent?: ConsentSummary;
  error?: JourneyError;
  /** A signed JWT for the partner's server; present only once connected. */
  receipt?: string;
  expiresAt: string;
  updatedAt: string;
  /** Grows by at least one with every change. */
  version: number;
}

/** `POST /v1/journeys` */
export interface StartJourneyRequest {
  partner: string;
  configId?: string;
  providerId?: string;
  /** Goes together with `countryCode`. */
  bankCode?: string;
  /** ISO 3166-1 alpha-2. */
  countryCode?: string;
  /** Renews this consent; the customer token must carry the same id as claim `consent_id`. */
  consentId?: string;
  /** The name of a return URL registered for the partner, of the same origin as the page. */
  returnTo?: string;
  /** BCP 47 language tag. */
  locale?: string;
}

/** 201 of `POST /v1/journeys` */
export interface StartedJourney {
  journeyId: string;
  /** Authority over this one journey; shown once. */
  journeyToken: string;
  reference: string;
  /** Where the browser goes next: a single-use address of the bff, good for 60 s. */
  launchUrl: string;
  expiresAt: string;
}

/** 200 of `POST /v1/journeys/{id}/launch` */
export interface LaunchedJourney {
  launchUrl: string;
  expiresAt: string;
}

/** What came back: the handle of our return page. */
export interface ReturnByHandle {
  handle: string;
}

/** What came back: Atto's own parameters, where a partner registered its own page with Atto. */
export interface ReturnByParameters {
  customerRef: string;
  /** Atto's `state`: an outcome that is claimed, not an OAuth state. `success` or `error`. */
  state: string;
  error?: string;
  errorDescription?: string;
  consentId?: string;
}

/** `POST /v1/journeys/{id}/return` */
export type ReturnRequest = ReturnByHandle | ReturnByParameters;

/** 200 of `GET /v1/consents/{id}`: how a consent stands on a later visit. */
export interface ConsentStanding {
  /** Atto's word: `Active`, `Revoked`, `Expired`, … */
  status: string;
  providerName: string | null;
  end: string | null;
  /** Whole days until `end`; null where Atto names no end. */
  daysLeft: number | null;
  /** `soon`: within the configured days; `now`: it has expired or was revoked. */
  renew: 'none' | 'soon' | 'now';
}

/** Every error body, `application/problem+json`. @see RFC 9457 */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** For programs; stable. */
  code: string;
  traceId: string;
  /** For a 400: each field and what was expected, never the value that was sent. */
  errors?: { pointer: string; detail: string }[];
}

/** The fragment parameter in which the bff hands a return to the partner's page. */
export const RETURN_FRAGMENT = 'atto_return';

/** The longest that `Prefer: wait` is honoured, in seconds. @see RFC 7240 section 4.3 */
export const MAXIMUM_WAIT_SECONDS = 25;

/** Statuses that nothing changes any more. */
export const FINAL_STATUSES: readonly JourneyStatus[] = ['expired', 'disowned', 'disconnected'];
