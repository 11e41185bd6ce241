import express, { type Request, type Response, Router } from 'express';
import type { Consents } from '../consents/consents.ts';
import type { ConsentLifecycle } from '../consents/lifecycle.ts';
import type { Invitations } from '../invitations/invitations.ts';
import type { Settings } from '../settings.ts';
import type { Timers } from '../timers.ts';
import type { AccessTokens } from './access-tokens.ts';
import { authorise } from './authorise.ts';
import { consentsRoutes } from './consents-routes.ts';
import { ApiError, sendApiError } from './errors.ts';
import { applyFaults, type Faults } from './faults.ts';
import { invitationsRoutes } from './invitations-routes.ts';
import { rateLimit } from './rate-limit.ts';
import { refreshRoute } from './refresh-route.ts';
import { tokenRoute } from './token-route.ts';
import { validationTokenRoute } from './validation-token-route.ts';
import type { ValidationTokens } from './validation-tokens.ts';

/** Everything the API is made of. */
export interface ApiDeps {
  settings: Settings;
  consents: Consents;
  lifecycle: ConsentLifecycle;
  invitations: Invitations;
  accessTokens: AccessTokens;
  validationTokens: ValidationTokens;
  faults: Faults;
  timers: Timers;
  now: () => number;
}

/** Documented by Atto, and knowingly left out. */
const notSimulated = [
  '/stored-data',
  '/data',
  '/atto-score',
  '/advanced-insights',
  '/income-verification',
  '/insights-engine',
  '/account-verification',
  '/affordability',
  '/connect/users',
];

/** Atto's HTTP API: guards first, then each operation, then the answer to everything else. */
export function apiRoutes(deps: ApiDeps): Router {
  const { settings, accessTokens, now } = deps;
  const router = Router();
  const authorisedLimit = rateLimit(() => settings.rateLimits.authorisedPerMinute, now);
  const tokenLimit = rateLimit(() => settings.rateLimits.tokenPerMinute, now);
  const consentOnly = authorise(accessTokens, 'consent');

  router.use(['/v1', '/consents', '/connect-invitations', ...notSimulated], async (_req, _res, next) => {
    await deps.timers.pause(settings.latencyMs);
    next();
  });
  router.use(applyFaults(deps.faults, settings, deps.timers));

  const form = express.urlencoded({ extended: false, limit: '10kb' });
  router.post('/v1/oauth2/token', tokenLimit, form, tokenRoute(settings, accessTokens));
  router.get(
    '/v1/connect/validation-token',
    authorisedLimit,
    consentOnly,
    validationTokenRoute(settings, deps.validationTokens),
  );
  router.use('/consents', authorisedLimit, consentOnly, consentsRoutes(deps));

  router.use(
    '/connect-invitations',
    authorisedLimit,
    authorise(accessTokens, 'connect_invitation'),
    invitationsRoutes(deps),
  );
  router.post(
    '/stored-data/v1/consents/:consentId/refresh',
    authorisedLimit,
    authorise(accessTokens, 'stored_data'),
    refreshRoute(deps),
  );

  router.use(notSimulated, () => {
    throw new ApiError(501, 'not_simulated');
  });
  router.use(['/v1', '/consents', '/connect-invitations'], () => {
    throw new ApiError(404, 'resource_not_found');
  });
  router.use(['/v1', '/consents', '/connect-invitations', ...notSimulated], answerError(settings));
  return router;
}

/** Turns whatever was thrown into one documented answer; a body that cannot be read is the caller's mistake. */
function answerError(settings: Settings): express.ErrorRequestHandler {
  return (error: unknown, _req: Request, res: Response, next) => {
    if (res.headersSent) return next(error);
    if (error instanceof ApiError) return sendApiError(res, error, settings);
    const status = (error as { status?: unknown } | null)?.status;
    const callersMistake = typeof status === 'number' && status >= 400 && status < 500;
    if (callersMistake) return sendApiError(res, new ApiError(400, 'parameters_invalid'), settings);
    console.error('simulator:', error);
    sendApiError(res, new ApiError(500, 'unexpected_error'), settings);
  };
}
