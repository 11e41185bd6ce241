import type { RequestHandler } from 'express';
import { AttoError } from '../atto/atto-connection.ts';
import { partnerInvitationSchema } from '../contract-schemas.ts';
import { notFound } from '../errors.ts';
import { emailState, type Invitation, smtpErrorCode } from '../invitations/invitation.ts';
import type { InvitationWatch } from '../invitations/invitation-watch.ts';
import { type SendInvitationDependencies, sendInvitation } from '../invitations/send-invitation.ts';
import { partnerOf } from '../middleware/authorized-partner.ts';
import { parsedBody } from '../middleware/json-body.ts';

export interface PartnerInvitationDependencies extends SendInvitationDependencies {
  invitationWatch: InvitationWatch;
}

/** How old what we know may be before Atto is asked again. */
const FRESH_MS = 60_000;

/** POST /v1/partner/invitations: an e-mail from Atto that leads a customer to their bank. */
export function partnerInviteRoute(deps: PartnerInvitationDependencies): RequestHandler {
  return async (request, response) => {
    const wish = parsedBody(request, partnerInvitationSchema);
    const invitation = await sendInvitation(deps, partnerOf(response), wish);
    response.status(201).json(row(invitation));
  };
}

/** GET /v1/partner/invitations/{invitationId}: how it stands, by Atto's word of the last minute where Atto can be asked. */
export function partnerInvitationRoute({ store, now, invitationWatch }: PartnerInvitationDependencies): RequestHandler {
  return async (request, response) => {
    const known = await store.invitation(String(request.params['invitationId']));
    if (known === null || known.partnerId !== partnerOf(response).id) throw notFound();
    const isFresh = known.askedAt !== null && known.askedAt > now() - FRESH_MS;
    const invitation = isFresh ? known : await invitationWatch.refresh(known).catch(unlessAway(known));
    response.json(row(invitation));
  };
}

/** While Atto cannot be asked, what is known already has to do. */
function unlessAway(known: Invitation): (error: unknown) => Invitation {
  return (error) => {
    if (error instanceof AttoError) return known;
    throw error;
  };
}

function row(invitation: Invitation) {
  const { id, customer, reference, activities, connectionStatus, consentId, createdAt, updatedAt } = invitation;
  return {
    id,
    customer,
    reference,
    emailState: emailState(activities),
    smtpErrorCode: smtpErrorCode(activities),
    activities: activities.map(({ event, at }) => ({ event, at })),
    connectionStatus,
    consentId,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
