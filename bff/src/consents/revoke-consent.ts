import type { AttoClient } from '../atto/atto-client.ts';
import { tellJourneys } from '../journey/tell-journeys.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { updateConsent } from './update-consent.ts';

/**
 * Revokes a consent at Atto, ends the journeys that were connected by it, and then notes it in our row: again after a failure.
 * @throws {AttoError} where Atto did not take it; then nothing has changed
 */
export type RevokeConsent = (consentId: string, partnerId: string) => Promise<void>;

export function revokeConsent(deps: {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  attoOf: (partner: Partner) => AttoClient;
  now: () => number;
}): RevokeConsent {
  const { store, partners, attoOf, now } = deps;
  return async (consentId, partnerId) => {
    const partner = partners.get(partnerId);
    if (partner === undefined) return;
    await attoOf(partner).revoke(consentId);
    const known = await store.consent(consentId);
    if (known === null || known.facts === null) return;
    await tellJourneys(store, { ...known.facts, status: 'Revoked' }, now);
    await updateConsent(store, consentId, (current) => {
      if (current === null || current.facts === null || current.facts.status === 'Revoked') return current;
      return { ...current, facts: { ...current.facts, status: 'Revoked' }, updatedAt: now() };
    });
  };
}
