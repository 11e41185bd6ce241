import type { ConsentRecord } from '../consents/consent-record.ts';
import { emailState, type Invitation, smtpErrorCode } from '../invitations/invitation.ts';
import type { Journey } from '../journey/journey.ts';

/** Something that happened to a partner's journeys, consents or invitations; the store gives it its place in the order. */
export interface NewPartnerEvent {
  readonly partnerId: string;
  readonly type: 'journey.updated' | 'consent.updated' | 'invitation.updated';
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
  const isAnnounced = consent.endAnnouncedBy.at(-1) !== before?.endAnnouncedBy.at(-1);
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

/** What the partner's server hears of an invitation: that it was sent, each new thing that the e-mail went through, and what came of it. */
export function partnerEventsOfInvitation(before: Invitation, invitation: Invitation): NewPartnerEvent[] {
  const known = before.activities.length;
  // One event for each, in order, although Atto may have told of several at once.
  const steps = invitation.activities.map((_, index) => invitation.activities.slice(0, index + 1)).slice(known);
  const isSent = invitation.isAttoIdAttested && !before.isAttoIdAttested;
  const isMoved = invitation.connectionStatus !== before.connectionStatus;
  const told = steps.length === 0 && (isSent || isMoved) ? [invitation.activities] : steps;
  return told.map((activities) => partnerEventOfInvitation({ ...invitation, activities }));
}

function partnerEventOfInvitation(invitation: Invitation): NewPartnerEvent {
  return {
    partnerId: invitation.partnerId,
    type: 'invitation.updated',
    at: invitation.updatedAt,
    data: {
      invitationId: invitation.id,
      customer: invitation.customer,
      reference: invitation.reference,
      emailState: emailState(invitation.activities),
      smtpErrorCode: smtpErrorCode(invitation.activities),
      connectionStatus: invitation.connectionStatus,
      consentId: invitation.consentId,
    },
  };
}
