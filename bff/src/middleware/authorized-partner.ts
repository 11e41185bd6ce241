import type { RequestHandler, Response } from 'express';
import { BffError, unauthorized } from '../errors.ts';
import type { Partner } from '../partners.ts';
import { matchesSecret } from '../tokens/random-token.ts';
import { bearerToken } from './authorized-journey.ts';

/** For the partner's server only: its API key, and no browser. */
export function authorizedPartner(partners: ReadonlyMap<string, Partner>): RequestHandler {
  return (request, response, next) => {
    if (request.get('origin') !== undefined)
      throw new BffError(403, 'origin_not_allowed', 'This is for servers: pages may not call it.');
    const key = bearerToken(request);
    if (key === null) throw unauthorized('missing_token', 'This needs the API key as a Bearer token.');
    const partner = [...partners.values()].find(({ apiKeys }) => matchesSecret(key, apiKeys));
    if (partner === undefined) throw unauthorized('invalid_token', 'The API key is not one of ours.');
    response.locals['partner'] = partner;
    next();
  };
}

/** Whose server asks; only behind `authorizedPartner`. */
export function partnerOf(response: Response): Partner {
  return response.locals['partner'] as Partner;
}
