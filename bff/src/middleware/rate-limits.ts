import { isIP } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { BffError } from '../errors.ts';
import { sendProblem } from './error-handler.ts';

const MINUTE_MS = 60_000;

/** A caller's address; of IPv6 the /56 that one customer of a provider usually has. */
export function callerAddress(request: Request): string {
  const address = request.ip ?? '';
  return isIP(address) === 0 ? 'unknown' : ipKeyGenerator(address, 56);
}

/** At most `limit` requests a minute from one address; beyond it 429 with `Retry-After`. */
export function limitPerAddress(limit: number): RequestHandler {
  return rateLimit({
    windowMs: MINUTE_MS,
    limit,
    keyGenerator: callerAddress,
    standardHeaders: 'draft-7',
    legacyHeaders: false,
    handler: (_request, response, _next, { windowMs }) => {
      sendTooMany(response, Number(response.getHeader('Retry-After') ?? windowMs / 1000));
    },
  });
}

const ADDRESSES_AT_MOST = 10_000;

/**
 * At most `limit` wrong secrets (401) a minute from one address, whoever guesses; right ones are never counted, however
 * many are under way at once.
 */
export function limitRefusals(limit: number): RequestHandler {
  const refused = new Map<string, { count: number; until: number }>();
  return (request, response, next) => {
    const address = callerAddress(request);
    const known = refused.get(address);
    const left = (known?.until ?? 0) - Date.now();
    if (known !== undefined && left > 0 && known.count >= limit) return sendTooMany(response, left / 1000);
    response.once('finish', () => {
      if (response.statusCode !== 401) return;
      const current = refused.get(address);
      const isRunning = current !== undefined && current.until > Date.now();
      if (!isRunning && refused.size >= ADDRESSES_AT_MOST) refused.clear();
      refused.set(
        address,
        isRunning ? { ...current, count: current.count + 1 } : { count: 1, until: Date.now() + MINUTE_MS },
      );
    });
    next();
  };
}

function sendTooMany(response: Response, retryAfterSeconds: number): void {
  const title = 'Too many requests from this address.';
  sendProblem(response, new BffError(429, 'too_many_requests', title, { retryAfterSeconds }));
}
