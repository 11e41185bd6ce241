import { randomBytes } from 'node:crypto';
import type { Journey } from './journey.ts';

/** More than any demonstration needs; beyond it the oldest journeys are forgotten. */
const keptJourneys = 2_000;

/** What is known of a journey before its first page. */
export type StartOfJourney = Pick<
  Journey,
  'configId' | 'configuration' | 'customerReference' | 'invitationId' | 'renewal' | 'touchedAt'
>;

/** Journeys that are under way or have just ended. */
export class Journeys {
  readonly #journeys = new Map<string, Journey>();

  start(journey: StartOfJourney): Journey {
    const started: Journey = {
      id: randomBytes(18).toString('base64url'),
      bank: null,
      record: null,
      accountType: null,
      agreed: false,
      visit: null,
      accounts: null,
      ending: null,
      ...journey,
    };
    this.#journeys.set(started.id, started);
    const oldest = this.#journeys.keys().next();
    if (this.#journeys.size > keptJourneys && !oldest.done) this.#journeys.delete(oldest.value);
    return started;
  }

  find(id: string): Journey | undefined {
    return this.#journeys.get(id);
  }

  clear(): void {
    this.#journeys.clear();
  }
}
