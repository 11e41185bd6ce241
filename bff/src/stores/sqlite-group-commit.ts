import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from './store.ts';

/** So long somebody else may have the file locked. */
const PATIENCE_MS = 5000;
const BUSY_AGAIN_MS = 50;

/**
 * Writes that come in one turn of the event loop share one transaction, and with it the one fsync that makes them durable:
 * that fsync is what writing costs. Each write is still all or nothing by itself.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #undone: () => void;
  readonly #isInPlace: () => boolean;
  #opening: Promise<void> | null = null;
  #open: Promise<void> | null = null;
  #finish: (() => void) | null = null;

  /**
   * @param undone called when writes that had been done, and may have been read, were taken back
   * @param isInPlace whether the next process will find what is written now
   */
  constructor(database: DatabaseSync, undone: () => void, isInPlace: () => boolean) {
    this.#database = database;
    this.#undone = undone;
    this.#isInPlace = isInPlace;
  }

  /** Does `work` as soon as nobody else has the file locked, and resolves when it is durable. */
  async write<T>(work: () => T): Promise<T> {
    while (this.#open === null) {
      this.#opening ??= this.#begin().finally(() => {
        this.#opening = null;
      });
      await this.#opening;
    }
    const committed = this.#open;
    // Awaited below only where the work succeeds; where it does not, whoever else shares the commit hears of it.
    committed.catch(() => {});
    this.#database.exec('SAVEPOINT one');
    let result: T;
    try {
      result = work();
    } catch (error) {
      this.#database.exec('ROLLBACK TO one; RELEASE one');
      throw unavailable(error);
    }
    this.#database.exec('RELEASE one');
    await committed;
    return result;
  }

  /** Does `work` at once, and resolves when everything that it may have seen is durable. */
  async read<T>(work: () => T): Promise<T> {
    let result: T;
    try {
      result = work();
    } catch (error) {
      throw unavailable(error);
    }
    await this.#open;
    return result;
  }

  /** Commits what is open, now. */
  flush(): void {
    this.#finish?.();
  }

  async #begin(): Promise<void> {
    if (!this.#isInPlace()) throw new StoreUnavailableError('the database file was moved or removed');
    for (const deadline = performance.now() + PATIENCE_MS; this.#open === null; ) {
      try {
        this.#database.exec('BEGIN IMMEDIATE');
        this.#open = this.#committed();
      } catch (error) {
        if (codeOf(error) !== BUSY || performance.now() > deadline) throw unavailable(error);
        // SQLite would wait by itself, and everybody with it.
        await sleep(BUSY_AGAIN_MS);
      }
    }
  }

  #committed(): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = () => {
        if (this.#finish !== finish) return;
        this.#finish = null;
        this.#open = null;
        try {
          this.#database.exec('COMMIT');
          resolve();
        } catch (error) {
          if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
          this.#undone();
          reject(unavailable(error));
        }
      };
      this.#finish = finish;
      setImmediate(finish);
    });
  }
}

const BUSY = 5;
/** SQLITE_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB: the disk's doing. Everything else is ours to mend. */
const AWAY = new Set([BUSY, 6, 8, 10, 11, 13, 14, 26]);

function unavailable(error: unknown): unknown {
  if (!AWAY.has(codeOf(error))) return error;
  return new StoreUnavailableError('the database file cannot be used', { cause: error });
}

/** SQLite's; 0 where it has none. Extended codes carry the primary one in their lowest byte. */
function codeOf(error: unknown): number {
  const { errcode } = (error ?? {}) as { errcode?: number };
  return (errcode ?? 0) & 0xff;
}
