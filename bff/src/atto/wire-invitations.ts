import { z } from 'zod';
import type { EmailActivity } from '../invitations/invitation.ts';
import { text } from './wire.ts';

/** What the Connect Invitation API sends (documentation, "Connect Invitation API"), in Atto's spelling. */

/** The API's whole answer but for name and address, which are not taken over. */
export interface AttestedInvitation {
  readonly attoId: string;
  readonly customerReference: string | null;
  readonly activities: readonly EmailActivity[];
}

/** `POST /connect-invitations/v1`: the new one's id. */
export const acceptedInvitationSchema = z
  .object({ data: z.object({ invitationId: z.string().min(1).max(100) }) })
  .transform(({ data }) => data.invitationId);

/** A code, never a sentence: sentences of mail servers repeat the address. */
const smtpErrorCode = text.transform((code) => (code !== null && /^[\d. -]{3,20}$/.test(code) ? code : null));

const activitySchema = z
  .object({ event: z.string().min(1).max(40), eventDate: text, smtpErrorCode })
  .transform(
    ({ event, eventDate, smtpErrorCode: code }): EmailActivity => ({ event, at: eventDate, smtpErrorCode: code }),
  );

/** `GET /connect-invitations/v1/{invitationId}`. */
export const invitationSchema = z
  .object({
    data: z.object({
      invitationId: z.string(),
      customerReference: text,
      activities: z
        .array(activitySchema)
        .nullish()
        .transform((list) => list ?? []),
    }),
  })
  .transform(
    ({ data }): AttestedInvitation => ({
      attoId: data.invitationId,
      customerReference: data.customerReference,
      activities: data.activities,
    }),
  );

/** Webhook v2, `data` of an Invitation event (documentation, "V2 Webhooks"). */
export const invitationEventSchema = z.object({
  data: z.object({
    invitationId: z.string().min(1).max(100),
    customerReference: z.string().min(1).max(255),
    connectionStatus: text,
  }),
});
