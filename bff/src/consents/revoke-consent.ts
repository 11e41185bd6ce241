import type { AttoClient } from '../atto/atto-client.ts';
import { tellJourneys } from '../journey/tell-journeys.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import type { ConsentFacts } from './consent-facts.ts';
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
    await tellJourneys(store, revoked(known.facts, now()), now);
    await updateConsent(store, consentId, (current) => {
      if (current === null || current.facts === null || current.facts.status === 'Revoked') return current;
      return { ...current, facts: revoked(current.facts, now()), updatedAt: now() };
    });
  };
}

/** Newer than what Atto said before, which may still be on its way; older than what it will say of it. */
function revoked(facts: ConsentFacts, now: number): ConsentFacts {
  const before = Date.parse(facts.statusUpdated ?? '');
  const statusUpdated = new Date(Number.isNaN(before) ? now : before + 1).toISOString();
  return { ...facts, status: 'Revoked', statusUpdated };
}
