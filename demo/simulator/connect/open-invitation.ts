import type { InvitationRecord } from '../invitations/invitation.ts';
import type { Invitations } from '../invitations/invitations.ts';
import type { Settings } from '../settings.ts';
import type { Connect } from './connect.ts';
import type { Journey } from './journey.ts';
import { LaunchError } from './launch.ts';

/** The recipient follows the link in the e-mail. Throws a LaunchError where its configuration is gone. */
export function openInvitation(
  { connect, invitations, settings }: { connect: Connect; invitations: Invitations; settings: Settings },
  record: InvitationRecord,
): Journey {
  const { configId, invitation } = record;
  const configuration = settings.configurations[configId];
  if (!configuration) throw new LaunchError(404, 'configuration_not_found', 'The invitation cannot be used any more.');
  invitations.click(record);
  const { invitationId, customerReference } = invitation;
  return connect.launch({ configId, configuration, customerReference, bank: null, invitationId });
}
