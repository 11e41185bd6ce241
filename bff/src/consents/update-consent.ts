import { partnerEventsOfConsent } from '../partner-events/partner-event.ts';
import type { Store } from '../stores/store.ts';
import type { ConsentRecord } from './consent-record.ts';

/**
 * Changes a consent however many others change it at the same time.
 * @param change given null where we know of none; returns the same object, or null, where there is nothing to store
 */
export async function updateConsent(
  store: Store,
  id: string,
  change: (consent: ConsentRecord | null) => ConsentRecord | null,
): Promise<ConsentRecord | null> {
  for (;;) {
    const consent = await store.consent(id);
    const next = change(consent);
    if (next === consent || next === null) return next;
    const stored = await store.putConsent(next, partnerEventsOfConsent(consent, next));
    if (stored !== null) return stored;
  }
}
