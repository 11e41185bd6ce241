import type { RequestHandler } from 'express';
import { sendGatewayError } from './errors.ts';

const windowMs = 60_000;

/**
 * Counts calls in windows of a minute and answers 429 above the limit, in the gateway's shape. There is one client,
 * so there is one count. `limit` is read at each call, since it can be changed.
 * @see docs.atto.co "API rate limits"
 */
export function rateLimit(limit: () => number, now: () => number): RequestHandler {
  let opened = Number.NEGATIVE_INFINITY;
  let calls = 0;
  return (_req, res, next) => {
    if (now() - opened >= windowMs) {
      opened = now();
      calls = 0;
    }
    calls += 1;
    if (calls <= limit()) return next();
    const seconds = Math.max(1, Math.ceil((opened + windowMs - now()) / 1000));
    res.set('Retry-After', String(seconds));
    sendGatewayError(res, 429, `Rate limit is exceeded. Try again in ${seconds} seconds.`);
  };
}
