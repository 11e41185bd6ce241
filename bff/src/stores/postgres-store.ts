import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';
import { Batches } from '../batches.ts';
import type { ConsentRecord } from '../consents/consent-record.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import type { Invitation } from '../invitations/invitation.ts';
import type { Journey } from '../journey/journey.ts';
import type { NewPartnerEvent, PartnerEvent } from '../partner-events/partner-event.ts';
import { journeyColumns } from './journey-columns.ts';
import { migrations } from './postgres-migrations.ts';
import { type Kept, type Store, type StoredNotification, type StoredReturn, StoreUnavailableError } from './store.ts';
import {
  deliveriesFromRows,
  deliveryFromRow,
  eventFromRow,
  notificationsFromRows,
  returnFromRow,
  subjectOf,
} from './stored-rows.ts';

const BIGINT = 20;
const CHANNEL = 'atto_journey';
const CONNECTIONS = 10;
/** Of 64 kB each at most. */
const ARRIVALS_AT_MOST = 100;
/** What is read at once is answered in one turn of the event loop. */
const POLLED_AT_MOST = 32;
const TIMEOUT_MS = 5000;
/** Earlier than we give up ourselves: what nobody waits for must not go on in the server, where connections are few. */
const STATEMENT_TIMEOUT_MS = 4500;
/** Of a new version of large tables. */
const MIGRATION_TIMEOUT_MS = 3_600_000;
const LISTEN_AGAIN_MS = 250;
/** Whoever only listens does not notice by itself that the other end has gone without a word. */
const LISTEN_CHECK_MS = 2000;
/** Any number will do, as long as nobody else's migrations use it. */
const MIGRATION_LOCK = 41_507;

type Row = Record<string, string | number | boolean | null>;

/**
 * A portion of each table, since a statement has little time. Webhooks and events lie in the order in which they came: whether
 * the oldest are old enough needs no index, and no look at all the others.
 */
const FORGETTING = [
  `WITH gone AS (
     DELETE FROM journey WHERE id IN (SELECT id FROM journey WHERE ended_at < $1 LIMIT 1000) RETURNING id
   ), tokens AS (DELETE FROM journey_token WHERE journey_id IN (SELECT id FROM gone))
   SELECT id FROM gone`,
  `DELETE FROM journey_return WHERE handle_hash IN (
     SELECT handle_hash FROM journey_return WHERE expires_at < $1 LIMIT 1000) RETURNING 1`,
  `DELETE FROM partner_event
   WHERE at < $1 AND cursor IN (SELECT cursor FROM partner_event ORDER BY cursor LIMIT 1000) RETURNING 1`,
  'DELETE FROM invitation WHERE id IN (SELECT id FROM invitation WHERE updated_at < $1 LIMIT 1000) RETURNING 1',
  `DELETE FROM notification
   WHERE settled AND received_at < $1 AND id IN (SELECT id FROM notification ORDER BY id LIMIT 1000) RETURNING 1`,
];
type Queries = Pick<PoolClient, 'query'>;

/** A webhook that has just come. */
interface Arrival {
  readonly key: string;
  readonly body: string;
  readonly receivedAt: number;
}

/**
 * The store for more than one process: PostgreSQL. A change made in one process wakes the waiters of all by
 * LISTEN/NOTIFY; what was missed while the connection was away is made up for by waking everybody.
 */
