import type { RequestHandler } from 'express';
import type { Settings } from '../settings.ts';
import { ApiError } from './errors.ts';
import { type ValidationTokens, validationTokenSeconds } from './validation-tokens.ts';

/**
 * GET /v1/connect/validation-token. Documented by name only; the rest is the assumption of atto-facts 12 #1.
 * @see documentation, list of operations, "Authorization API"
 */
export function validationTokenRoute(settings: Settings, tokens: ValidationTokens): RequestHandler {
  return (_req, res) => {
    if (settings.validationToken === 'off') throw new ApiError(404, 'resource_not_found');
    res.set('Cache-Control', 'no-store').json({ token: tokens.issue(), expiresIn: validationTokenSeconds });
  };
}
