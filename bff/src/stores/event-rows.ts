import type { Delivery } from '../deliveries/delivery.ts';
import type { PartnerEvent } from '../partner-events/partner-event.ts';

/** What stores keep a partner's event and its delivery in. */
type EventRow = Readonly<Record<string, string | number | boolean | null>>;

export function eventFromRow(row: EventRow): PartnerEvent {
  return {
    cursor: Number(row['cursor']),
    partnerId: String(row['partner_id']),
    type: String(row['type']) as PartnerEvent['type'],
    at: Number(row['at']),
    data: JSON.parse(String(row['data'])) as PartnerEvent['data'],
  };
}

export function deliveryFromRow(row: EventRow): Delivery {
  const nextAt = row['next_at'];
  const problem = row['problem'];
  return {
    event: eventFromRow(row),
    status: String(row['delivery']) as Delivery['status'],
    attempts: Number(row['attempts']),
    nextAt: nextAt === null || nextAt === undefined ? null : Number(nextAt),
    problem: problem === null || problem === undefined ? null : String(problem),
  };
}

/** What events of are delivered in order: one journey, one consent. */
export function subjectOf({ type, data }: Pick<PartnerEvent, 'type' | 'data'>): string {
  return type === 'journey.updated' ? String(data['journeyId']) : String(data['consentId'] ?? data['invitationId']);
}
