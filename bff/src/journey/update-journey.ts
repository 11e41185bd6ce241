import { notFound } from '../errors.ts';
import type { Journey } from './journey.ts';
import type { Store } from './store.ts';

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
    const stored = await store.replaceJourney(next);
    if (stored !== null) return stored;
  }
}
