import type { ConnectError } from '../consents/consent.ts';

/** What Connect tells the client's page. `state` is Atto's word for the outcome, not OAuth's. */
export interface ReturnParameters {
  customerReference: string;
  error: ConnectError | null;
  errorDescription: string | null;
  consentId: string | null;
}

/**
 * The configured redirect URL with the documented parameters and no others. A query that is already there stays, and
 * a custom app scheme works too.
 * @see documentation, "Parameters" (on redirection) and "Errors", Atto Connect
 */
export function returnUrl(redirectUrl: string, parameters: ReturnParameters): string {
  const url = new URL(redirectUrl);
  url.searchParams.append('customer_ref', parameters.customerReference);
  url.searchParams.append('state', parameters.error === null ? 'success' : 'error');
  if (parameters.error !== null) url.searchParams.append('error', parameters.error);
  if (parameters.error !== null && parameters.errorDescription !== null) {
    url.searchParams.append('error_description', parameters.errorDescription);
  }
  if (parameters.consentId !== null) url.searchParams.append('consent_id', parameters.consentId);
  return url.href;
}
