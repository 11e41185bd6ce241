import type { ConsentRecord } from '../consents/consent-record.ts';
import type { Journey } from '../journey/journey.ts';

/** Something that happened to a partner's journeys or consents; the store gives it its place in the order. */
export interface NewPartnerEvent {
  readonly partnerId: string;
  readonly type: 'journey.updated' | 'consent.updated';
  readonly at: number;
  /** What happened, as the partner reads it. */
  readonly data: Readonly<Record<string, string | number | null>>;
}

export interface PartnerEvent extends NewPartnerEvent {
  readonly cursor: number;
}

export function partnerEventOfJourney(journey: Journey): NewPartnerEvent {
  return {
    partnerId: journey.partnerId,
    type: 'journey.updated',
    at: journey.updatedAt,
    data: {
      journeyId: journey.id,
      kind: journey.kind,
      customer: journey.customer,
      reference: journey.reference,
      status: journey.status,
      version: journey.version,
      binding: journey.binding,
      consentId: journey.consent?.id ?? null,
      dataAvailability: journey.dataAvailability,
      error: journey.error?.code ?? null,
    },
  };
}

/** What the partner's server hears of a stored change: nothing of a consent that the Consent API has not attested yet. */
export function partnerEventsOfConsent(before: ConsentRecord | null, consent: ConsentRecord): NewPartnerEvent[] {
  if (consent.facts === null) return [];
  const event = partnerEventOfConsent(consent);
  // Two changes may fall into one millisecond, so the time alone would miss one.
  const isNews =
    before?.facts == null ||
    consent.updatedAt !== before.updatedAt ||
    JSON.stringify(event.data) !== JSON.stringify(partnerEventOfConsent(before).data);
  const isAnnounced = consent.endAnnouncedAt !== (before?.endAnnouncedAt ?? null);
  const announcement = {
    ...event,
    at: consent.endAnnouncedAt ?? event.at,
    data: { ...event.data, status: 'UpcomingExpiration' },
  };
  return [...(isNews ? [event] : []), ...(isAnnounced ? [announcement] : [])];
}

function partnerEventOfConsent(consent: ConsentRecord): NewPartnerEvent {
  return {
    partnerId: consent.partnerId ?? '',
    type: 'consent.updated',
    at: consent.updatedAt,
    data: {
      consentId: consent.id,
      customer: consent.customer,
      reference: consent.reference,
      status: consent.facts?.status ?? null,
      end: consent.facts?.end ?? null,
      binding: consent.binding,
      dataAvailability: consent.dataAvailability,
    },
  };
}
