/** Each runs once, in order, inside a transaction; `schema_version` remembers how many have run. Never change one that was released. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE journey (
    id TEXT PRIMARY KEY,
    number BIGINT GENERATED ALWAYS AS IDENTITY,
    partner_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    consent_id TEXT,
    ticket_hash TEXT UNIQUE,
    due_at BIGINT,
    ended_at BIGINT,
    revision BIGINT NOT NULL,
    record TEXT NOT NULL
  );
  CREATE INDEX journey_by_reference ON journey (reference);
  CREATE INDEX journey_by_consent ON journey (consent_id) WHERE consent_id IS NOT NULL;
  CREATE INDEX journey_by_due ON journey (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX journey_by_end ON journey (ended_at) WHERE ended_at IS NOT NULL;

  CREATE TABLE journey_token (
    hash TEXT PRIMARY KEY,
    journey_id TEXT NOT NULL
  );
  CREATE INDEX journey_token_by_journey ON journey_token (journey_id);

  CREATE TABLE journey_return (
    handle_hash TEXT PRIMARY KEY,
    partner_id TEXT NOT NULL,
    reference TEXT,
    outcome TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    cookie_hash TEXT,
    redeemed_by TEXT
  );
  CREATE INDEX journey_return_by_expiry ON journey_return (expires_at);

  CREATE TABLE notification (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    settled BOOLEAN NOT NULL DEFAULT FALSE,
    leased_until BIGINT NOT NULL DEFAULT 0
  );
  CREATE INDEX notification_unsettled ON notification (id) WHERE NOT settled;

  CREATE TABLE consent (
    id TEXT PRIMARY KEY,
    partner_id TEXT,
    customer TEXT,
    reference TEXT NOT NULL,
    due_at BIGINT,
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    record TEXT NOT NULL
  );
  CREATE INDEX consent_by_owner ON consent (partner_id, customer);
  CREATE INDEX consent_by_reference ON consent (reference);
  CREATE INDEX consent_by_due ON consent (due_at) WHERE due_at IS NOT NULL;

  CREATE TABLE partner_event (
    cursor BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    partner_id TEXT NOT NULL,
    type TEXT NOT NULL,
    at BIGINT NOT NULL,
    data TEXT NOT NULL,
    subject TEXT NOT NULL,
    delivery TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at BIGINT,
    problem TEXT
  );
  CREATE INDEX partner_event_pending ON partner_event (partner_id, subject, cursor) WHERE delivery = 'pending';
  CREATE INDEX partner_event_due ON partner_event (next_at) WHERE delivery = 'pending';
  CREATE INDEX partner_event_by_partner ON partner_event (partner_id, cursor);

  CREATE TABLE kept (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    revision BIGINT NOT NULL
  )
  `,
  `
  CREATE TABLE invitation (
    id TEXT PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    due_at BIGINT,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    record TEXT NOT NULL
  );
  CREATE INDEX invitation_by_due ON invitation (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX invitation_by_update ON invitation (updated_at)
  `,
  `
  CREATE INDEX partner_event_due_by_partner ON partner_event (partner_id, next_at, cursor) WHERE delivery = 'pending';
  DROP INDEX partner_event_due
  `,
];