export class PostgresStore implements Store {
  readonly #pg: typeof import('pg');
  readonly #pool: Pool;
  /** A connection for webhooks that come: they do not queue behind those that are being worked off. */
  readonly #arrivalsPool: Pool;
  readonly #arrivals = new Batches<Arrival, boolean>(
    (arrivals) => this.#insertArrivals(arrivals),
    ARRIVALS_AT_MOST,
    (error) => !(error instanceof StoreUnavailableError),
  );
  readonly #byToken = new Batches<string, Journey | null>((hashes) => this.#journeysByTokens(hashes), POLLED_AT_MOST);
  readonly #url: string;
  readonly #logger: Logger;
  readonly #listeners = new Set<(journeyId: string | null) => void>();
  #listening: Client | null = null;
  #isMigrated = false;
  #migrating: Promise<void> | null = null;
  #closed = false;

  /** Partners whose events are delivered. */
  readonly #delivered: ReadonlySet<string>;

  /**
   * Connects when it is first used, and again whenever the server has been away.
   * @param delivered ids of the partners who have an address of their own to be told at
   */
  constructor(url: string, logger: Logger, delivered: ReadonlySet<string> = new Set()) {
    this.#delivered = delivered;
    this.#url = url;
    this.#logger = logger;
    // Only those who use PostgreSQL pay for its client.
    this.#pg = createRequire(import.meta.url)('pg') as typeof import('pg');
    const { types } = this.#pg;
    const open = (connections: number) => {
      const pool = new this.#pg.Pool({
        connectionString: url,
        max: connections,
        connectionTimeoutMillis: TIMEOUT_MS,
        query_timeout: TIMEOUT_MS,
        statement_timeout: STATEMENT_TIMEOUT_MS,
        // A machine that dies in the midst of a change closes no connection, and the server would keep its locks for hours.
        idle_in_transaction_session_timeout: TIMEOUT_MS,
        types: { getTypeParser: (id, format) => (id === BIGINT ? Number : types.getTypeParser(id, format)) },
      });
      // One that is lost between two statements of a transaction says so itself; unheard, that would end the process.
      pool.on('connect', (client) => client.on('error', () => {}));
      return pool.on('error', (error) => logger.warn({ err: error }, 'an idle connection to PostgreSQL was lost'));
    };
    this.#pool = open(CONNECTIONS);
    this.#arrivalsPool = open(1);
  }

  async createJourney(journey: Journey, tokenHash: string, events: readonly NewPartnerEvent[]): Promise<void> {
    const row = journeyColumns(journey);
    await this.#transaction(async (client) => {
      await client.query(
        `INSERT INTO journey (id, partner_id, reference, consent_id, ticket_hash, due_at, ended_at, revision, record)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          row.id,
          row.partnerId,
          row.reference,
          row.consentId,
          row.ticketHash,
          row.dueAt,
          row.endedAt,
          row.revision,
          row.record,
        ],
      );
      await client.query('INSERT INTO journey_token (hash, journey_id) VALUES ($1, $2)', [tokenHash, journey.id]);
      await this.#append(client, events);
    });
  }

  async addToken(journeyId: string, tokenHash: string): Promise<void> {
    await this.#query('INSERT INTO journey_token (hash, journey_id) VALUES ($1, $2)', [tokenHash, journeyId]);
  }

  async journey(id: string): Promise<Journey | null> {
    return first(await this.#journeys('id = $1', [id]));
  }

  async journeyByToken(tokenHash: string): Promise<Journey | null> {
    return this.#byToken.put(tokenHash);
  }

  async journeyByTicket(ticketHash: string): Promise<Journey | null> {
    return first(await this.#journeys('ticket_hash = $1', [ticketHash]));
  }

  async journeysByReference(reference: string): Promise<Journey[]> {
    return this.#journeys('reference = $1 ORDER BY number DESC', [reference]);
  }

  async journeysByConsent(consentId: string): Promise<Journey[]> {
    return this.#journeys('consent_id = $1 ORDER BY number', [consentId]);
  }

  async dueJourneys(now: number, limit: number): Promise<Journey[]> {
    return this.#journeys('due_at <= $1 ORDER BY due_at LIMIT $2', [now, limit]);
  }

  async hasOpenJourneys(): Promise<boolean> {
    return (await this.#query('SELECT 1 FROM journey WHERE due_at IS NOT NULL LIMIT 1', [])).length > 0;
  }

  async replaceJourney(next: Journey, events: readonly NewPartnerEvent[]): Promise<Journey | null> {
    const stored: Journey = { ...next, revision: next.revision + 1 };
    const row = journeyColumns(stored);
    const isStored = await this.#transaction(async (client) => {
      const { rowCount } = await client.query(
        `UPDATE journey SET consent_id = $2, ticket_hash = $3, due_at = $4, ended_at = $5, revision = $6, record = $7
         WHERE id = $1 AND revision = $6 - 1`,
        [row.id, row.consentId, row.ticketHash, row.dueAt, row.endedAt, row.revision, row.record],
      );
      if (rowCount !== 1) return false;
      await this.#append(client, events);
      await client.query('SELECT pg_notify($1, $2)', [CHANNEL, row.id]);
      return true;
    });
    return isStored ? stored : null;
  }

  async createReturn(stored: StoredReturn): Promise<void> {
    await this.#query(
      `INSERT INTO journey_return (handle_hash, partner_id, reference, outcome, created_at, expires_at, cookie_hash)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        stored.handleHash,
        stored.partnerId,
        stored.reference,
        stored.outcome === null ? null : JSON.stringify(stored.outcome),
        stored.createdAt,
        stored.expiresAt,
        stored.cookieHash,
      ],
    );
  }

  async returnByHandle(handleHash: string): Promise<StoredReturn | null> {
    const [row] = await this.#query('SELECT * FROM journey_return WHERE handle_hash = $1', [handleHash]);
    return row === undefined ? null : returnFromRow(row);
  }

  async redeemReturn(handleHash: string, journeyId: string): Promise<boolean> {
    const rows = await this.#query(
      `UPDATE journey_return SET redeemed_by = $2
       WHERE handle_hash = $1 AND (redeemed_by IS NULL OR redeemed_by = $2) RETURNING handle_hash`,
      [handleHash, journeyId],
    );
    return rows.length === 1;
  }

  async releaseReturn(handleHash: string, journeyId: string): Promise<void> {
    await this.#query('UPDATE journey_return SET redeemed_by = NULL WHERE handle_hash = $1 AND redeemed_by = $2', [
      handleHash,
      journeyId,
    ]);
  }

  async acceptNotification(key: string, body: string, receivedAt: number): Promise<{ isNew: boolean }> {
    return { isNew: await this.#arrivals.put({ key, body, receivedAt }) };
  }

  /** In one statement, and so with one commit. Says of each whether it is new. */
  async #insertArrivals(arrivals: readonly Arrival[]): Promise<boolean[]> {
    await this.#migrated();
    // In the order of their keys, so that two processes that hear of the same ones do not wait for each other for ever.
    const inOrder = arrivals.toSorted((one, other) => (one.key < other.key ? -1 : 1));
    const columns = [
      inOrder.map(({ key }) => key),
      inOrder.map(({ body }) => body),
      inOrder.map(({ receivedAt }) => receivedAt),
    ];
    try {
      const { rows } = await this.#arrivalsPool.query<{ key: string }>(
        `INSERT INTO notification (key, body, received_at)
         SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[]) ON CONFLICT (key) DO NOTHING RETURNING key`,
        columns,
      );
      const inserted = new Set(rows.map(({ key }) => key));
      // Of two of the same batch that are the same, the first is new.
      return arrivals.map(({ key }) => inserted.delete(key));
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async takeNotifications(limit: number, leaseMs: number, now: number): Promise<StoredNotification[]> {
    const rows = await this.#query(
      `UPDATE notification SET leased_until = $3::bigint + $2::bigint
       WHERE id IN (
         SELECT id FROM notification WHERE NOT settled AND leased_until <= $3 ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
       ) RETURNING id, body, received_at`,
      [limit, leaseMs, now],
    );
    return notificationsFromRows(rows);
  }

  async settleNotification(id: number): Promise<void> {
    await this.#query('UPDATE notification SET settled = TRUE WHERE id = $1', [id]);
  }

  async consent(id: string): Promise<ConsentRecord | null> {
    return first(await this.#consents('id = $1', [id]));
  }

  async consentsOf(partnerId: string, customer: string | null): Promise<ConsentRecord[]> {
    return this.#consents('partner_id = $1 AND ($2::text IS NULL OR customer = $2) ORDER BY created_at DESC', [
      partnerId,
      customer,
    ]);
  }

  async consentsByReference(reference: string): Promise<ConsentRecord[]> {
    return this.#consents('reference = $1', [reference]);
  }

  async dueConsents(now: number, limit: number): Promise<ConsentRecord[]> {
    return this.#consents('due_at <= $1 ORDER BY due_at LIMIT $2', [now, limit]);
  }

  async putConsent(next: ConsentRecord, events: readonly NewPartnerEvent[]): Promise<ConsentRecord | null> {
    const stored: ConsentRecord = { ...next, revision: next.revision + 1 };
    const isStored = await this.#transaction(async (client) => {
      const { rowCount } = await client.query(
        `INSERT INTO consent (id, partner_id, customer, reference, due_at, created_at, revision, record)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE
         SET partner_id = $2, customer = $3, reference = $4, due_at = $5, revision = $7, record = $8
         WHERE consent.revision = $7 - 1`,
        [
          stored.id,
          stored.partnerId,
          stored.customer,
          stored.reference,
          stored.askAt,
          stored.createdAt,
          stored.revision,
          JSON.stringify(stored),
        ],
      );
      if (rowCount === 1) await this.#append(client, events);
      return rowCount === 1;
    });
    return isStored ? stored : null;
  }

  async invitation(id: string): Promise<Invitation | null> {
    return first(await this.#invitations('id = $1', [id]));
  }

  async invitationByReference(reference: string): Promise<Invitation | null> {
    return first(await this.#invitations('reference = $1', [reference]));
  }

  async dueInvitations(now: number, limit: number): Promise<Invitation[]> {
    return this.#invitations('due_at <= $1 ORDER BY due_at LIMIT $2', [now, limit]);
  }

  async putInvitation(next: Invitation, events: readonly NewPartnerEvent[]): Promise<Invitation | null> {
    const stored: Invitation = { ...next, revision: next.revision + 1 };
    const { id, reference, askAt, updatedAt, revision } = stored;
    const isStored = await this.#transaction(async (client) => {
      const { rowCount } = await client.query(
        `INSERT INTO invitation (id, reference, due_at, updated_at, revision, record)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET due_at = $3, updated_at = $4, revision = $5, record = $6
         WHERE invitation.revision = $5 - 1`,
        [id, reference, askAt, updatedAt, revision, JSON.stringify(stored)],
      );
      if (rowCount === 1) await this.#append(client, events);
      return rowCount === 1;
    });
    return isStored ? stored : null;
  }

  async partnerEvents(partnerId: string, after: number, limit: number): Promise<PartnerEvent[]> {
    const rows = await this.#query(
      'SELECT * FROM partner_event WHERE partner_id = $1 AND cursor > $2 ORDER BY cursor LIMIT $3',
      [partnerId, after, limit],
    );
    return rows.map(eventFromRow);
  }

  async takeDeliveries(room: ReadonlyMap<string, number>, leaseMs: number, now: number): Promise<Delivery[]> {
    const rows = await this.#query(
      `WITH taken AS (
         SELECT due.cursor FROM unnest($1::text[], $2::int[]) AS room (partner_id, free) CROSS JOIN LATERAL (
           SELECT cursor FROM partner_event AS event
           WHERE partner_id = room.partner_id AND delivery = 'pending' AND next_at <= $4 AND NOT EXISTS (
             SELECT 1 FROM partner_event AS earlier WHERE earlier.delivery = 'pending'
               AND earlier.partner_id = event.partner_id AND earlier.subject = event.subject AND earlier.cursor < event.cursor
           ) ORDER BY next_at, cursor LIMIT room.free FOR UPDATE SKIP LOCKED
         ) AS due
       )
       UPDATE partner_event SET next_at = $4::bigint + $3::bigint FROM taken
       WHERE partner_event.cursor = taken.cursor RETURNING partner_event.*`,
      [[...room.keys()], [...room.values()], leaseMs, now],
    );
    return deliveriesFromRows(rows);
  }

  async settleDelivery({ event, status, attempts, nextAt, problem }: Delivery): Promise<void> {
    await this.#query(
      'UPDATE partner_event SET delivery = $2, attempts = $3, next_at = $4, problem = $5 WHERE cursor = $1',
      [event.cursor, status, attempts, nextAt, problem],
    );
  }

  async deliveriesOf(partnerId: string, status: Delivery['status'] | null, limit: number): Promise<Delivery[]> {
    const rows = await this.#query(
      `SELECT * FROM partner_event WHERE partner_id = $1 AND delivery IS NOT NULL
         AND ($2::text IS NULL OR delivery = $2) ORDER BY cursor DESC LIMIT $3`,
      [partnerId, status, limit],
    );
    return rows.map(deliveryFromRow);
  }

  async kept(name: string): Promise<Kept | null> {
    const [row] = await this.#query('SELECT value, revision FROM kept WHERE name = $1', [name]);
    return row === undefined ? null : { value: String(row['value']), revision: Number(row['revision']) };
  }

  async swapKept(name: string, value: string, revision: number): Promise<boolean> {
    const rows = await this.#query(
      revision === 0
        ? `INSERT INTO kept (name, value, revision) VALUES ($1, $2, $3 + 1) ON CONFLICT (name) DO NOTHING RETURNING name`
        : `UPDATE kept SET value = $2, revision = revision + 1 WHERE name = $1 AND revision = $3 RETURNING name`,
      [name, value, revision],
    );
    return rows.length === 1;
  }

  async forgetBefore(before: number): Promise<number> {
    let count = 0;
    for (const statement of FORGETTING) {
      for (let changes = -1; changes !== 0; count += changes) changes = (await this.#query(statement, [before])).length;
    }
    return count;
  }

  onJourneyChanged(listener: (journeyId: string | null) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listening === null) void this.#listen();
    return () => this.#listeners.delete(listener);
  }

  async ping(): Promise<void> {
    const [row] = await this.#query(`SELECT current_setting('transaction_read_only') AS is_read_only`, []);
    if (row?.['is_read_only'] === 'on') throw new StoreUnavailableError('PostgreSQL is read-only');
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#listening?.end().catch(() => {});
    await Promise.all([this.#pool.end(), this.#arrivalsPool.end()]);
  }

  /**
   * Events get their cursors in the order in which they are committed: whoever reads up to a cursor has missed nothing
   * before it. So writers of one partner's events take turns.
   */
  async #append(client: Queries, events: readonly NewPartnerEvent[]): Promise<void> {
    for (const event of events) {
      const { partnerId, type, at, data } = event;
      const delivery = this.#delivered.has(partnerId) ? 'pending' : null;
      await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [partnerId]);
      await client.query(
        `INSERT INTO partner_event (partner_id, type, at, data, subject, delivery, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $3)`,
        [partnerId, type, at, JSON.stringify(data), subjectOf(event), delivery],
      );
    }
  }

  async #journeys(condition: string, values: unknown[]): Promise<Journey[]> {
    const rows = await this.#query(`SELECT record FROM journey WHERE ${condition}`, values);
    return rows.map((row) => JSON.parse(String(row['record'])) as Journey);
  }

  /** In one question: when something happens to all journeys at once, all who wait come back in the same moment. */
  async #journeysByTokens(hashes: readonly string[]): Promise<(Journey | null)[]> {
    const rows = await this.#query(
      'SELECT hash, record FROM journey_token JOIN journey ON journey.id = journey_id WHERE hash = ANY($1)',
      [hashes],
    );
    const records = new Map(rows.map(({ hash, record }) => [hash, String(record)]));
    return hashes.map((hash) => {
      const record = records.get(hash);
      return record === undefined ? null : (JSON.parse(record) as Journey);
    });
  }

  async #consents(condition: string, values: unknown[]): Promise<ConsentRecord[]> {
    const rows = await this.#query(`SELECT record FROM consent WHERE ${condition}`, values);
    return rows.map((row) => JSON.parse(String(row['record'])) as ConsentRecord);
  }

  async #invitations(condition: string, values: unknown[]): Promise<Invitation[]> {
    const rows = await this.#query(`SELECT record FROM invitation WHERE ${condition}`, values);
    return rows.map((row) => JSON.parse(String(row['record'])) as Invitation);
  }

  async #query(statement: string, values: unknown[]): Promise<Row[]> {
    await this.#migrated();
    try {
      return (await this.#pool.query<Row>(statement, values)).rows;
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** All of it or none. */
  async #transaction<T>(work: (client: Queries) => Promise<T>): Promise<T> {
    await this.#migrated();
    let client: PoolClient;
    try {
      client = await this.#pool.connect();
    } catch (error) {
      throw asUnavailable(error);
    }
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // A connection that failed half-way is not used again: its transaction ends with it.
      client.release(true);
      throw asUnavailable(error);
    }
  }

  /** Once a process, before the first statement; several processes take turns. It may take long: whoever asks meanwhile is not kept. */
  async #migrated(): Promise<void> {
    if (this.#isMigrated) return;
    this.#migrating ??= this.#migrate().finally(() => {
      this.#migrating = null;
    });
    const answered = new AbortController();
    const late = sleep(TIMEOUT_MS, undefined, answered).then(() => {
      throw new StoreUnavailableError('the tables in PostgreSQL are not ready yet');
    });
    try {
      await Promise.race([this.#migrating, late]);
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      answered.abort();
    }
  }

  async #migrate(): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      await client.query('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)');
      const { rows } = await client.query<{ version: number }>('SELECT version FROM schema_version');
      const done = rows[0]?.version ?? 0;
      await client.query('SET LOCAL statement_timeout = 0');
      for (const text of migrations.slice(done)) {
        const migration = { text, query_timeout: MIGRATION_TIMEOUT_MS };
        await client.query(migration);
      }
      // A newer process may have been here: what it has done is not to be done again.
      if (done < migrations.length) {
        await client.query('DELETE FROM schema_version');
        await client.query('INSERT INTO schema_version (version) VALUES ($1)', [migrations.length]);
      }
      await client.query('COMMIT');
      client.release();
      this.#isMigrated = true;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /**
   * One connection that only listens; when it is lost, another one, and everybody is woken.
   * @param isLossKnown whether the log has it already: an outage is one loss, however many attempts are in vain
   */
  async #listen(isLossKnown = false): Promise<void> {
    if (this.#closed) return;
    const client = new this.#pg.Client({
      connectionString: this.#url,
      connectionTimeoutMillis: TIMEOUT_MS,
      query_timeout: TIMEOUT_MS,
    });
    this.#listening = client;
    let isLost = false;
    // A loss shows in more than one way: an error, the end, a statement that fails.
    const lose = () => {
      if (isLost || this.#closed) return;
      isLost = true;
      client.end().catch(() => {});
      if (!isLossKnown) this.#logger.warn('the connection that hears of changes was lost; it is made again');
      setTimeout(() => void this.#listen(true), LISTEN_AGAIN_MS).unref();
    };
    client.on('error', lose);
    client.on('end', lose);
    client.on('notification', ({ payload }) => this.#tell(payload ?? null));
    try {
      await client.connect();
      const listen = () => client.query(`LISTEN ${CHANNEL}`);
      await listen();
      isLossKnown = false;
      this.#tell(null);
      // Said again it changes nothing, but fails where nobody is there any more.
      for (; !isLost && !this.#closed; await listen()) await sleep(LISTEN_CHECK_MS, undefined, { ref: false });
    } catch {
      lose();
    }
  }

  #tell(journeyId: string | null): void {
    for (const listener of this.#listeners) listener(journeyId);
  }
}

/**
 * Classes of SQLSTATE that say that the server cannot do its work just now, whatever it is asked: 08 connection, 25 read-only
 * (it is the primary no more), 28 and 3D nobody and nothing that it knows, 40 undone for the sake of others, 53 insufficient
 * resources, 55 not open to us, 57 operator intervention (shutdown), 58 its disk.
 */
const AWAY = /^(08|25|28|3D|40|53|55|57|58)/;

/** An answer of the server's (a violated constraint, say) is ours to mend; everything else means that it is away. */
function asUnavailable(error: unknown): unknown {
  const { code, severity } = (error ?? {}) as { code?: string; severity?: string };
  // Only the server speaks of severity; EPIPE looks like a SQLSTATE.
  const isAnswer = severity !== undefined && code !== undefined && !AWAY.test(code);
  return isAnswer || error instanceof StoreUnavailableError
    ? error
    : new StoreUnavailableError('PostgreSQL does not answer', { cause: error });
}

function first<T>(list: readonly T[]): T | null {
  return list[0] ?? null;
}
