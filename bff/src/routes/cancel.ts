import type { RequestHandler } from 'express';
import { emptySchema } from '../contract-schemas.ts';
import { wrongState } from '../errors.ts';
import { cancel, isClosed } from '../journey/journey.ts';
import { journeyETag, journeyView } from '../journey/journey-view.ts';
import { updateJourney } from '../journey/update-journey.ts';
import { authorizedJourney, type JourneyAccess } from '../middleware/authorized-journey.ts';
import { parsedBody } from '../middleware/json-body.ts';

/** POST /v1/journeys/{journeyId}/cancel: the customer says stop. Again is no error; after the connection it is too late. */
export function cancelRoute(access: JourneyAccess): RequestHandler {
  return async (request, response) => {
    parsedBody(request, emptySchema);
    const { id } = await authorizedJourney(access, request, response);
    const journey = await updateJourney(access.store, id, (current) => {
      if (current.status === 'expired' || current.status === 'cancelled') return current;
      if (isClosed(current) || current.status === 'connected') throw wrongState(current.status);
      return cancel(current, access.now());
    });
    response.set('ETag', journeyETag(journey)).json(journeyView(journey));
  };
}
