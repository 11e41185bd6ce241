import type { Settings } from '../settings.ts';
import type {
  ConnectError,
  ConsentNews,
  ConsentRecord,
  ConsentStatus,
  DataAvailability,
  RenewalType,
} from './consent.ts';
import type { Consents } from './consents.ts';

const dayMs = 86_400_000;

/** How long before its end a consent ends "soon", at most. */
const soonMs = 7 * dayMs;

/** What a consent needs to know when it becomes Active. */
export interface Period {
  consentDurationType: 'Single' | 'Limited' | 'Infinite';
  consentDays: number;
}

/**
 * Moves consents from status to status and says so. Pending becomes Active, Failed or Abandoned; Active becomes
 * Expired or Revoked; a renewal makes Active, Expired and Revoked ones Active again under the same id.
 * @see atto-facts 5 (event flow) and 6 (state machine)
 */
export class ConsentLifecycle {
  readonly #consents: Consents;
  readonly #settings: Settings;
  readonly #now: () => number;
  readonly #announce: (news: ConsentNews) => void;

  constructor(deps: {
    consents: Consents;
    settings: Settings;
    now: () => number;
    announce: (news: ConsentNews) => void;
  }) {
    this.#consents = deps.consents;
    this.#settings = deps.settings;
    this.#now = deps.now;
    this.#announce = deps.announce;
  }

  /** The customer has chosen a bank: the row appears. */
  begin(known: Parameters<Consents['add']>[0]): ConsentRecord {
    const record = this.#consents.add({ ...known, consentStatus: 'Pending' });
    this.#tell(record);
    return record;
  }

  /** The bank has agreed. Starts a fresh period; a renewal keeps the id and names its kind. */
  activate(record: ConsentRecord, period: Period, renewal: RenewalType | null): void {
    const start = this.#now();
    const limited = period.consentDurationType !== 'Infinite';
    Object.assign(record.consent, {
      consentDurationType: period.consentDurationType,
      consentStart: new Date(start).toISOString(),
      consentEnd: limited ? new Date(start + period.consentDays * dayMs).toISOString() : null,
      duration: limited ? `P${period.consentDays}D` : null,
      journeyType: renewal,
    });
    record.dataAvailability = null;
    record.revokedByApi = false;
    this.#move(record, 'Active', { renewal });
  }

  fail(record: ConsentRecord, error: ConnectError): void {
    const cancelled = error === 'customer_cancelled';
    record.consent.statusDetails = error;
    this.#move(record, cancelled ? this.#settings.cancelledStatus : 'Failed', { error });
  }

  /** A renewal did not happen: the consent stays as it was, the client may still hear of it. */
  renewalFailed(record: ConsentRecord, renewal: RenewalType, error: ConnectError): void {
    if (this.#settings.announceFailedRenewals) this.#tell(record, { renewal, error });
  }

  abandon(record: ConsentRecord): void {
    this.#move(record, 'Abandoned');
  }

  revoke(record: ConsentRecord, options: { byApi: boolean; renewal?: RenewalType }): void {
    record.revokedByApi = options.byApi;
    if (options.renewal) record.consent.journeyType = options.renewal;
    this.#move(record, 'Revoked', { renewal: options.renewal ?? null });
  }

  /** The end has passed, or is made to have passed now. */
  expire(record: ConsentRecord): void {
    const now = new Date(this.#now()).toISOString();
    if (!record.consent.consentEnd || record.consent.consentEnd > now) record.consent.consentEnd = now;
    this.#move(record, 'Expired');
  }

  /** "Your consent ends soon": a notification only, the status stays Active. If it did not, it is made to. */
  announceUpcomingExpiration(record: ConsentRecord): void {
    const soon = new Date(this.#now() + soonMs).toISOString();
    if (!record.consent.consentEnd || record.consent.consentEnd > soon) record.consent.consentEnd = soon;
    this.#tell(record, { status: 'UpcomingExpiration' });
  }

  setDataAvailability(record: ConsentRecord, value: DataAvailability | null, error: ConnectError | null = null): void {
    record.dataAvailability = value;
    this.#tell(record, { error, renewal: record.consent.journeyType });
  }

  /** Abandons and expires whatever is due. Called by a clock and before every answer about consents. */
  sweep(): void {
    const now = this.#now();
    for (const record of this.#consents.all()) {
      const { consentStatus, consentEnd } = record.consent;
      const left = now - record.touchedAt;
      if (consentStatus === 'Pending' && left >= this.#settings.abandonAfterMs) this.abandon(record);
      if (consentStatus === 'Active' && consentEnd && Date.parse(consentEnd) <= now) this.expire(record);
    }
  }

  #move(record: ConsentRecord, status: ConsentStatus, news: Partial<ConsentNews> = {}): void {
    record.consent.consentStatus = status;
    record.consent.statusUpdated = new Date(this.#now()).toISOString();
    this.#tell(record, news);
  }

  #tell(record: ConsentRecord, news: Partial<ConsentNews> = {}): void {
    this.#announce({
      consent: structuredClone(record.consent),
      status: record.consent.consentStatus,
      dataAvailability: record.consent.consentStatus === 'Active' ? record.dataAvailability : null,
      renewal: null,
      error: null,
      ...news,
    });
  }
}
