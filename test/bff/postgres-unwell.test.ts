/** PostgreSQL is there, and still cannot do its work. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { type Invitation, newInvitation } from '../../bff/src/invitations/invitation.ts';
import { partnerEventsOfInvitation } from '../../bff/src/partner-events/partner-event.ts';
import { migrations } from '../../bff/src/stores/postgres-migrations.ts';
import { PostgresStore } from '../../bff/src/stores/postgres-store.ts';
import { StoreUnavailableError } from '../../bff/src/stores/store.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const PATIENCE_MS = 12_000;
/** Longer than a statement of ours may take. */
const SLOW_SECONDS = 6;

describe('PostgreSQL', { concurrency: true }, () => {
  let server: PostgresServer;
  let admin: pg.Pool;

  before(async () => {
    server = await startPostgres();
    admin = new pg.Pool({ connectionString: server.url });
    // Its end does not wait for that of its connections, which the server then says.
    admin.on('error', () => {});
  });
  after(async () => {
    await admin.end();
    await server.close();
  });

  it('that is read-only counts as away, so that webhooks go to the local inbox', async () => {
    const { store, name } = await database();
    await store.ping();
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await reconnect(name);
    await isAway(store);
    await admin.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await reconnect(name);
    await isBack(store);
    await store.close();
  });

  it('that does not have the database just now counts as away', async () => {
    const { store, name } = await database();
    await store.ping();
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await reconnect(name);
    await isAway(store);
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.query(`ALTER DATABASE ${name} RENAME TO ${name}_away`);
    await isAway(store);
    await admin.query(`ALTER DATABASE ${name}_away RENAME TO ${name}`);
    await isBack(store);
    await store.close();
  });

  it('keeps no statement that we have given up, however long a table is locked', async () => {
    const { store, name, url } = await database();
    await store.ping();
    const locking = new pg.Client({ connectionString: url });
    await locking.connect();
    await locking.query('BEGIN; LOCK TABLE journey');
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => store.journey('any')));
    for (const { reason } of answers as PromiseRejectedResult[]) assert.ok(reason instanceof StoreUnavailableError);
    await until('nothing of it goes on', async () => (await running(name)) === 0, 2000);
    await locking.end();
    assert.equal(await store.journey('any'), null);
    await store.close();
  });

  it(`is not asked to be done with a new version of the tables within ${SLOW_SECONDS} s, and who asks meanwhile hears that it is away`, async () => {
    const { store, name } = await database();
    const slow = `SELECT pg_sleep(${SLOW_SECONDS}) WHERE current_database() = '${name}'`;
    (migrations as string[]).push(slow);
    await assert.rejects(store.ping(), StoreUnavailableError);
    const isDone = () =>
      store.ping().then(
        () => true,
        () => false,
      );
    await until('it is done', isDone, PATIENCE_MS);
    await store.close();
  });

  it('whose connections fall silent is heard of changes again over another', async () => {
    const { name } = await database();
    const { url, fallSilent, close } = await proxyOf(name);
    const store = new PostgresStore(url, pino({ level: 'silent' }));
    let woken = 0;
    store.onJourneyChanged(() => {
      woken += 1;
    });
    await until('it listens', () => woken === 1);
    fallSilent();
    await until('it listens again', () => woken === 2, PATIENCE_MS);
    await store.close();
    close();
  });

  it('lets nobody stand still for a process that went without a word in the midst of a change', async () => {
    const { store, name } = await database();
    await store.ping();
    const { url, fallSilent, close } = await proxyOf(name);
    const gone = new PostgresStore(url, pino({ level: 'silent' }));
    await gone.ping();
    fallSilent('INSERT INTO partner_event');
    await assert.rejects(change(gone, 'i_1'), StoreUnavailableError);
    await until('the other goes on', () => change(store, 'i_2').catch(() => null), PATIENCE_MS);
    await Promise.all([gone.close(), store.close()]);
    close();
  });

  /** Something that the partner is told of: it takes its place in the order of their events. */
  function change(store: PostgresStore, id: string): Promise<Invitation | null> {
    const before = newInvitation(id, { partnerId: 'acme', customer: 'cust-1', reference: id }, 1);
    return store.putInvitation(before, partnerEventsOfInvitation(before, { ...before, isAttoIdAttested: true }));
  }

  let databases = 0;

  async function database(): Promise<{ store: PostgresStore; name: string; url: string }> {
    const name = `unwell_${++databases}`;
    await admin.query(`CREATE DATABASE ${name}`);
    const url = server.url.replace(/bff$/, name);
    return { store: new PostgresStore(url, pino({ level: 'silent' })), name, url };
  }

  /** Its connections can fall silent as those do whose other end has lost its network; later ones do not. */
  async function proxyOf(
    name: string,
  ): Promise<{ url: string; fallSilent: (before?: string) => void; close: () => void }> {
    const sockets = new Set<Socket>();
    const silent = new Set<Socket>();
    const silence = () => {
      for (const socket of sockets) silent.add(socket);
    };
    let last: string | undefined;
    const proxy = createServer((near) => {
      const far = connect(Number(new URL(server.url).port), '127.0.0.1');
      const pass = (from: Socket, to: Socket) => {
        sockets.add(from);
        from.on('data', (bytes) => {
          if (last !== undefined && bytes.includes(last)) silence();
          if (!silent.has(from)) to.write(bytes);
        });
        from.on('error', () => {});
        from.on('close', () => silent.has(from) || to.destroy());
      };
      pass(near, far);
      pass(far, near);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    return {
      url: `postgres://atto:atto@127.0.0.1:${port}/${name}`,
      /** @param before what they do not say any more; absent: at once */
      fallSilent(before?: string) {
        last = before;
        if (before === undefined) silence();
      },
      close() {
        proxy.close();
        for (const socket of sockets) socket.destroy();
      },
    };
  }

  async function reconnect(name: string): Promise<void> {
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
    await sleep(200);
  }

  async function running(name: string): Promise<number> {
    const { rows } = await admin.query(`SELECT 1 FROM pg_stat_activity WHERE datname = $1 AND state = 'active'`, [
      name,
    ]);
    return rows.length;
  }

  async function isAway(store: PostgresStore): Promise<void> {
    await assert.rejects(store.acceptNotification('key', '{}', 1), StoreUnavailableError);
    await assert.rejects(store.ping(), StoreUnavailableError);
  }

  async function isBack(store: PostgresStore): Promise<void> {
    await store.ping();
    await store.acceptNotification('key', '{}', 1);
  }
});
