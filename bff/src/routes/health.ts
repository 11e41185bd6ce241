import type { RequestHandler } from 'express';
import { BffError } from '../errors.ts';
import type { Retirement } from '../retirement.ts';
import type { Store } from '../stores/store.ts';

/** GET /healthz: the process is alive. */
export const healthRoute: RequestHandler = (_request, response) => {
  response.json({ status: 'ok' });
};

/** GET /readyz: the process may take traffic, because its store answers, its keys are there, and it is not about to leave. */
export function readinessRoute(store: Store, keys: () => Promise<unknown>, retirement: Retirement): RequestHandler {
  return async (_request, response) => {
    if (retirement.isBegun)
      throw new BffError(503, 'not_ready', 'The process is about to leave.', { retryAfterSeconds: 1 });
    try {
      await Promise.all([store.ping(), keys()]);
    } catch (cause) {
      throw new BffError(503, 'not_ready', 'The store does not answer.', { retryAfterSeconds: 1, cause });
    }
    response.json({ status: 'ready' });
  };
}
