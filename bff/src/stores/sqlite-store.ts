import { EventEmitter } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { ConsentRecord } from '../consents/consent-record.ts';
import type { Delivery } from '../deliveries/delivery.ts';
import type { Invitation } from '../invitations/invitation.ts';
import type { Journey } from '../journey/journey.ts';
import type { NewPartnerEvent, PartnerEvent } from '../partner-events/partner-event.ts';
import { journeyColumns } from './journey-columns.ts';
import { GroupCommit } from './sqlite-group-commit.ts';
import { JourneyCache } from './sqlite-journey-cache.ts';
import { migrations } from './sqlite-migrations.ts';
import { type Kept, type Store, type StoredNotification, type StoredReturn, StoreUnavailableError } from './store.ts';
import {
  deliveriesFromRows,
  deliveryFromRow,
  eventFromRow,
  notificationsFromRows,
  returnFromRow,
  subjectOf,
} from './stored-rows.ts';

type Row = Record<string, string | number | null>;

const ENDED = 'SELECT id FROM journey WHERE ended_at < $before ORDER BY ended_at, rowid LIMIT 1000';
/**
 * A portion of each table, since nobody is served meanwhile. Webhooks and events lie in the order in which they came: whether
 * the oldest are old enough needs no index, and no look at all the others.
 */
const FORGETTING = [
  [`DELETE FROM journey_token WHERE journey_id IN (${ENDED})`, `DELETE FROM journey WHERE id IN (${ENDED})`],
  [
    `DELETE FROM journey_return WHERE handle_hash IN (
       SELECT handle_hash FROM journey_return WHERE expires_at < $before LIMIT 1000)`,
  ],
  [
    `DELETE FROM partner_event
     WHERE at < $before AND cursor IN (SELECT cursor FROM partner_event ORDER BY cursor LIMIT 1000)`,
  ],
  ['DELETE FROM invitation WHERE id IN (SELECT id FROM invitation WHERE updated_at < $before LIMIT 1000)'],
  [
    `DELETE FROM notification
     WHERE settled = 1 AND received_at < $before AND id IN (SELECT id FROM notification ORDER BY id LIMIT 1000)`,
  ],
];

/**
 * The embedded store: one file, no install. Write-ahead log with `synchronous=FULL`, so that a change is on disk before
 * its promise resolves, also when the power goes.
 */
export class SqliteStore implements Store {
  readonly #database: DatabaseSync;
  readonly #group: GroupCommit;
  /** A file that was moved or removed can still be written, and nobody would ever find it again. */
  readonly #isInPlace: () => boolean;
  readonly #cache: JourneyCache;
  readonly #statements = new Map<string, StatementSync>();
  readonly #changes = new EventEmitter().setMaxListeners(0);

  /** Partners whose events are delivered. */
  readonly #delivered: ReadonlySet<string>;

