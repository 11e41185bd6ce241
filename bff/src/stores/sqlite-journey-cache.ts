import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Journey } from '../journey/journey.ts';

const TOKENS_AT_MOST = 2000;

/**
 * Journeys as they were last read by their tokens: most polls find nothing new, and reading and parsing a row costs as
 * much as all the rest of an answer. Kept from the second time on: thousands that are read once, and then waited for,
 * would only lie in memory. Never behind: our own changes are told (`forget`), those of other processes are seen by
 * SQLite's count of them, looked at once in each turn of the event loop.
 */
export class JourneyCache {
  readonly #dataVersion: StatementSync;
  /** A token is of one journey for ever. */
  readonly #idsByToken = new Map<string, string>();
  readonly #journeys = new Map<string, Journey>();
  #version: unknown;
  #isFresh = false;

  constructor(database: DatabaseSync) {
    this.#dataVersion = database.prepare('PRAGMA data_version');
  }

  /** @param read reads the journey; what it returns the second time is remembered */
  byToken(tokenHash: string, read: () => Journey | null): Journey | null {
    const id = this.#idsByToken.get(tokenHash);
    if (id === undefined) {
      const journey = read();
      if (journey !== null) this.#rememberToken(tokenHash, journey.id);
      return journey;
    }
    if (!this.#isFresh) this.#look();
    const known = this.#journeys.get(id);
    if (known !== undefined) return known;
    const journey = read();
    if (journey !== null) this.#journeys.set(id, journey);
    return journey;
  }

  /** The journey is being changed. */
  forget(journeyId: string): void {
    this.#journeys.delete(journeyId);
  }

  clear(): void {
    this.#journeys.clear();
  }

  #rememberToken(tokenHash: string, journeyId: string): void {
    if (this.#idsByToken.size >= TOKENS_AT_MOST) {
      this.#idsByToken.clear();
      this.clear();
    }
    this.#idsByToken.set(tokenHash, journeyId);
  }

  /** @see https://www.sqlite.org/pragma.html#pragma_data_version */
  #look(): void {
    const version = this.#dataVersion.get()?.['data_version'];
    if (version !== this.#version) this.clear();
    this.#version = version;
    this.#isFresh = true;
    setImmediate(() => {
      this.#isFresh = false;
    });
  }
}
