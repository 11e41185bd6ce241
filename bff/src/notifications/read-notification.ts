import { createHash } from 'node:crypto';
import { consentEventSchema, eventEnvelopeSchema, notificationV1Schema } from '../atto/wire.ts';
import { invitationEventSchema } from '../atto/wire-invitations.ts';
import type { InvitationNotice } from '../invitations/invitation.ts';

/** What a webhook says, in our spelling. Nothing in it is believed but what Atto's API does not know. */
export type Notification =
  | { readonly kind: 'consent'; readonly key: string; readonly notice: ConsentNotice }
  | { readonly kind: 'invitation'; readonly key: string; readonly notice: InvitationNotice }
  /** Understood as an event, but not one that we act on: kept, and acknowledged. */
  | { readonly kind: 'other'; readonly key: string };

export interface ConsentNotice {
  readonly consentId: string;
  readonly customerReference: string | null;
  readonly applicationId: string | null;
  readonly dataAvailability: string | null;
  /** Atto's word; null in v1, which tells only how the login went. */
  readonly consentStatus: string | null;
  readonly statusUpdated: string | null;
  /** The webhook's key, where it says that the consent ends soon. */
  readonly announcesEnd: string | null;
}

/**
 * Reads a webhook, v1 or v2 (documentation, "Webhooks").
 * @returns null where it is neither
 */
export function readNotification(body: unknown): Notification | null {
  const envelope = eventEnvelopeSchema.safeParse(body);
  if (envelope.success) {
    const key = `event:${envelope.data.eventId}`;
    const invitation = invitationEventSchema.safeParse(body);
    if (envelope.data.eventType === 'Invitation' && invitation.success) {
      const { invitationId: attoId, customerReference, connectionStatus } = invitation.data.data;
      return { kind: 'invitation', key, notice: { attoId, customerReference, connectionStatus } };
    }
    const event = consentEventSchema.safeParse(body);
    if (envelope.data.eventType !== 'Consent' || !event.success) return { kind: 'other', key };
    const { consentId, customerReference, applicationId, ...told } = event.data.data;
    const { dataAvailability, consentStatus, statusUpdated } = told;
    const announcesEnd = consentStatus === 'UpcomingExpiration' ? key : null;
    const known = { consentId, customerReference, applicationId };
    return {
      kind: 'consent',
      key,
      notice: { ...known, dataAvailability, consentStatus, statusUpdated, announcesEnd },
    };
  }
  const flat = notificationV1Schema.safeParse(body);
  if (!flat.success) return null;
  const { consentId, customerReference, applicationId, dataAvailability } = flat.data;
  const key = `facts:${createHash('sha256').update(JSON.stringify(flat.data)).digest('base64url')}`;
  const untold = { consentStatus: null, statusUpdated: null, announcesEnd: null };
  return { kind: 'consent', key, notice: { consentId, customerReference, applicationId, dataAvailability, ...untold } };
}

const SAME_FACTS_MS = 600_000;

/**
 * What makes two deliveries the same webhook. v1 has no id: the same facts are the same event, as long as Atto may still be
 * trying; later they are told of another renewal. Applied once more they change nothing.
 */
export function keyOf({ kind, key }: Notification, receivedAt: number): string {
  return kind === 'consent' && key.startsWith('facts:') ? `${key}:${Math.floor(receivedAt / SAME_FACTS_MS)}` : key;
}

/** What of a webhook is kept: all of it, but for what a mail server said, which repeats the address of the recipient. */
export function textToKeep({ kind }: Notification, body: { data?: object }): string {
  return JSON.stringify(kind === 'invitation' ? { ...body, data: { ...body.data, smtpErrorMessage: null } } : body);
}
