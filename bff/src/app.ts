import { type Request, type RequestHandler, type Response, Router } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { AttoClient } from './atto/atto-client.ts';
import type { Config } from './config.ts';
import type { Store } from './journey/store.ts';
import { Verification } from './journey/verification.ts';
import { WaitingRoom } from './journey/waiting-room.ts';
import { allowedOrigins } from './middleware/allowed-origins.ts';
import { allowOnly, errorHandler, unknownRoute } from './middleware/error-handler.ts';
import { jsonBody } from './middleware/json-body.ts';
import { limitPerAddress } from './middleware/rate-limits.ts';
import { requestLog } from './middleware/request-log.ts';
import { NotificationDesk } from './notifications/notification-desk.ts';
import type { Partner } from './partners.ts';
import { cancelRoute } from './routes/cancel.ts';
import { goRoute } from './routes/go.ts';
import { healthRoute, readinessRoute } from './routes/health.ts';
import { launchAgainRoute, startRoute } from './routes/launch.ts';
import { returnRoute } from './routes/return.ts';
import { statusRoute } from './routes/status.ts';
import { verifyRoute } from './routes/verify.ts';
import { webhookTokenRoute } from './routes/webhook-token.ts';
import { webhookBearer, webhookRoute } from './routes/webhooks.ts';
import { widgetFilesRoute } from './routes/widget-files.ts';
import { loadSigningKeys } from './tokens/signing-keys.ts';
import { WebhookTokens } from './tokens/webhook-token.ts';

export interface BffOptions {
  config: Config;
  store: Store;
  logger: Logger;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
}

/** An Express router; `close()` answers those who wait and ends what runs in the background. The store stays open. */
export interface Bff extends Router {
  close(): Promise<void>;
}

const BODY_BYTES = 16 * 1024;
const WEBHOOK_BYTES = 64 * 1024;
const TOKEN_FAILURES_PER_MINUTE = 30;
const DAY_MS = 86_400_000;
const FORGET_EVERY_MS = 3_600_000;

/** Builds the whole surface of design section 3, in the order in which it is read here; listens nowhere. */
export async function createBff({ config, store, logger, now = Date.now }: BffOptions): Promise<Bff> {
  const { partners, limits, publicUrl } = config;
  const clients = new Map<Partner, AttoClient>(
    [...partners.values()].map((partner) => [partner, new AttoClient(partner.atto)]),
  );
  const attoOf = (partner: Partner) => clients.get(partner) ?? new AttoClient(partner.atto);
  const waitingRoom = new WaitingRoom({ waits: limits.waits, waitsPerAddress: limits.waitsPerAddress });
  const stopListening = store.onJourneyChanged((journeyId) => waitingRoom.wake(journeyId));
  const verification = new Verification({ store, partners, attoOf, now, logger });
  const desk = new NotificationDesk({ store, now, logger, look: () => void verification.sweep() });
  const forgetting = setInterval(() => {
    store.forgetBefore(now() - config.retentionDays * DAY_MS).catch((error: unknown) => {
      logger.error({ err: error }, 'what is older than the retention could not be removed; it is tried again');
    });
  }, FORGET_EVERY_MS).unref();

  const access = { store, partners, now };
  const launch = { ...access, publicUrl, journeySeconds: config.journeySeconds };
  const tokens =
    config.webhookAuth === 'none'
      ? null
      : new WebhookTokens(await loadSigningKeys(store, config.signingKeys), publicUrl);
  const webhook = { store, tokens, now, accepted: () => desk.wake() };

  const router = Router({ caseSensitive: true, strict: true });
  const starts = limitPerAddress(limits.startsPerMinute);
  const requests = limitPerAddress(limits.requestsPerMinute);
  const browser = allowedOrigins(partners);
  const json = jsonBody(BODY_BYTES);

  router.use(requestLog(logger), helmet(headers), unparsed);
  router.use('/widget', widgetFilesRoute());
  router.use(noStore);

  // For browsers: exact origins, journey or customer token, no cookies.
  router.options('/v1/journeys{/*rest}', browser);
  router.post('/v1/journeys', starts, browser, json, startRoute(launch));
  router.all('/v1/journeys', allowOnly('POST'));
  router.get('/v1/journeys/:journeyId', requests, browser, statusRoute({ ...access, waitingRoom }));
  router.all('/v1/journeys/:journeyId', allowOnly('GET'));
  router.post('/v1/journeys/:journeyId/return', requests, browser, json, verifyRoute({ ...access, verification }));
  router.post('/v1/journeys/:journeyId/launch', starts, browser, json, launchAgainRoute(launch));
  router.post('/v1/journeys/:journeyId/cancel', requests, browser, json, cancelRoute(access));
  for (const step of ['return', 'launch', 'cancel']) router.all(`/v1/journeys/:journeyId/${step}`, allowOnly('POST'));

  // Where browsers navigate.
  router.get('/v1/go/:ticket', requests, goRoute({ store, partners, attoOf, now, logger }));
  router.get('/v1/return/:partner', requests, returnRoute(access));
  for (const page of ['/v1/go/:ticket', '/v1/return/:partner']) router.all(page, allowOnly('GET'));

  // For Atto.
  if (tokens !== null) {
    const { webhookClientId: clientId, webhookClientSecrets: clientSecrets } = config;
    const failures = limitPerAddress(TOKEN_FAILURES_PER_MINUTE, { failuresOnly: true });
    router.post('/v1/oauth2/token', failures, webhookTokenRoute({ tokens, clientId, clientSecrets }));
    router.all('/v1/oauth2/token', allowOnly('POST'));
  }
  router.post('/v1/webhooks/atto', webhookBearer(webhook), jsonBody(WEBHOOK_BYTES), webhookRoute(webhook));
  router.all('/v1/webhooks/atto', allowOnly('POST'));

  // For operators.
  router.get('/healthz', healthRoute);
  router.get('/readyz', readinessRoute(store));

  router.use(unknownRoute);
  router.use(errorHandler(logger));

  return Object.assign(router, {
    async close() {
      clearInterval(forgetting);
      stopListening();
      waitingRoom.close();
      await Promise.all([verification.close(), desk.close()]);
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  });
}

/** JSON and small pages only: nothing may be loaded, framed or sniffed. Opener and resource policies are set where they matter. */
const headers: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], formAction: ["'none'"], baseUri: ["'none'"] },
  },
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
  // Other hosts below ours are none of our business, least of all when we are mounted in somebody's app.
  strictTransportSecurity: { includeSubDomains: false },
  xFrameOptions: { action: 'deny' },
  xPoweredBy: false,
};

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

/** A body parser that came before us would have swallowed what the webhook limits and the content types are checked on. */
function unparsed(request: Request, _response: Response, next: () => void): void {
  if (request.body !== undefined) throw new Error('mount the bff before any body parser');
  next();
}
