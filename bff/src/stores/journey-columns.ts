import { dueAt, isOpen, type Journey } from '../journey/journey.ts';

/** What journeys are looked up by stands in columns of its own; the record itself is JSON. */
export interface JourneyColumns {
  id: string;
  partnerId: string;
  reference: string;
  consentId: string | null;
  ticketHash: string | null;
  dueAt: number | null;
  endedAt: number | null;
  revision: number;
  record: string;
}

export function journeyColumns(journey: Journey): JourneyColumns {
  return {
    id: journey.id,
    partnerId: journey.partnerId,
    reference: journey.reference,
    consentId: journey.consent?.id ?? null,
    ticketHash: journey.ticket?.hash ?? null,
    dueAt: dueAt(journey),
    endedAt: isOpen(journey) ? null : journey.updatedAt,
    revision: journey.revision,
    record: JSON.stringify(journey),
  };
}
