import { Router } from 'express';
import type { Invitations } from '../invitations/invitations.ts';
import type { Settings } from '../settings.ts';
import type { Connect } from './connect.ts';
import { addressOf } from './journey.ts';
import { LaunchError } from './launch.ts';
import { openInvitation } from './open-invitation.ts';

/** `GET /invitation/{linkToken}`: the link in the e-mail. Each click begins a journey. */
export function invitationRoute(deps: { connect: Connect; invitations: Invitations; settings: Settings }): Router {
  const router = Router();
  router.get('/invitation/:linkToken', (req, res) => {
    const record = deps.invitations.findByLink(req.params.linkToken);
    if (!record)
      throw new LaunchError(404, 'invitation_not_found', 'The invitation that brought you here is not known.');
    res.redirect(303, addressOf(openInvitation(deps, record)));
  });
  return router;
}
