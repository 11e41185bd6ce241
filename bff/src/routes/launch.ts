import type { StartedJourney, StartJourneyRequest } from '@atto-connect/widget/contract';
import type { Request, RequestHandler } from 'express';
import { startJourneySchema } from '../contract-schemas.ts';
import { invalidRequest, unauthorized, wrongState } from '../errors.ts';
import { isClosed, type Journey, type LaunchParameters, withTicket } from '../journey/journey.ts';
import { journeyView } from '../journey/journey-view.ts';
import { updateJourney } from '../journey/update-journey.ts';
import { requirePartnerOrigin } from '../middleware/allowed-origins.ts';
import { authorizedJourney, bearerToken, type JourneyAccess } from '../middleware/authorized-journey.ts';
import { parsedBody } from '../middleware/json-body.ts';
import type { Partner } from '../partners.ts';
import { type Customer, customerFromToken } from '../tokens/customer-token.ts';
import { randomId, randomToken, tokenHash } from '../tokens/random-token.ts';

export interface LaunchDependencies extends JourneyAccess {
  publicUrl: string;
  journeySeconds: number;
}

/** A launch address is good for so long: the browser follows it at once. */
const TICKET_SECONDS = 60;

/** POST /v1/journeys: mint a reference nobody can guess, a journey, its token, and the way to the bank. */
export function startRoute(deps: LaunchDependencies): RequestHandler {
  return async (request, response) => {
    const body = parsedBody(request, startJourneySchema);
    const partner = deps.partners.get(body.partner);
    if (partner === undefined)
      throw invalidRequest([{ pointer: '/partner', detail: 'expected the id of a registered partner' }]);
    requirePartnerOrigin(request, partner);
    const customer = await customerOf(request, partner, deps.publicUrl);
    const parameters = launchParameters(body, partner, request.get('origin'));

    const now = deps.now();
    const ticket = randomToken();
    const journeyToken = randomToken();
    const reference = newReference(partner, customer);
    const journey = newJourney({ partner, customer, reference, parameters, now, seconds: deps.journeySeconds });
    const launched = {
      ...journey,
      ticket: { hash: tokenHash(ticket), expiresAt: ticketEnd(journey, now), used: false },
    };
    await deps.store.createJourney(launched, tokenHash(journeyToken));

    const started: StartedJourney = {
      journeyId: journey.id,
      journeyToken,
      reference,
      launchUrl: launchUrl(deps, ticket),
      expiresAt: new Date(journey.expiresAt).toISOString(),
    };
    response.status(201).json(started);
  };
}

/** POST /v1/journeys/{journeyId}/launch: "open the bank again". Older tickets are void. */
export function launchAgainRoute(deps: LaunchDependencies): RequestHandler {
  return async (request, response) => {
    const { id, status } = await authorizedJourney(deps, request, response);
    if (status === 'expired') {
      response.json(journeyView(await updateJourney(deps.store, id, (journey) => journey)));
      return;
    }
    const ticket = randomToken();
    const now = deps.now();
    const journey = await updateJourney(deps.store, id, (current) => {
      if (isClosed(current) || current.status === 'connected') throw wrongState(current.status);
      return withTicket(current, tokenHash(ticket), ticketEnd(current, now), now);
    });
    response.json({ launchUrl: launchUrl(deps, ticket), expiresAt: new Date(journey.expiresAt).toISOString() });
  };
}

/** A token that is bad or expired never becomes a guest. */
async function customerOf(request: Request, partner: Partner, audience: string): Promise<Customer | null> {
  const token = bearerToken(request);
  if (token !== null) return customerFromToken(token, partner, audience);
  if (partner.guests) return null;
  throw unauthorized('missing_token', 'This partner takes no guests: send the customer token as a Bearer token.');
}

function launchParameters(body: StartJourneyRequest, partner: Partner, origin: string | undefined): LaunchParameters {
  if (body.consentId !== undefined)
    throw invalidRequest([{ pointer: '/consentId', detail: 'expected no consent: renewals are not offered yet' }]);
  if (body.configId !== undefined && !partner.configIds.includes(body.configId))
    throw invalidRequest([{ pointer: '/configId', detail: 'expected a configuration registered for this partner' }]);
  return {
    configId: body.configId ?? partner.configIds[0] ?? null,
    providerId: body.providerId ?? null,
    bankCode: body.bankCode ?? null,
    countryCode: body.countryCode?.toUpperCase() ?? null,
    locale: body.locale ?? null,
    returnTo: returnUrlName(body.returnTo, partner, origin),
  };
}

/** Registered pages are chosen by name, never by value, and lead back to the origin that the page is of. */
function returnUrlName(asked: string | undefined, { returnUrls }: Partner, origin: string | undefined): string {
  const fits = (url: string) => origin === undefined || new URL(url).origin === origin;
  const names = [...returnUrls].filter(([, url]) => fits(url)).map(([name]) => name);
  if (asked !== undefined && !names.includes(asked)) {
    const detail = "expected the name of a return URL registered for this partner, of the page's own origin";
    throw invalidRequest([{ pointer: '/returnTo', detail }]);
  }
  return asked ?? names[0] ?? [...returnUrls.keys()][0] ?? '';
}

/** At most 100 characters of `[A-Za-z0-9_.-]`, the range that every part of Atto takes. */
function newReference(partner: Partner, customer: Customer | null): string {
  if (customer === null) return `guest.${randomId()}`;
  return partner.reference === 'exact' ? customer.reference : `${customer.reference}.${randomId()}`;
}

function newJourney(start: {
  partner: Partner;
  customer: Customer | null;
  reference: string;
  parameters: LaunchParameters;
  now: number;
  seconds: number;
}): Journey {
  const { partner, customer, reference, parameters, now, seconds } = start;
  return {
    id: `j_${randomId()}`,
    partnerId: partner.id,
    customer: customer?.reference ?? null,
    reference,
    kind: 'connect',
    parameters,
    status: 'created',
    dataAvailability: null,
    consent: null,
    error: null,
    claims: [],
    refreshAt: null,
    refreshedAt: null,
    ticket: null,
    launchedAt: null,
    createdAt: now,
    expiresAt: now + seconds * 1000,
    updatedAt: now,
    version: 1,
    revision: 1,
  };
}

function ticketEnd(journey: Journey, now: number): number {
  return Math.min(now + TICKET_SECONDS * 1000, journey.expiresAt);
}

function launchUrl({ publicUrl }: LaunchDependencies, ticket: string): string {
  return `${publicUrl}/v1/go/${ticket}`;
}
