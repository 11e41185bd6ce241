/** Statuses the API knows. `UpcomingExpiration` exists in notifications only. */
export const consentStatuses = ['Pending', 'Active', 'Revoked', 'Abandoned', 'Failed', 'Expired'] as const;
export type ConsentStatus = (typeof consentStatuses)[number];

export const dataSourceTypes = ['OpenBanking', 'CreditInformation', 'UserSupplied'] as const;

export type DataAvailability = 'Error' | 'Partial' | 'Complete' | 'Processed';
export type RenewalType = 'Reauthentication' | 'Reconfirmation';

/** The five ways Connect may report a failure. @see documentation, "Errors", Atto Connect */
export const connectErrors = [
  'access_denied',
  'provider_permanent_error',
  'provider_unsupported_feature',
  'customer_cancelled',
  'unexpected_error',
] as const;
export type ConnectError = (typeof connectErrors)[number];

/** A consent as the API shows it. @see atto-facts 3.3, docs.atto.co "Get consents" */
export interface Consent {
  /** uuid */
  consentId: string;
  /** uuid, the launch's client_id */
  applicationId: string;
  /** uuid, the same for every consent of one customer reference */
  userId: string;
  providerId: number;
  providerName: string | null;
  /** the launch's config_id */
  configurationName: string | null;
  /** the launch's customer_ref */
  customerReference: string | null;
  consentDurationType: 'Single' | 'Limited' | 'Infinite';
  consentStatus: ConsentStatus;
  /** ISO 8601, UTC; null until the bank has agreed */
  consentStart: string | null;
  consentEnd: string | null;
  /** ISO 8601 duration, such as P90D */
  duration: string | null;
  daysOfHistoricalTransactions: number | null;
  statusUpdated: string;
  statusDetails: string | null;
  permissions: string[] | null;
  invitationId: string | null;
  /** null on a first journey */
  journeyType: RenewalType | null;
}

/** A consent with what the simulator remembers about it and the API does not show. */
export interface ConsentRecord {
  consent: Consent;
  dataSourceType: (typeof dataSourceTypes)[number];
  dataAvailability: DataAvailability | null;
  /** Epoch milliseconds of the customer's last step; the abandonment clock counts from here. */
  touchedAt: number;
  /** After a revocation by API the customer may have to pick accounts again. */
  revokedByApi: boolean;
}

/** Something to tell the client about. The consent is a copy, so that later changes do not rewrite the news. */
export interface ConsentNews {
  consent: Consent;
  status: ConsentStatus | 'UpcomingExpiration';
  dataAvailability: DataAvailability | null;
  /** The renewal this news belongs to, which may have failed and left no trace on the consent. */
  renewal: RenewalType | null;
  error: ConnectError | null;
}
