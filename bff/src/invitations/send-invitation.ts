import type { AttoClient, InvitationToSend } from '../atto/atto-client.ts';
import { AttoError } from '../atto/atto-connection.ts';
import { attoUnavailable, type BffError, invalidRequest } from '../errors.ts';
import { newReference } from '../journey/reference.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { randomId } from '../tokens/random-token.ts';
import { accepted, type Invitation, newInvitation } from './invitation.ts';
import { updateInvitation } from './update-invitation.ts';

export interface SendInvitationDependencies {
  store: Store;
  attoOf: (partner: Partner) => AttoClient;
  now: () => number;
}

/** Whom to invite; the customer is the partner's. */
export interface InvitationWish extends Omit<InvitationToSend, 'customerReference'> {
  customer: string;
}

/**
 * Has Atto send an e-mail. The row that says whose the reference is stands before Atto is asked, so that no webhook comes
 * too early, and so that an e-mail that leaves although Atto's answer is lost is known by its first webhook.
 * @throws {BffError} 400 where Atto does not take it; 503 where it may or may not have been sent
 */
export async function sendInvitation(
  { store, attoOf, now }: SendInvitationDependencies,
  partner: Partner,
  { customer, ...recipient }: InvitationWish,
): Promise<Invitation> {
  // One of its own also where bare references are sent: what comes back must not be taken for a journey's.
  const reference = newReference(customer);
  const row = newInvitation(`i_${randomId()}`, { partnerId: partner.id, customer, reference }, now());
  await store.putInvitation(row, []);
  try {
    const attoId = await attoOf(partner).sendInvitation({ ...recipient, customerReference: reference });
    const sent = await updateInvitation(store, row.id, (current) => accepted(current, attoId, now()));
    return sent ?? accepted(row, attoId, now());
  } catch (error) {
    throw error instanceof AttoError ? refusalOf(error) : error;
  }
}

/** Which field Atto meant it does not say in a way that a program could read. */
function refusalOf(error: AttoError): BffError {
  if (error.code === 'template_invalid')
    return invalidRequest([{ pointer: '/templateId', detail: 'expected a template that Atto knows' }]);
  if (error.status === 400)
    return invalidRequest([{ pointer: '', detail: 'expected a name, an address and a template that Atto takes' }]);
  return attoUnavailable(error, error.retryAfterSeconds ?? undefined);
}
