import type { AttoClient } from '../atto/atto-client.ts';
import { AttoError } from '../atto/atto-connection.ts';
import { attoUnavailable, BffError, notFound } from '../errors.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { type ConsentRecord, nudgeConsent } from './consent-record.ts';
import { updateConsent } from './update-consent.ts';

export interface RefreshDataDependencies {
  store: Store;
  attoOf: (partner: Partner) => AttoClient;
  now: () => number;
}

/**
 * Has Atto fetch newer data of a consent, and waits for it: seconds, or a minute and more.
 * @throws {BffError} 403 where Atto or the bank may not be asked, with Atto's code; 409 `refresh_in_progress`; 502 where the
 * bank failed; 503 where Atto cannot be reached, or our share of its quota is spent
 */
export async function refreshData(
  { store, attoOf, now }: RefreshDataDependencies,
  partner: Partner,
  consent: ConsentRecord,
): Promise<void> {
  try {
    await attoOf(partner).refreshData(consent.id);
  } catch (error) {
    if (!(error instanceof AttoError)) throw error;
    // It may have been revoked or have expired without our hearing of it.
    if (error.status === 403 || error.status === 404)
      await updateConsent(store, consent.id, (current) => current && nudgeConsent(current, now()));
    throw refusalOf(error);
  }
}

/** Codes of the documentation's table, "Errors, Atto APIs". The gateway gives none. */
function refusalOf(error: AttoError): BffError {
  const refused = (code: string, title: string) =>
    new BffError(error.status, error.code ?? code, title, { cause: error });
  if (error.status === 403) return refused('refresh_not_allowed', 'Atto may not refresh the data of this consent.');
  if (error.status === 404) return notFound();
  if (error.status === 409)
    return refused('refresh_in_progress', 'The data of this consent is being refreshed already.');
  if (error.status === 502) return refused('provider_unavailable', 'The bank could not be asked.');
  return attoUnavailable(error, error.retryAfterSeconds ?? undefined);
}
