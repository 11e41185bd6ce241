import type { RequestHandler } from 'express';
import { invalidRequest, unauthorized } from '../errors.ts';
import { bearerToken } from '../middleware/authorized-journey.ts';
import type { Acceptance } from '../notifications/acceptance.ts';
import { keyOf, readNotification, textToKeep } from '../notifications/read-notification.ts';
import type { WebhookTokens } from '../tokens/webhook-token.ts';

export interface WebhookDependencies {
  acceptance: Acceptance;
  /** Null where `WEBHOOK_AUTH=none`. */
  tokens: WebhookTokens | null;
  now: () => number;
}

/** Atto sends the token that it got from our token endpoint. @see RFC 6750 */
export function webhookBearer({ tokens }: WebhookDependencies): RequestHandler {
  return async (request, _response, next) => {
    if (tokens === null) return next();
    const token = bearerToken(request);
    if (token === null) throw unauthorized('missing_token', 'This needs an access token of the token endpoint.');
    await tokens.check(token);
    next();
  };
}

/**
 * POST /v1/webhooks/atto: durable first, then 2xx, then work. What is well-formed but new to us is kept and acknowledged:
 * a refusal would only burn Atto's three retries.
 */
export function webhookRoute({ acceptance, now }: WebhookDependencies): RequestHandler {
  return async (request, response) => {
    const notification = readNotification(request.body);
    if (notification === null) {
      const detail =
        'expected a v1 notification (consentId, providerAuthentication) or a v2 event (eventId, eventType, data)';
      throw invalidRequest([{ pointer: '', detail }]);
    }
    const receivedAt = now();
    const key = keyOf(notification, receivedAt);
    await acceptance.accept({ key, body: textToKeep(notification, request.body), receivedAt });
    response.status(204).end();
  };
}
