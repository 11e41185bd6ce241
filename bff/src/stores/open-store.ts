import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { PostgresStore } from './postgres-store.ts';
import { SqliteStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

/** PostgreSQL where `DATABASE_URL` says so, else the embedded store in `DATA_DIR`. */
export function openStore({ databaseUrl, dataDirectory }: Config, logger: Logger): Store {
  return databaseUrl === null ? new SqliteStore(dataDirectory) : new PostgresStore(databaseUrl, logger);
}
