import type { RequestHandler } from 'express';
import type { RevokeConsent } from '../consents/revoke-consent.ts';
import { emptySchema } from '../contract-schemas.ts';
import { attoUnavailable, wrongState } from '../errors.ts';
import { disconnect } from '../journey/journey.ts';
import { journeyETag, journeyView } from '../journey/journey-view.ts';
import { updateJourney } from '../journey/update-journey.ts';
import { authorizedJourney, type JourneyAccess } from '../middleware/authorized-journey.ts';
import { parsedBody } from '../middleware/json-body.ts';

export interface DisconnectDependencies extends JourneyAccess {
  revoke: RevokeConsent;
}

/** POST /v1/journeys/{journeyId}/disconnect: revokes the bound consent. What Atto has stored is not deleted by that. */
export function disconnectRoute(deps: DisconnectDependencies): RequestHandler {
  return async (request, response) => {
    parsedBody(request, emptySchema);
    const journey = await authorizedJourney(deps, request, response);
    if (journey.status !== 'disconnected') {
      if (journey.status !== 'connected' || journey.consent === null) throw wrongState(journey.status);
      await deps.revoke(journey.consent.id, journey.partnerId).catch((cause: unknown) => {
        throw attoUnavailable(cause);
      });
    }
    const ended = await updateJourney(deps.store, journey.id, (current) =>
      current.status === 'connected' ? disconnect(current, deps.now()) : current,
    );
    response.set('ETag', journeyETag(ended)).json(journeyView(ended));
  };
}
