/** What we keep of a consent, in our spelling; from the Consent API only. */
export interface ConsentFacts {
  readonly id: string;
  /** Atto's word, kept as it came. */
  readonly status: string;
  readonly providerId: string | null;
  readonly providerName: string | null;
  readonly start: string | null;
  readonly end: string | null;
  readonly journeyType: string | null;
  readonly statusUpdated: string | null;
}

/** The Consent API's whole answer: the facts, and whose they are. */
export interface AttestedConsent {
  readonly customerReference: string | null;
  readonly applicationId: string;
  readonly facts: ConsentFacts;
}
