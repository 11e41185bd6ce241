import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { pino } from 'pino';
import { PostgresStore } from '../../bff/src/stores/postgres-store.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const OUTAGES = 3;
/** Long enough for several vain attempts to come back. */
const VAIN_MS = 1200;

describe('the connection that hears of changes', () => {
  let server: PostgresServer;

  before(async () => {
    server = await startPostgres();
  });
  after(async () => {
    await server.close();
  });

  it('is one, however often PostgreSQL was away; each loss is said once, and close() ends it', async () => {
    const warnings: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => warnings.push(JSON.parse(line).msg) });
    const store = new PostgresStore(server.url, logger);
    let woken = 0;
    store.onJourneyChanged(() => {
      woken += 1;
    });
    await until('it listens', () => woken === 1);
    for (let outage = 1; outage <= OUTAGES; outage += 1) {
      await server.stop();
      await new Promise((resolve) => setTimeout(resolve, VAIN_MS));
      await server.start();
      await until('it listens again', () => woken > outage);
      // Whoever else comes back comes within a pause.
      await new Promise((resolve) => setTimeout(resolve, VAIN_MS));
    }
    assert.equal(await listeners(), 1);
    assert.equal(woken, 1 + OUTAGES);
    assert.equal(warnings.filter((text) => text.includes('hears of changes')).length, OUTAGES);
    await store.close();
    await until('nobody listens', async () => (await listeners()) === 0);
  });

  async function listeners(): Promise<number> {
    const client = new pg.Client(server.url);
    await client.connect();
    const { rowCount } = await client.query(`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%'`);
    await client.end();
    return rowCount ?? 0;
  }
});
