import { type Request, type Response, Router } from 'express';
import { type AssemblyOptions, assemble } from './assembly.ts';
import { SHORTEST_GAP_MS } from './consents/consent-record.ts';
import { Customers, type Identify } from './customers.ts';
import type { BffError } from './errors.ts';
import { allowedOrigins } from './middleware/allowed-origins.ts';
import { setHeadersForPage, setSecurityHeaders } from './middleware/answer-headers.ts';
import { authorizedPartner } from './middleware/authorized-partner.ts';
import { allowOnly, errorHandler, unknownRoute } from './middleware/error-handler.ts';
import { jsonBody } from './middleware/json-body.ts';
import { withoutNul } from './middleware/query.ts';
import { limitPerAddress, limitRefusals } from './middleware/rate-limits.ts';
import { requestLog } from './middleware/request-log.ts';
import { Retirement } from './retirement.ts';
import { cancelRoute } from './routes/cancel.ts';
import { consentDisconnectRoute, consentRoute } from './routes/customer-consents.ts';
import { disconnectRoute } from './routes/disconnect.ts';
import { goRoute } from './routes/go.ts';
import { healthRoute, readinessRoute } from './routes/health.ts';
import { keySetRoute } from './routes/key-set.ts';
import { launchAgainRoute, startRoute } from './routes/launch.ts';
import {
  partnerConsentRoute,
  partnerConsentsRoute,
  partnerRefreshRoute,
  partnerRevokeRoute,
} from './routes/partner-consents.ts';
import { partnerDeliveriesRoute } from './routes/partner-deliveries.ts';
import { partnerEventsRoute } from './routes/partner-events.ts';
import { partnerInvitationRoute, partnerInviteRoute } from './routes/partner-invitations.ts';
import { partnerJourneyRoute, partnerStartRoute, partnerTokenRoute } from './routes/partner-journeys.ts';
import { returnRoute } from './routes/return.ts';
import { disownRoute, resumeRoute } from './routes/returned-elsewhere.ts';
import { statusRoute } from './routes/status.ts';
import { verifyRoute } from './routes/verify.ts';
import { oauthErrors, webhookClient, webhookTokenRoute } from './routes/webhook-token.ts';
import { webhookBearer, webhookRoute } from './routes/webhooks.ts';
import { widgetFilesRoute } from './routes/widget-files.ts';
import { ShortMemory } from './short-memory.ts';
import { WebhookTokens } from './tokens/webhook-token.ts';

export interface BffOptions extends AssemblyOptions {
  /** Names the customer instead of a token, where we are mounted in an app that knows its customers. */
  identify?: Identify;
}

/** An Express router, and how it ends. */
export interface Bff extends Router {
  /** Is not ready any more and answers who waits, but goes on with everything; each answer is the last of its connection. */
  retire(): void;
  /** Retires, finishes what is under way, and ends what runs in the background. */
  close(): Promise<void>;
}

const BODY_BYTES = 16 * 1024;
const WEBHOOK_BYTES = 64 * 1024;
/** Longer than a call to Atto may take. */
const FINISH_WITHIN_MS = 5500;
/** Wrong secrets from one address, at the partner's API and at the token endpoint each. */
const REFUSALS_PER_MINUTE = 60;

/**
 * Builds the whole surface of design section 3, in the order in which it is read here; listens nowhere. Mount it before any
 * body parser; `PUBLIC_URL` includes the mount path.
 */
