import type { JourneyFailure } from './journey.ts';

/** Atto Connect Errors (documentation, "Errors"), and what the customer can do about each. */
const RETURNED: Readonly<Record<string, Omit<JourneyFailure, 'code'>>> = {
  customer_cancelled: { category: 'customer', action: 'retry' },
  access_denied: { category: 'denied', action: 'retry' },
  provider_permanent_error: { category: 'provider', action: 'choose-another-bank' },
  provider_unsupported_feature: { category: 'provider', action: 'choose-another-bank' },
  unexpected_error: { category: 'unexpected', action: 'contact' },
};

/** `error` of the return. A code that we do not know is kept as it came. */
export function returnedFailure(code: string): JourneyFailure {
  const known = Object.hasOwn(RETURNED, code) ? RETURNED[code] : undefined;
  return { code, ...(known ?? { category: 'unexpected', action: 'contact' }) };
}

/** Consent statuses from which nothing becomes connected. */
const ENDED = ['Failed', 'Abandoned', 'Revoked', 'Expired'];

/** The claimed consent is this journey's, and Atto says that it came to nothing. Null for every other status. */
export function consentFailure(consentStatus: string): JourneyFailure | null {
  if (!ENDED.includes(consentStatus)) return null;
  return { code: `consent_${consentStatus.toLowerCase()}`, category: 'denied', action: 'retry' };
}
