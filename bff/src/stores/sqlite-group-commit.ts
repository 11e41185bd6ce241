import type { DatabaseSync } from 'node:sqlite';
import { StoreUnavailableError } from './store.ts';

/**
 * Writes that come in one turn of the event loop share one transaction, and with it the one fsync that makes them durable:
 * that fsync is what writing costs. Each write is still all or nothing by itself.
 */
export class GroupCommit {
  readonly #database: DatabaseSync;
  readonly #undone: () => void;
  #open: Promise<void> | null = null;
  #finish: (() => void) | null = null;

  /** @param undone called when writes that had been done, and may have been read, were taken back */
  constructor(database: DatabaseSync, undone: () => void) {
    this.#database = database;
    this.#undone = undone;
  }

  /** Does `work` at once and resolves when it is durable. */
  async write<T>(work: () => T): Promise<T> {
    this.#open ??= this.#begin();
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

  /** What was read, once everything that it may have seen is durable. */
  async read<T>(value: T): Promise<T> {
    await this.#open;
    return value;
  }

  /** Commits what is open, now. */
  flush(): void {
    this.#finish?.();
  }

  #begin(): Promise<void> {
    try {
      this.#database.exec('BEGIN IMMEDIATE');
    } catch (error) {
      throw unavailable(error);
    }
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

/** SQLITE_BUSY, _LOCKED, _IOERR, _FULL, _CANTOPEN: the disk's doing. Everything else is ours to mend. */
const AWAY = new Set([5, 6, 10, 13, 14]);

function unavailable(error: unknown): unknown {
  const { errcode } = (error ?? {}) as { errcode?: number };
  // Extended codes carry the primary one in their lowest byte.
  if (errcode === undefined || !AWAY.has(errcode & 0xff)) return error;
  return new StoreUnavailableError('the database file cannot be written', { cause: error });
}