export function createBff(options: BffOptions): Bff {
  const { config, identify = null } = options;
  const parts = assemble(options);
  const {
    store,
    logger,
    now,
    asking,
    keys,
    verification,
    watch,
    invitationWatch,
    acceptance,
    waitingRoom,
    revoke,
    close,
  } = parts;
  const { partners, limits, publicUrl, journeySeconds, renewWithinDays } = config;
  const customers = new Customers(partners, publicUrl, identify);
  const access = { store, partners, now };
  const refusedRenewals = new ShortMemory<BffError>(SHORTEST_GAP_MS, now);
  const launch = { ...access, publicUrl, journeySeconds, renewWithinDays, watch, customers, refusedRenewals };
  const elsewhere = { ...access, verification, customers };
  const consents = { ...asking, renewWithinDays, watch, revoke, customers };
  const invitations = { ...asking, invitationWatch };
  const tokens = config.webhookAuth === 'none' ? null : new WebhookTokens(keys, publicUrl);
  const webhook = { acceptance, tokens, now };

  const retirement = new Retirement();
  const router = Router({ caseSensitive: true, strict: true });
  const starts = limitPerAddress(limits.startsPerMinute);
  const requests = limitPerAddress(limits.requestsPerMinute);
  // Each leads to a question to Atto, whose quota is everybody's.
  const claims = limitPerAddress(limits.startsPerMinute);
  const fromPages = allowedOrigins(partners, { bySession: identify !== null });
  const browser = [fromPages, setHeadersForPage];
  const json = jsonBody(BODY_BYTES);

  router.use(retirement.middleware, requestLog(logger));
  // What is asked most, and held longest, comes before everything that it does not need.
  router.get('/v1/journeys/:journeyId', fromPages, requests, statusRoute({ ...access, waitingRoom }));

  router.use(unparsed, setSecurityHeaders);
  // Where a part of the path is looked up in the store as it comes.
  for (const path of ['/v1/consents', '/v1/partner']) router.use(path, withoutNul);

  // For browsers: exact origins, journey or customer token, no cookies.
  for (const path of ['journeys', 'returns', 'consents']) router.options(`/v1/${path}{/*rest}`, browser);
  router.post('/v1/journeys', browser, starts, json, startRoute(launch));
  router.all('/v1/journeys', allowOnly('POST'));
  router.all('/v1/journeys/:journeyId', allowOnly('GET'));
  router.post('/v1/journeys/:journeyId/return', browser, claims, json, verifyRoute({ ...access, verification }));
  router.post('/v1/journeys/:journeyId/launch', browser, starts, json, launchAgainRoute(launch));
  router.post('/v1/journeys/:journeyId/cancel', browser, requests, json, cancelRoute(access));
  router.post('/v1/journeys/:journeyId/disconnect', browser, requests, json, disconnectRoute({ ...access, revoke }));
  for (const step of ['return', 'launch', 'cancel', 'disconnect'])
    router.all(`/v1/journeys/:journeyId/${step}`, allowOnly('POST'));
  router.post('/v1/returns/:handle/resume', browser, requests, json, resumeRoute(elsewhere));
  router.post('/v1/returns/:handle/disown', browser, claims, json, disownRoute(elsewhere));
  for (const step of ['resume', 'disown']) router.all(`/v1/returns/:handle/${step}`, allowOnly('POST'));
  router.get('/v1/consents/:consentId', browser, requests, consentRoute(consents));
  router.all('/v1/consents/:consentId', allowOnly('GET'));
  router.post('/v1/consents/:consentId/disconnect', browser, requests, json, consentDisconnectRoute(consents));
  router.all('/v1/consents/:consentId/disconnect', allowOnly('POST'));

  // Where browsers navigate.
  router.get('/v1/go/:ticket', requests, goRoute({ ...asking, publicUrl, journeySeconds }));
  router.get('/v1/return/:partner', requests, returnRoute(access));
  for (const page of ['/v1/go/:ticket', '/v1/return/:partner']) router.all(page, allowOnly('GET'));

  // For the partner's server: its API key, no CORS.
  router.use('/v1/partner', authorizedPartner(partners), limitRefusals(REFUSALS_PER_MINUTE));
  router.post('/v1/partner/journeys', json, partnerStartRoute(launch));
  router.all('/v1/partner/journeys', allowOnly('POST'));
  router.get('/v1/partner/journeys/:journeyId', partnerJourneyRoute(launch));
  router.all('/v1/partner/journeys/:journeyId', allowOnly('GET'));
  router.post('/v1/partner/journeys/:journeyId/tokens', json, partnerTokenRoute(launch));
  router.all('/v1/partner/journeys/:journeyId/tokens', allowOnly('POST'));
  router.get('/v1/partner/events', partnerEventsRoute(store));
  router.all('/v1/partner/events', allowOnly('GET'));
  router.get('/v1/partner/deliveries', partnerDeliveriesRoute(store));
  router.all('/v1/partner/deliveries', allowOnly('GET'));
  router.get('/v1/partner/consents', partnerConsentsRoute(consents));
  router.all('/v1/partner/consents', allowOnly('GET'));
  router.get('/v1/partner/consents/:consentId', partnerConsentRoute(consents));
  router.all('/v1/partner/consents/:consentId', allowOnly('GET'));
  router.post('/v1/partner/consents/:consentId/revoke', json, partnerRevokeRoute(consents));
  router.all('/v1/partner/consents/:consentId/revoke', allowOnly('POST'));
  router.post('/v1/partner/consents/:consentId/refresh', json, partnerRefreshRoute(consents));
  router.all('/v1/partner/consents/:consentId/refresh', allowOnly('POST'));
  router.post('/v1/partner/invitations', json, partnerInviteRoute(invitations));
  router.all('/v1/partner/invitations', allowOnly('POST'));
  router.get('/v1/partner/invitations/:invitationId', partnerInvitationRoute(invitations));
  router.all('/v1/partner/invitations/:invitationId', allowOnly('GET'));

  // For Atto.
  if (tokens !== null) {
    const { webhookClientId: clientId, webhookClientSecrets: clientSecrets } = config;
    const client = [webhookClient({ clientId, clientSecrets }), limitRefusals(REFUSALS_PER_MINUTE)];
    router.post('/v1/oauth2/token', client, webhookTokenRoute({ tokens, clientId }), oauthErrors);
    router.all('/v1/oauth2/token', allowOnly('POST'));
  }
  router.post('/v1/webhooks/atto', webhookBearer(webhook), jsonBody(WEBHOOK_BYTES), webhookRoute(webhook));
  router.all('/v1/webhooks/atto', allowOnly('POST'));

  // For pages, and for whoever checks what we signed.
  router.use('/widget', widgetFilesRoute());
  router.get('/.well-known/jwks.json', keySetRoute(keys));

  // For operators.
  router.get('/healthz', healthRoute);
  router.get('/readyz', readinessRoute(store, keys, retirement));

  router.use(unknownRoute);
  router.use(errorHandler(logger));

  const retire = () => {
    retirement.begin();
    waitingRoom.empty();
  };
  return Object.assign(router, {
    retire,
    async close() {
      retire();
      waitingRoom.close();
      await retirement.finished(FINISH_WITHIN_MS);
      await close();
    },
  });
}

/** A body parser that came before us would have swallowed what the webhook limits and the content types are checked on. */
function unparsed(request: Request, _response: Response, next: () => void): void {
  if (request.body !== undefined) throw new Error('mount the bff before any body parser');
  next();
}
