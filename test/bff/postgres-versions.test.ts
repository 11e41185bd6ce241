/** A rolling restart has processes of two versions on one database, in any order. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import pg from 'pg';
import { pino } from 'pino';
import { PostgresStore } from '../../bff/src/stores/postgres-store.ts';
import { startPostgres } from '../support/postgres.ts';

it('a process that starts beside a newer one does not say that the schema is older than it is', async () => {
  const server = await startPostgres();
  const client = new pg.Client({ connectionString: server.url });
  const start = async () => {
    const store = new PostgresStore(server.url, pino({ level: 'silent' }));
    await store.ping();
    await store.close();
  };
  try {
    await start();
    await client.connect();
    await client.query('UPDATE schema_version SET version = version + 1');
    const { rows: before } = await client.query('SELECT version FROM schema_version');
    await start();
    assert.deepEqual((await client.query('SELECT version FROM schema_version')).rows, before);
  } finally {
    await client.end();
    await server.close();
  }
});
