import express, { type Request, type RequestHandler, type Response } from 'express';
import { matchesSecret } from '../tokens/random-token.ts';
import { WEBHOOK_TOKEN_SECONDS, type WebhookTokens } from '../tokens/webhook-token.ts';

export interface WebhookTokenDependencies {
  tokens: WebhookTokens;
  clientId: string;
  clientSecrets: readonly string[];
}

const LARGEST_FORM = 4096;

/** The error codes of RFC 6749 section 5.2 that can occur here. */
type OAuthError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

/**
 * POST /v1/oauth2/token: client credentials by Basic, so that Atto's webhooks can authenticate.
 * @see Documentation, "Optional OAuth2 Authentication"; RFC 6749 sections 2.3.1, 4.4 and 5
 */
export function webhookTokenRoute(deps: WebhookTokenDependencies): RequestHandler[] {
  const form = express.text({ type: 'application/x-www-form-urlencoded', limit: LARGEST_FORM, inflate: false });
  return [
    form,
    async (request, response) => {
      response.set('Pragma', 'no-cache');
      if (!isClient(request, deps)) return refuse(response, 'invalid_client');
      if (typeof request.body !== 'string') return refuse(response, 'invalid_request');
      const fields = new URLSearchParams(request.body);
      const isRepeated = [...new Set(fields.keys())].some((name) => fields.getAll(name).length > 1);
      if (isRepeated || !fields.has('grant_type')) return refuse(response, 'invalid_request');
      if (fields.get('grant_type') !== 'client_credentials') return refuse(response, 'unsupported_grant_type');
      response.json({
        access_token: await deps.tokens.issue(deps.clientId),
        token_type: 'Bearer',
        expires_in: WEBHOOK_TOKEN_SECONDS,
      });
    },
  ];
}

/** Id and secret are always both compared, so that the time tells nothing. */
function isClient(request: Request, { clientId, clientSecrets }: WebhookTokenDependencies): boolean {
  const [, encoded = ''] = /^Basic +([A-Za-z0-9+/]+=*)$/i.exec(request.get('authorization') ?? '') ?? [];
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  const cut = credentials.indexOf(':');
  const id = credentials.slice(0, Math.max(cut, 0));
  const secret = credentials.slice(cut + 1);
  // RFC 6749 asks clients to url-encode both parts; not all do. Ours have no character that encoding would change.
  const isKnown = matchesSecret(id, [clientId]) || matchesSecret(formDecoded(id), [clientId]);
  const isSecret = matchesSecret(secret, clientSecrets) || matchesSecret(formDecoded(secret), clientSecrets);
  return isKnown && isSecret && cut > 0;
}

function formDecoded(text: string): string {
  return new URLSearchParams(`value=${text}`).get('value') ?? '';
}

function refuse(response: Response, error: OAuthError): void {
  if (error === 'invalid_client') response.set('WWW-Authenticate', 'Basic realm="atto-webhooks"');
  response.status(error === 'invalid_client' ? 401 : 400).json({ error });
}
