import { isIP } from 'node:net';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
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
    if (count > limit) return sendProblem(response, tooMany(secondsLeft));
    next();
  };
}

/**
 * Directly after what checks a secret: of more than `limit` wrong ones (401) a minute from one address the rest get 429.
 * Right ones never come here, so nobody is locked out by what others of the same address try.
 */
export function limitRefusals(limit: number): ErrorRequestHandler {
  const refusals = new MinuteCounts();
  return (thrown, request, _response, next) => {
    if (!(thrown instanceof BffError && thrown.status === 401)) return next(thrown);
    const { count, secondsLeft } = refusals.add(callerAddress(request));
    next(count > limit ? tooMany(secondsLeft) : thrown);
  };
}

function tooMany(retryAfterSeconds: number): BffError {
  return new BffError(429, 'too_many_requests', 'Too many requests from this address.', { retryAfterSeconds });
}
