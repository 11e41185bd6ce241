import type { ConsentFacts } from '../consents/consent-facts.ts';
import type { Store } from '../stores/store.ts';
import { withConsent } from './journey.ts';
import { updateJourney } from './update-journey.ts';

/**
 * Tells the journeys that a consent connected what the Consent API said of it. To be done before it is stored in the row of
 * the consent: that row is the reason to ask, and as long as it is one, nothing is lost when the process dies in between.
 */
export async function tellJourneys(store: Store, facts: ConsentFacts, now: () => number): Promise<void> {
  for (const { id } of await store.journeysByConsent(facts.id))
    await updateJourney(store, id, (journey) => withConsent(journey, facts, now()));
}
