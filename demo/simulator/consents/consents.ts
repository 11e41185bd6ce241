import { createHash, randomUUID } from 'node:crypto';
import type { Settings } from '../settings.ts';
import type { Consent, ConsentRecord } from './consent.ts';

/** Every consent of the application, in the order they came to be. */
export class Consents {
  readonly #records = new Map<string, ConsentRecord>();
  readonly #settings: Settings;
  readonly #now: () => number;

  constructor(settings: Settings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  /** A row with sensible values wherever `known` says nothing; `known` is not checked, so that tests can be hostile. */
  add(known: Partial<Consent> = {}): ConsentRecord {
    const customerReference = known.customerReference ?? null;
    const consent: Consent = {
      consentId: randomUUID(),
      applicationId: this.#settings.applicationId,
      userId: userIdOf(customerReference),
      providerId: 1001,
      providerName: 'Harbour & Vale Bank',
      configurationName: 'default',
      customerReference,
      consentDurationType: 'Limited',
      consentStatus: 'Pending',
      consentStart: null,
      consentEnd: null,
      duration: 'P90D',
      daysOfHistoricalTransactions: 365,
      statusUpdated: new Date(this.#now()).toISOString(),
      statusDetails: null,
      permissions: null,
      invitationId: null,
      journeyType: null,
      ...known,
    };
    const record: ConsentRecord = {
      consent,
      dataSourceType: 'OpenBanking',
      dataAvailability: null,
      touchedAt: this.#now(),
      revokedByApi: false,
    };
    this.#records.set(consent.consentId.toLowerCase(), record);
    return record;
  }

  find(consentId: string): ConsentRecord | undefined {
    return this.#records.get(consentId.toLowerCase());
  }

  /** The record, for callers who know it exists. */
  get(consentId: string): ConsentRecord {
    const record = this.find(consentId);
    if (!record) throw new Error(`there is no consent ${consentId}`);
    return record;
  }

  all(): ConsentRecord[] {
    return [...this.#records.values()];
  }

  clear(): void {
    this.#records.clear();
  }
}

/** Atto does not say what makes a user; here it is one per customer reference, the same after a restart. */
function userIdOf(customerReference: string | null): string {
  const hex = createHash('sha256').update(`user:${customerReference}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
