import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Settings } from '../settings.ts';
import type { AccessTokens } from './access-tokens.ts';
import { ApiError } from './errors.ts';

/**
 * POST /v1/oauth2/token: credentials in the form body, one scope a token, no refresh token.
 * @see atto-facts 3.1, docs.atto.co "Get Token"
 */
export function tokenRoute(settings: Settings, tokens: AccessTokens): RequestHandler {
  return async (req, res) => {
    if (!req.is('application/x-www-form-urlencoded')) {
      throw new ApiError(400, 'parameters_invalid', 'The body must be application/x-www-form-urlencoded.');
    }
    const form = (req.body ?? {}) as Record<string, unknown>;
    const known = same(form['client_id'], settings.clientId) && same(form['client_secret'], settings.clientSecret);
    if (!known) throw new ApiError(401, 'unauthorised_client');
    if (form['grant_type'] !== 'client_credentials') {
      throw new ApiError(400, 'parameters_invalid', 'grant_type must be client_credentials.');
    }
    const scope = form['scope'];
    if (typeof scope !== 'string' || !settings.scopes.includes(scope)) {
      throw new ApiError(400, 'parameters_invalid', 'scope must be one scope this client may use.');
    }
    const token = await tokens.issue(scope);
    const lifetime = settings.tokenLifetimeSeconds;
    const answer =
      settings.tokenCasing === 'snake'
        ? { access_token: token, token_type: 'Bearer', expires_in: lifetime }
        : { accessToken: token, tokenType: 'Bearer', expiresIn: lifetime };
    res.set('Cache-Control', 'no-store').json({ ...answer, ...(settings.extraFields ? { region: 'simulated' } : {}) });
  };
}

/** Compares through a hash, so that neither length nor content shows in the time it takes. */
function same(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
