import type { RequestHandler } from 'express';
import { emptySchema, startJourneySchema } from '../contract-schemas.ts';
import type { Customers } from '../customers.ts';
import { invalidRequest, unauthorized, wrongState } from '../errors.ts';
import { type BeginDependencies, beginJourney, launchUrl, ticketEnd } from '../journey/begin-journey.ts';
import { isClosed, withTicket } from '../journey/journey.ts';
import { journeyView } from '../journey/journey-view.ts';
import { updateJourney } from '../journey/update-journey.ts';
import { requirePartnerOrigin } from '../middleware/allowed-origins.ts';
import { authorizedJourney, type JourneyAccess } from '../middleware/authorized-journey.ts';
import { parsedBody } from '../middleware/json-body.ts';
import { randomToken, tokenHash } from '../tokens/random-token.ts';

export type LaunchDependencies = JourneyAccess & BeginDependencies & { customers: Customers };

/** POST /v1/journeys: a reference that nobody can guess, a journey, its token, and the way to the bank. */
export function startRoute(deps: LaunchDependencies): RequestHandler {
  return async (request, response) => {
    const wish = parsedBody(request, startJourneySchema);
    const partner = deps.partners.get(wish.partner);
    if (partner === undefined)
      throw invalidRequest([{ pointer: '/partner', detail: 'expected the id of a registered partner' }]);
    requirePartnerOrigin(request, partner);
    const customer = await deps.customers.starting(request, partner);
    if (wish.consentId !== undefined && !customer?.mayName(wish.consentId))
      throw unauthorized(
        'invalid_token',
        'A renewal needs a customer token whose claim consent_id is the same consent.',
      );
    const origin = request.get('origin');
    response
      .status(201)
      .json(await beginJourney(deps, { partner, customer: customer?.reference ?? null, wish, origin }));
  };
}

/** POST /v1/journeys/{journeyId}/launch: "open the bank again". Older tickets are void. */
export function launchAgainRoute(deps: LaunchDependencies): RequestHandler {
  return async (request, response) => {
    parsedBody(request, emptySchema);
    const opened = await authorizedJourney(deps, request, response);
    if (opened.status === 'expired') {
      response.json(journeyView(opened));
      return;
    }
    const ticket = randomToken();
    const now = deps.now();
    const journey = await updateJourney(deps.store, opened.id, (current) => {
      if (isClosed(current) || current.status === 'connected') throw wrongState(current.status);
      return withTicket(current, tokenHash(ticket), ticketEnd(current.expiresAt, now), now);
    });
    response.json({
      launchUrl: launchUrl(deps.publicUrl, ticket),
      expiresAt: new Date(journey.expiresAt).toISOString(),
    });
  };
}
