import type { Delivery } from '../deliveries/delivery.ts';
import type { PartnerEvent } from '../partner-events/partner-event.ts';
import type { ReturnOutcome, StoredNotification, StoredReturn } from './store.ts';

/** A row as either engine gives it. */
type StoredRow = Readonly<Record<string, string | number | boolean | null>>;

export function returnFromRow(row: StoredRow): StoredReturn {
  return {
    handleHash: String(row['handle_hash']),
    partnerId: String(row['partner_id']),
    reference: textOrNull(row['reference']),
    outcome: row['outcome'] === null ? null : (JSON.parse(String(row['outcome'])) as ReturnOutcome),
    createdAt: Number(row['created_at']),
    expiresAt: Number(row['expires_at']),
    cookieHash: textOrNull(row['cookie_hash']),
    redeemedBy: textOrNull(row['redeemed_by']),
  };
}

/** In the order in which they came. */
export function notificationsFromRows(rows: readonly StoredRow[]): StoredNotification[] {
  return rows
    .map((row) => ({ id: Number(row['id']), body: String(row['body']), receivedAt: Number(row['received_at']) }))
    .sort((one, other) => one.id - other.id);
}

export function eventFromRow(row: StoredRow): PartnerEvent {
  return {
    cursor: Number(row['cursor']),
    partnerId: String(row['partner_id']),
    type: String(row['type']) as PartnerEvent['type'],
    at: Number(row['at']),
    data: JSON.parse(String(row['data'])) as PartnerEvent['data'],
  };
}

export function deliveryFromRow(row: StoredRow): Delivery {
  const nextAt = row['next_at'];
  return {
    event: eventFromRow(row),
    status: String(row['delivery']) as Delivery['status'],
    attempts: Number(row['attempts']),
    nextAt: nextAt === null || nextAt === undefined ? null : Number(nextAt),
    problem: textOrNull(row['problem']),
  };
}

/** In the order of their events. */
export function deliveriesFromRows(rows: readonly StoredRow[]): Delivery[] {
  return rows.map(deliveryFromRow).sort((one, other) => one.event.cursor - other.event.cursor);
}

const SUBJECT: Readonly<Record<PartnerEvent['type'], string>> = {
  'journey.updated': 'journeyId',
  'consent.updated': 'consentId',
  'invitation.updated': 'invitationId',
};

/** What events of are delivered in order: one journey, one consent, one invitation. */
export function subjectOf({ type, data }: Pick<PartnerEvent, 'type' | 'data'>): string {
  return String(data[SUBJECT[type]]);
}

function textOrNull(value: StoredRow[string] | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
