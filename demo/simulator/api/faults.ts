import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { Settings } from '../settings.ts';
import type { Timers } from '../timers.ts';
import { ApiError, sendApiError, sendGatewayError } from './errors.ts';

const faultSchema = z.strictObject({
  /** Start of the path, such as `/consents/v1`. */
  path: z.string().startsWith('/'),
  /** How many calls it spoils. Default 1. */
  times: z.int().positive().default(1),
  /** Default 500. */
  status: z.int().min(200).max(599).default(500),
  /** Atto's error body, the gateway's, a web page, nothing, broken JSON; or no answer at all. Default error. */
  answer: z.enum(['error', 'gateway', 'html', 'empty', 'malformed', 'hang', 'reset']).default('error'),
  /** Sent as Retry-After. */
  retryAfterSeconds: z.int().nonnegative().optional(),
  /** Waits before it answers. Default 0. */
  delayMs: z.number().nonnegative().default(0),
});

/** How one or more calls are to go wrong. */
export type Fault = z.input<typeof faultSchema>;
type PlannedFault = z.output<typeof faultSchema>;

/** Faults waiting for their calls, first come first served. */
export class Faults {
  #planned: PlannedFault[] = [];

  /** Throws a ZodError for a fault it does not understand. */
  plan(fault: unknown): void {
    this.#planned.push(faultSchema.parse(fault));
  }

  clear(): void {
    this.#planned = [];
  }

  take(path: string): PlannedFault | undefined {
    const fault = this.#planned.find((each) => path.startsWith(each.path));
    if (!fault) return undefined;
    fault.times -= 1;
    if (fault.times === 0) this.#planned = this.#planned.filter((each) => each !== fault);
    return fault;
  }
}

/** Spoils the calls that a fault was planned for and lets the others through. */
export function applyFaults(faults: Faults, settings: Settings, timers: Timers): RequestHandler {
  return async (req, res, next) => {
    const fault = faults.take(req.path);
    if (!fault) return next();
    await timers.pause(fault.delayMs);
    if (fault.answer === 'hang') return;
    if (fault.answer === 'reset') {
      req.socket.resetAndDestroy();
      return;
    }
    if (fault.retryAfterSeconds !== undefined) res.set('Retry-After', String(fault.retryAfterSeconds));
    res.status(fault.status);
    answers[fault.answer](res, fault, settings);
  };
}

type Answer = (res: Parameters<RequestHandler>[1], fault: PlannedFault, settings: Settings) => void;

const answers: Record<Exclude<PlannedFault['answer'], 'hang' | 'reset'>, Answer> = {
  error: (res, { status }, settings) => sendApiError(res, errorFor(status), settings),
  gateway: (res, { status }) => sendGatewayError(res, status, 'The request could not be processed.'),
  html: (res) => res.type('html').send('<html><body><h1>Bad gateway</h1></body></html>'),
  empty: (res) => res.end(),
  malformed: (res) => res.type('json').send('{"consentId": "5e1f'),
};

function errorFor(status: number): ApiError {
  if (status === 401) return new ApiError(401, 'unauthorised_client');
  if (status === 502) return new ApiError(502, 'provider_temporarily_unavailable');
  if (status < 500) return new ApiError(status, 'parameters_invalid');
  return new ApiError(status, 'unexpected_error');
}
