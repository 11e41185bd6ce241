import { randomUUID } from 'node:crypto';
import type { ConnectError, ConsentNews } from '../consents/consent.ts';
import type { InvitationRecord } from '../invitations/invitation.ts';
import type { Settings } from '../settings.ts';

type Json = Record<string, unknown>;

const sentences: Record<ConnectError, string> = {
  access_denied: 'The customer or the bank has denied consent.',
  provider_permanent_error: 'An error has occurred with the bank and we are not able to complete the request.',
  provider_unsupported_feature: 'Feature is unsupported for provider.',
  customer_cancelled: 'The customer has cancelled the Atto Connect journey.',
  unexpected_error: 'An unexpected error has occurred which is not recoverable.',
};

/** Atto's own words for a Connect error. @see documentation, "Errors", Atto Connect */
export function describeConnectError(error: ConnectError): string {
  return sentences[error];
}

/**
 * The flat v1 body, or null for news that v1 has no word for.
 * @see documentation, "Webhooks", V1 (deprecated)
 */
export function notificationV1(news: ConsentNews, settings: Settings): Json | null {
  const failed = news.error !== null && news.dataAvailability !== 'Error';
  if (!failed && news.status !== 'Active') return null;
  const { consentId, applicationId, customerReference } = news.consent;
  return {
    consentId,
    applicationId,
    customerReference,
    providerAuthentication: failed ? 'Error' : 'Success',
    dataAvailability: failed ? null : dataWord(news, settings),
    paymentConfirmation: null,
    reauthentication: news.renewal !== null,
    errorMessage: errorMessage(news, settings),
    ...extra(settings),
  };
}

/**
 * The v2 envelope. `errorMessage` is left out when there is none, as in the documented sample.
 * @see documentation, "V2 Webhooks", Consent
 */
export function notificationV2(news: ConsentNews, settings: Settings, now: number): Json {
  const { consent } = news;
  const message = errorMessage(news, settings);
  return {
    eventId: randomUUID(),
    data: {
      consentId: consent.consentId,
      applicationId: consent.applicationId,
      providerId: consent.providerId,
      providerName: consent.providerName,
      configurationName: consent.configurationName,
      customerReference: consent.customerReference,
      consentStatus: settings.unknownEnumMembers && news.status === 'Pending' ? 'AwaitingCustomer' : news.status,
      consentJourney: news.renewal,
      consentStart: consent.consentStart,
      consentEnd: consent.consentEnd,
      statusUpdated: consent.statusUpdated,
      dataAvailability: dataWord(news, settings),
      invitationId: consent.invitationId,
      ...(message === null ? {} : { errorMessage: message }),
      ...extra(settings),
    },
    eventType: 'Consent',
    eventTime: new Date(now).toISOString(),
    schemaType: 'Consent',
    schemaVersion: '1.0.0',
    ...extra(settings),
  };
}

/**
 * The v2 envelope of an invitation; v1 knows none. `smtpErrorCode` and `smtpErrorMessage` are empty where nothing is wrong, as
 * in the documented sample.
 * @see documentation, "V2 Webhooks", Invitation
 */
export function invitationNotification(record: InvitationRecord, settings: Settings, now: number): Json {
  const { invitation, emailState, connectionStatus } = record;
  const problem = invitation.activities.at(-1);
  return {
    eventId: randomUUID(),
    data: {
      invitationId: invitation.invitationId,
      applicationId: settings.applicationId,
      emailState,
      customerReference: invitation.customerReference,
      smtpErrorCode: problem?.smtpErrorCode ?? '',
      smtpErrorMessage: problem?.smtpErrorMessage ?? '',
      connectionStatus,
      ...extra(settings),
    },
    eventType: 'Invitation',
    eventTime: new Date(now).toISOString(),
    schemaType: 'Email',
    schemaVersion: '1.0.0',
    ...extra(settings),
  };
}

function errorMessage({ error }: ConsentNews, settings: Settings): string | null {
  if (error === null) return null;
  return settings.errorMessages === 'code' ? error : sentences[error];
}

function dataWord({ dataAvailability }: ConsentNews, settings: Settings): string | null {
  return settings.unknownEnumMembers && dataAvailability === 'Partial' ? 'Categorising' : dataAvailability;
}

function extra(settings: Settings): Json {
  return settings.extraFields ? { region: 'simulated', tags: ['undocumented'] } : {};
}
