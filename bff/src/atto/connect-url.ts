import type { Journey } from '../journey/journey.ts';
import type { AttoConfig } from '../partners.ts';

/**
 * The hosted journey's address for a first connection.
 * @see Documentation, "Atto Connect: Integration, Parameters"
 */
export function connectUrl(atto: AttoConfig, journey: Journey, validationToken: string | null): string {
  const { configId, providerId, bankCode, countryCode } = journey.parameters;
  const query = new URLSearchParams({ client_id: atto.applicationId });
  if (configId !== null) query.set('config_id', configId);
  query.set('customer_ref', journey.reference);
  if (providerId !== null) query.set('provider_id', providerId);
  if (bankCode !== null) query.set('bank_code', bankCode);
  if (countryCode !== null) query.set('country_code', countryCode);
  // A path makes the address well formed for every parser: https://connect.atto.co/?client_id=…
  const url = new URL(atto.connectUrl);
  url.search = query.toString();
  if (validationToken !== null && atto.validationToken !== null) {
    const { place, name } = atto.validationToken;
    if (place === 'query') url.searchParams.set(name, validationToken);
    else url.hash = new URLSearchParams({ [name]: validationToken }).toString();
  }
  return url.href;
}

/**
 * The address that renews a consent: its id, and a fresh token in the fragment. Nothing else is added.
 * @see Documentation, "Re-authentication" and "Reconfirmation"
 */
export function renewalUrl(atto: AttoConfig, consentId: string, accessToken: string): string {
  const url = new URL(atto.connectUrl);
  url.search = new URLSearchParams({ consent_id: consentId }).toString();
  url.hash = new URLSearchParams({ access_token: accessToken }).toString();
  return url.href;
}