  /**
   * @param directory made if it is not there; the file in it is `atto-connect.sqlite`
   * @param delivered ids of the partners who have an address of their own to be told at
   */
  constructor(directory: string, delivered: ReadonlySet<string> = new Set()) {
    this.#delivered = delivered;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = join(directory, 'atto-connect.sqlite');
    this.#database = new DatabaseSync(file, { timeout: 5000 });
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#migrate();
    const { ino } = statSync(file);
    this.#isInPlace = () => {
      try {
        return statSync(file).ino === ino;
      } catch {
        return false;
      }
    };
    this.#cache = new JourneyCache(this.#database);
    this.#group = new GroupCommit(this.#database, () => this.#cache.clear(), this.#isInPlace);
    // Whoever was working on them was an earlier life of this process.
    this.#run('UPDATE notification SET leased_until = 0 WHERE settled = 0 AND leased_until > 0', {});
    // From now on there are others who would wait, too.
    this.#database.exec('PRAGMA busy_timeout = 50');
  }

  async createJourney(journey: Journey, tokenHash: string, events: readonly NewPartnerEvent[]): Promise<void> {
    await this.#group.write(() => {
      this.#run(
        `INSERT INTO journey (id, partner_id, reference, consent_id, ticket_hash, due_at, ended_at, revision, record)
         VALUES ($id, $partnerId, $reference, $consentId, $ticketHash, $dueAt, $endedAt, $revision, $record)`,
        { ...journeyColumns(journey) },
      );
      this.#addToken(journey.id, tokenHash);
      this.#append(events);
    });
  }

  async addToken(journeyId: string, tokenHash: string): Promise<void> {
    await this.#group.write(() => this.#addToken(journeyId, tokenHash));
  }

  async journey(id: string): Promise<Journey | null> {
    return this.#group.read(() => this.#journey('id = $value', id));
  }

  async journeyByToken(tokenHash: string): Promise<Journey | null> {
    const condition = 'id = (SELECT journey_id FROM journey_token WHERE hash = $value)';
    return this.#group.read(() => this.#cache.byToken(tokenHash, () => this.#journey(condition, tokenHash)));
  }

  async journeyByTicket(ticketHash: string): Promise<Journey | null> {
    return this.#group.read(() => this.#journey('ticket_hash = $value', ticketHash));
  }

  async journeysByReference(reference: string): Promise<Journey[]> {
    return this.#journeys('reference = $reference ORDER BY rowid DESC', { reference });
  }

  async journeysByConsent(consentId: string): Promise<Journey[]> {
    return this.#journeys('consent_id = $consentId', { consentId });
  }

  async dueJourneys(now: number, limit: number): Promise<Journey[]> {
    return this.#journeys('due_at <= $now ORDER BY due_at LIMIT $limit', { now, limit });
  }

  async hasOpenJourneys(): Promise<boolean> {
    return (await this.#one('SELECT 1 FROM journey WHERE due_at IS NOT NULL LIMIT 1', {})) !== undefined;
  }

  async replaceJourney(next: Journey, events: readonly NewPartnerEvent[]): Promise<Journey | null> {
    const stored: Journey = { ...next, revision: next.revision + 1 };
    const isStored = await this.#group.write(() => {
      this.#cache.forget(next.id);
      const { changes } = this.#run(
        `UPDATE journey SET consent_id = $consentId, ticket_hash = $ticketHash, due_at = $dueAt, ended_at = $endedAt,
                revision = $revision, record = $record
         WHERE id = $id AND revision = $revision - 1`,
        { ...journeyColumns(stored) },
      );
      if (changes === 1) this.#append(events);
      return changes === 1;
    });
    if (!isStored) return null;
    this.#changes.emit('journey', next.id);
    return stored;
  }

  async createReturn(stored: StoredReturn): Promise<void> {
    await this.#write(
      `INSERT INTO journey_return (handle_hash, partner_id, reference, outcome, created_at, expires_at, cookie_hash)
       VALUES ($handleHash, $partnerId, $reference, $outcome, $createdAt, $expiresAt, $cookieHash)`,
      {
        handleHash: stored.handleHash,
        partnerId: stored.partnerId,
        reference: stored.reference,
        outcome: stored.outcome === null ? null : JSON.stringify(stored.outcome),
        createdAt: stored.createdAt,
        expiresAt: stored.expiresAt,
        cookieHash: stored.cookieHash,
      },
    );
  }

  async returnByHandle(handleHash: string): Promise<StoredReturn | null> {
    const row = await this.#one('SELECT * FROM journey_return WHERE handle_hash = $handleHash', { handleHash });
    return row === undefined ? null : returnFromRow(row);
  }

  async redeemReturn(handleHash: string, journeyId: string): Promise<boolean> {
    const changes = await this.#write(
      `UPDATE journey_return SET redeemed_by = $journeyId
       WHERE handle_hash = $handleHash AND (redeemed_by IS NULL OR redeemed_by = $journeyId)`,
      { handleHash, journeyId },
    );
    return changes === 1;
  }

  async releaseReturn(handleHash: string, journeyId: string): Promise<void> {
    await this.#write(
      'UPDATE journey_return SET redeemed_by = NULL WHERE handle_hash = $handleHash AND redeemed_by = $journeyId',
      { handleHash, journeyId },
    );
  }

  async acceptNotification(key: string, body: string, receivedAt: number): Promise<{ isNew: boolean }> {
    const changes = await this.#write(
      'INSERT INTO notification (key, body, received_at) VALUES ($key, $body, $receivedAt) ON CONFLICT (key) DO NOTHING',
      { key, body, receivedAt },
    );
    return { isNew: changes === 1 };
  }

  async takeNotifications(limit: number, leaseMs: number, now: number): Promise<StoredNotification[]> {
    const rows = await this.#writeReturning(
      `UPDATE notification SET leased_until = $now + $leaseMs
       WHERE id IN (SELECT id FROM notification WHERE settled = 0 AND leased_until <= $now ORDER BY id LIMIT $limit)
       RETURNING id, body, received_at`,
      { limit, leaseMs, now },
    );
    return notificationsFromRows(rows);
  }

  async settleNotification(id: number): Promise<void> {
    await this.#write('UPDATE notification SET settled = 1 WHERE id = $id', { id });
  }

  async consent(id: string): Promise<ConsentRecord | null> {
    const [consent] = await this.#consents('id = $id', { id });
    return consent ?? null;
  }

  async consentsOf(partnerId: string, customer: string | null): Promise<ConsentRecord[]> {
    const condition =
      customer === null ? 'partner_id = $partnerId' : 'partner_id = $partnerId AND customer = $customer';
    return this.#consents(`${condition} ORDER BY created_at DESC`, { partnerId, customer });
  }

  async consentsByReference(reference: string): Promise<ConsentRecord[]> {
    return this.#consents('reference = $reference', { reference });
  }

  async dueConsents(now: number, limit: number): Promise<ConsentRecord[]> {
    return this.#consents('due_at <= $now ORDER BY due_at LIMIT $limit', { now, limit });
  }

  async putConsent(next: ConsentRecord, events: readonly NewPartnerEvent[]): Promise<ConsentRecord | null> {
    const stored: ConsentRecord = { ...next, revision: next.revision + 1 };
    const { id, partnerId, customer, reference, askAt: dueAt, createdAt, revision } = stored;
    const isStored = await this.#group.write(() => {
      const { changes } = this.#run(
        `INSERT INTO consent (id, partner_id, customer, reference, due_at, created_at, revision, record)
         VALUES ($id, $partnerId, $customer, $reference, $dueAt, $createdAt, $revision, $record)
         ON CONFLICT (id) DO UPDATE SET partner_id = $partnerId, customer = $customer, reference = $reference,
           due_at = $dueAt, revision = $revision, record = $record
         WHERE revision = $revision - 1`,
        { id, partnerId, customer, reference, dueAt, createdAt, revision, record: JSON.stringify(stored) },
      );
      if (changes === 1) this.#append(events);
      return changes === 1;
    });
    return isStored ? stored : null;
  }

  async invitation(id: string): Promise<Invitation | null> {
    const [invitation] = await this.#invitations('id = $id', { id });
    return invitation ?? null;
  }

  async invitationByReference(reference: string): Promise<Invitation | null> {
    const [invitation] = await this.#invitations('reference = $reference', { reference });
    return invitation ?? null;
  }

  async dueInvitations(now: number, limit: number): Promise<Invitation[]> {
    return this.#invitations('due_at <= $now ORDER BY due_at LIMIT $limit', { now, limit });
  }

  async putInvitation(next: Invitation, events: readonly NewPartnerEvent[]): Promise<Invitation | null> {
    const stored: Invitation = { ...next, revision: next.revision + 1 };
    const { id, reference, askAt: dueAt, updatedAt, revision } = stored;
    const isStored = await this.#group.write(() => {
      const { changes } = this.#run(
        `INSERT INTO invitation (id, reference, due_at, updated_at, revision, record)
         VALUES ($id, $reference, $dueAt, $updatedAt, $revision, $record)
         ON CONFLICT (id) DO UPDATE
         SET due_at = $dueAt, updated_at = $updatedAt, revision = $revision, record = $record
         WHERE revision = $revision - 1`,
        { id, reference, dueAt, updatedAt, revision, record: JSON.stringify(stored) },
      );
      if (changes === 1) this.#append(events);
      return changes === 1;
    });
    return isStored ? stored : null;
  }

  async partnerEvents(partnerId: string, after: number, limit: number): Promise<PartnerEvent[]> {
    const rows = await this.#many(
      'SELECT * FROM partner_event WHERE partner_id = $partnerId AND cursor > $after ORDER BY cursor LIMIT $limit',
      { partnerId, after, limit },
    );
    return rows.map(eventFromRow);
  }

  async takeDeliveries(room: ReadonlyMap<string, number>, leaseMs: number, now: number): Promise<Delivery[]> {
    const take = this.#statement(
      `UPDATE partner_event SET next_at = $now + $leaseMs
       WHERE cursor IN (
         SELECT cursor FROM partner_event AS event
         WHERE partner_id = $partnerId AND delivery = 'pending' AND next_at <= $now AND NOT EXISTS (
           SELECT 1 FROM partner_event AS earlier WHERE earlier.delivery = 'pending'
             AND earlier.partner_id = event.partner_id AND earlier.subject = event.subject AND earlier.cursor < event.cursor
         ) ORDER BY next_at, cursor LIMIT $free
       ) RETURNING *`,
    );
    const rows = await this.#group.write(() =>
      [...room].flatMap(([partnerId, free]) => take.all({ partnerId, free, leaseMs, now }) as Row[]),
    );
    return deliveriesFromRows(rows);
  }

  async settleDelivery({ event, status, attempts, nextAt, problem }: Delivery): Promise<void> {
    await this.#write(
      `UPDATE partner_event SET delivery = $status, attempts = $attempts, next_at = $nextAt, problem = $problem
       WHERE cursor = $cursor`,
      { cursor: event.cursor, status, attempts, nextAt, problem },
    );
  }

  async deliveriesOf(partnerId: string, status: Delivery['status'] | null, limit: number): Promise<Delivery[]> {
    const rows = await this.#many(
      `SELECT * FROM partner_event WHERE partner_id = $partnerId AND delivery IS NOT NULL
         AND ($status IS NULL OR delivery = $status) ORDER BY cursor DESC LIMIT $limit`,
      { partnerId, status, limit },
    );
    return rows.map(deliveryFromRow);
  }

  async kept(name: string): Promise<Kept | null> {
    const row = await this.#one('SELECT value, revision FROM kept WHERE name = $name', { name });
    return row === undefined ? null : { value: String(row['value']), revision: Number(row['revision']) };
  }

  async swapKept(name: string, value: string, revision: number): Promise<boolean> {
    const changes = await this.#write(
      `INSERT INTO kept (name, value, revision) SELECT $name, $value, 1 WHERE $revision = 0 OR EXISTS (SELECT 1 FROM kept WHERE name = $name)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value, revision = kept.revision + 1 WHERE kept.revision = $revision`,
      { name, value, revision },
    );
    return changes === 1;
  }

  async forgetBefore(before: number): Promise<number> {
    let count = 0;
    for (const statements of FORGETTING) {
      for (let changes = -1; changes !== 0; count += changes) changes = await this.#forget(statements, before);
    }
    return count;
  }

  async #forget(statements: readonly string[], before: number): Promise<number> {
    return this.#group.write(() => {
      this.#cache.clear();
      return statements.reduce((sum, statement) => sum + Number(this.#run(statement, { before }).changes), 0);
    });
  }

  onJourneyChanged(listener: (journeyId: string | null) => void): () => void {
    this.#changes.on('journey', listener);
    return () => this.#changes.off('journey', listener);
  }

  async ping(): Promise<void> {
    await this.#one('SELECT 1', {});
    if (!this.#isInPlace()) throw new StoreUnavailableError('the database file was moved or removed');
  }

  async close(): Promise<void> {
    this.#group.flush();
    if (this.#database.isOpen) this.#database.close();
  }

  #migrate(): void {
    const row = this.#database.prepare('PRAGMA user_version').get() as { user_version: number };
    migrations.slice(row.user_version).forEach((migration, index) => {
      const version = row.user_version + index + 1;
      this.#database.exec(`BEGIN IMMEDIATE; ${migration}; PRAGMA user_version = ${version}; COMMIT`);
    });
  }

  #addToken(journeyId: string, tokenHash: string): void {
    this.#run('INSERT INTO journey_token (hash, journey_id) VALUES ($tokenHash, $journeyId)', { tokenHash, journeyId });
  }

  #append(events: readonly NewPartnerEvent[]): void {
    for (const event of events) {
      const { partnerId, type, at, data } = event;
      const delivery = this.#delivered.has(partnerId) ? 'pending' : null;
      this.#run(
        `INSERT INTO partner_event (partner_id, type, at, data, subject, delivery, next_at)
         VALUES ($partnerId, $type, $at, $data, $subject, $delivery, $at)`,
        { partnerId, type, at, data: JSON.stringify(data), subject: subjectOf(event), delivery },
      );
    }
  }

  async #consents(condition: string, values: Row): Promise<ConsentRecord[]> {
    const rows = await this.#many(`SELECT record FROM consent WHERE ${condition}`, values);
    return rows.map((row) => JSON.parse(String(row['record'])) as ConsentRecord);
  }

  async #invitations(condition: string, values: Row): Promise<Invitation[]> {
    const rows = await this.#many(`SELECT record FROM invitation WHERE ${condition}`, values);
    return rows.map((row) => JSON.parse(String(row['record'])) as Invitation);
  }

  #journey(condition: string, value: string): Journey | null {
    const row = this.#statement(`SELECT record FROM journey WHERE ${condition}`).get({ value });
    return row === undefined ? null : (JSON.parse(String(row['record'])) as Journey);
  }

  async #journeys(condition: string, values: Row): Promise<Journey[]> {
    const rows = await this.#many(`SELECT record FROM journey WHERE ${condition}`, values);
    return rows.map((row) => JSON.parse(String(row['record'])) as Journey);
  }

  /** @returns how many rows changed, once that is durable */
  async #write(sql: string, values: Row): Promise<number> {
    return this.#group.write(() => Number(this.#run(sql, values).changes));
  }

  async #writeReturning(sql: string, values: Row): Promise<Row[]> {
    return this.#group.write(() => this.#statement(sql).all(values) as Row[]);
  }

  async #one(sql: string, values: Row): Promise<Row | undefined> {
    return this.#group.read(() => this.#statement(sql).get(values) as Row | undefined);
  }

  async #many(sql: string, values: Row): Promise<Row[]> {
    return this.#group.read(() => this.#statement(sql).all(values) as Row[]);
  }

  /** For use inside a write. */
  #run(sql: string, values: Row) {
    return this.#statement(sql).run(values);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    statement.setAllowUnknownNamedParameters(true);
    this.#statements.set(sql, statement);
    return statement;
  }
}
