import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { ConfigurationError, fault } from '../configuration-error.ts';
import { PostgresStore } from './postgres-store.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

/**
 * PostgreSQL where `DATABASE_URL` says so, else the embedded store in `DATA_DIR`.
 * @throws {ConfigurationError} where there can be none in that directory
 */
export function openStore({ databaseUrl, dataDirectory, partners }: Config, logger: Logger): Store {
  const delivered = new Set([...partners.values()].filter(({ webhook }) => webhook !== null).map(({ id }) => id));
  if (databaseUrl !== null) return new PostgresStore(databaseUrl, logger, delivered);
  try {
    return new SqliteStore(dataDirectory, delivered);
  } catch (error) {
    const { errstr, code } = error as { errstr?: string; code?: string };
    if (code === undefined) throw error;
    throw new ConfigurationError([fault(['DATA_DIR'], `cannot be opened as a store (${errstr ?? code})`)]);
  }
}
