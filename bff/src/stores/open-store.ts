import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { PostgresStore } from './postgres-store.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

/** PostgreSQL where `DATABASE_URL` says so, else the embedded store in `DATA_DIR`. */
export function openStore({ databaseUrl, dataDirectory, partners }: Config, logger: Logger): Store {
  const delivered = new Set([...partners.values()].filter(({ webhook }) => webhook !== null).map(({ id }) => id));
  return databaseUrl === null
    ? new SqliteStore(dataDirectory, delivered)
    : new PostgresStore(databaseUrl, logger, delivered);
}
