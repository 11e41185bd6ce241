import { isIP } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { BffError } from '../errors.ts';
import { sendProblem } from './error-handler.ts';
import { MinuteCounts } from './minute-counts.ts';

/** A caller's address; of IPv6 the /56 that one customer of a provider usually has. */
export function callerAddress(request: Request): string {
  const address = request.ip ?? '';
  const family = isIP(address);
  if (family === 4) return address;
  return family === 0 ? 'unknown' : ipKeyGenerator(address, 56);
}

/** At most `limit` requests a minute from one address; beyond it 429 with `Retry-After`. */
export function limitPerAddress(limit: number): RequestHandler {
  const requests = new MinuteCounts();
  return (request, response, next) => {
    const { count, secondsLeft } = requests.add(callerAddress(request));
    if (count > limit) return sendTooMany(response, secondsLeft);
    next();
  };
}

/**
 * At most `limit` wrong secrets (401) a minute from one address, whoever guesses; right ones are never counted, however
 * many are under way at once.
 */
export function limitRefusals(limit: number): RequestHandler {
  const refusals = new MinuteCounts();
  return (request, response, next) => {
    const address = callerAddress(request);
    const { count, secondsLeft } = refusals.of(address);
    if (count >= limit) return sendTooMany(response, secondsLeft);
    response.once('finish', () => {
      if (response.statusCode === 401) refusals.add(address);
    });
    next();
  };
}

function sendTooMany(response: Response, retryAfterSeconds: number): void {
  const title = 'Too many requests from this address.';
  sendProblem(response, new BffError(429, 'too_many_requests', title, { retryAfterSeconds }));
}
