/** What others do to the file of the embedded store while a process uses it. */
import assert from 'node:assert/strict';
import { closeSync, fstatSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';
import { StoreUnavailableError } from '../../bff/src/stores/store.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { startTestBff } from '../support/start-bff.ts';

describe('the file of the embedded store', () => {
  let directory: string;
  let store: SqliteStore;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'atto-file-'));
    store = new SqliteStore(join(directory, 'data'));
  });
  afterEach(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('may be locked by somebody else: what is to be written waits, and nobody else does', async () => {
    const other = new DatabaseSync(join(directory, 'data', 'atto-connect.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    const writing = Promise.all(['a', 'b', 'c'].map((key) => store.acceptNotification(key, '{}', 1)));
    let turns = 0;
    const turning = setInterval(() => turns++, 10);
    await sleep(500);
    clearInterval(turning);
    other.exec('COMMIT');
    other.close();
    assert.deepEqual(await writing, [{ isNew: true }, { isNew: true }, { isNew: true }]);
    assert.ok(turns >= 5, `${turns} turns`);
  });

  it('says, once it is damaged, that it cannot be used: a webhook is kept elsewhere then', async () => {
    // More than SQLite keeps in memory.
    const body = JSON.stringify('y'.repeat(20_000));
    await Promise.all(Array.from({ length: 300 }, (_, index) => store.acceptNotification(`${index}`, body, 1)));
    for (const name of ['atto-connect.sqlite', 'atto-connect.sqlite-wal']) {
      const file = join(directory, 'data', name);
      const damaged = openSync(file, 'r+');
      writeSync(damaged, Buffer.alloc(fstatSync(damaged).size, 0xa5), 0, null, 0);
      closeSync(damaged);
    }
    await assert.rejects(store.journey('id'), StoreUnavailableError);
    await assert.rejects(store.takeNotifications(300, 1, 1), StoreUnavailableError);
  });

  it('takes nothing more, and is not ready, once it has been moved away', async () => {
    await store.ping();
    renameSync(join(directory, 'data'), join(directory, 'old'));
    await assert.rejects(store.ping(), StoreUnavailableError);
    await assert.rejects(store.acceptNotification('key', '{}', 1), StoreUnavailableError);
    await new SqliteStore(join(directory, 'data')).close();
    await assert.rejects(store.acceptNotification('key', '{}', 1), StoreUnavailableError);
  });
});

it('a webhook that is acknowledged after DATA_DIR was removed is there after a restart', async () => {
  const atto = await OtherAtto.start();
  const bff = await startTestBff(atto);
  const { client, environment } = bff;
  const dataDirectory = environment['DATA_DIR'] ?? '';
  const journey = await client.launched();
  await client.webhookToken();
  rmSync(dataDirectory, { recursive: true });
  const notification = atto.notification(atto.consent({ customerReference: journey.reference }));
  assert.equal((await client.webhook(notification)).status, 204);
  assert.equal((await client.call('GET', '/readyz')).status, 503);
  const again = await bff.restart();
  const file = new DatabaseSync(join(dataDirectory, 'atto-connect.sqlite'));
  const kept = () => file.prepare('SELECT 1 FROM notification').all().length === 1;
  for (let tries = 0; tries < 50 && !kept(); tries++) await sleep(20);
  assert.ok(kept());
  file.close();
  await again.close();
  await atto.close();
});
