import { notFound } from '../errors.ts';
import { partnerEventOfJourney } from '../partner-events/partner-event.ts';
import type { Store } from '../stores/store.ts';
import type { Journey } from './journey.ts';

/**
 * Changes a journey however many others change it at the same time: reads, applies `change`, stores if unchanged, else
 * begins again.
 * @param change returns the same object where there is nothing to store; may throw to leave everything as it is
 * @throws {BffError} 404 where there is no such journey
 */
export async function updateJourney(store: Store, id: string, change: (journey: Journey) => Journey): Promise<Journey> {
  for (;;) {
    const journey = await store.journey(id);
    if (journey === null) throw notFound();
    const next = change(journey);
    if (next === journey) return journey;
    const stored = await saveJourney(store, journey, next);
    if (stored !== null) return stored;
  }
}

/**
 * Stores `next` in place of `before`, together with what the partner's server hears of it.
 * @returns null where somebody else was faster
 */
export function saveJourney(store: Store, before: Journey, next: Journey): Promise<Journey | null> {
  return store.replaceJourney(next, next.version === before.version ? [] : [partnerEventOfJourney(next)]);
}
