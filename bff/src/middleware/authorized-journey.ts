import type { Request, Response } from 'express';
import { notFound, unauthorized } from '../errors.ts';
import { expireIfDue, type Journey } from '../journey/journey.ts';
import { updateJourney } from '../journey/update-journey.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { tokenHash } from '../tokens/random-token.ts';
import { requirePartnerOrigin } from './allowed-origins.ts';
import type { RequestLocals } from './request-log.ts';

export interface JourneyAccess {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  now: () => number;
}

/**
 * The token of `Authorization: Bearer`; null where there is none.
 * @throws {BffError} 401 where the header is of another scheme
 * @see RFC 6750 section 2.1
 */
export function bearerToken(request: Request): string | null {
  const header = request.get('authorization');
  if (header === undefined) return null;
  const match = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header);
  if (match?.[1] === undefined) throw unauthorized('invalid_token', 'Send `Authorization: Bearer <token>`.');
  return match[1];
}

/**
 * The journey that the path names and the token opens, its hour checked.
 * @throws {BffError} 401 without a token of ours, 404 where the path names another journey or none, 403 for a foreign origin
 */
export async function authorizedJourney(access: JourneyAccess, request: Request, response: Response): Promise<Journey> {
  const token = bearerToken(request);
  if (token === null) throw unauthorized('missing_token', 'This needs the journey token as a Bearer token.');
  const journey = await access.store.journeyByToken(tokenHash(token));
  if (journey === null) throw unauthorized('invalid_token', 'The journey token is not one of ours.');
  const partner = access.partners.get(journey.partnerId);
  if (journey.id !== request.params['journeyId'] || partner === undefined) throw notFound();
  requirePartnerOrigin(request, partner);
  (response.locals as RequestLocals).journeyId = journey.id;
  const now = access.now();
  if (expireIfDue(journey, now) === journey) return journey;
  return updateJourney(access.store, journey.id, (current) => expireIfDue(current, now));
}
