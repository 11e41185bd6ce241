import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { BffError } from '../errors.ts';
import { sendProblem } from './error-handler.ts';

const MINUTE_MS = 60_000;

/** A caller's address; of IPv6 the /56 that one customer of a provider usually has. */
export function callerAddress(request: Request): string {
  const address = request.ip ?? '';
  return isIP(address) === 0 ? 'unknown' : ipKeyGenerator(address, 56);
}

/**
 * At most `limit` requests a minute from one address; beyond it 429 with `Retry-After`.
 * @param options.refusalsOnly counts only those that were answered with 401
 */
export function limitPerAddress(limit: number, options: { refusalsOnly?: boolean } = {}): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit,
    keyGenerator: callerAddress,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    skipSuccessfulRequests: options.refusalsOnly ?? false,
    requestWasSuccessful: (_request, response) => response.statusCode !== 401,
    handler: (_request, response, _next, { windowMs }) => {
      const retryAfterSeconds = Number(response.getHeader('Retry-After') ?? windowMs / 1000);
      sendProblem(
        response,
        new BffError(429, 'too_many_requests', 'Too many requests from this address.', { retryAfterSeconds }),
      );
    },
  });
}
