import type { AttoClient } from '../atto/atto-client.ts';
import { withConsent } from '../journey/journey.ts';
import { updateJourney } from '../journey/update-journey.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { updateConsent } from './update-consent.ts';

/**
 * Revokes a consent at Atto, then in our rows, and ends the journeys that were connected by it.
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
    const consent = await updateConsent(store, consentId, (current) => {
      if (current === null || current.facts === null || current.facts.status === 'Revoked') return current;
      return { ...current, facts: { ...current.facts, status: 'Revoked' }, updatedAt: now() };
    });
    const facts = consent?.facts;
    if (facts === null || facts === undefined) return;
    for (const { id } of await store.journeysByConsent(consentId))
      await updateJourney(store, id, (journey) => withConsent(journey, facts, now()));
  };
}
