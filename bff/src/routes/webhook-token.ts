import express, { type ErrorRequestHandler, type Request, type RequestHandler } from 'express';
import { BffError } from '../errors.ts';
import { publicError } from '../middleware/error-handler.ts';
import { matchesSecret } from '../tokens/random-token.ts';
import { WEBHOOK_TOKEN_SECONDS, type WebhookTokens } from '../tokens/webhook-token.ts';

export interface WebhookClient {
  clientId: string;
  clientSecrets: readonly string[];
}

export interface WebhookTokenDependencies {
  tokens: WebhookTokens;
  clientId: string;
}

const LARGEST_FORM = 4096;

/** The error codes of RFC 6749 section 5.2 that can occur here. */
type OAuthError = 'invalid_request' | 'invalid_client' | 'unsupported_grant_type';

/** Client credentials by Basic, before anything of the body is read. 401 without the right ones. */
export function webhookClient(client: WebhookClient): RequestHandler {
  return (request, _response, next) => {
    if (isClient(request, client)) return next();
    throw new BffError(401, 'invalid_client', 'Send the client id and its secret by Basic.', {
      headers: { 'WWW-Authenticate': 'Basic realm="atto-webhooks"' },
    });
  };
}

/**
 * POST /v1/oauth2/token: the client credentials grant, so that Atto's webhooks can authenticate.
 * @see Documentation, "Optional OAuth2 Authentication"; RFC 6749 sections 2.3.1, 4.4 and 5
 */
export function webhookTokenRoute({ tokens, clientId }: WebhookTokenDependencies): RequestHandler[] {
  const form = express.text({ type: 'application/x-www-form-urlencoded', limit: LARGEST_FORM, inflate: false });
  return [
    form,
    async (request, response) => {
      if (typeof request.body !== 'string') throw badRequest('Send a form.');
      const fields = new URLSearchParams(request.body);
      const isRepeated = [...new Set(fields.keys())].some((name) => fields.getAll(name).length > 1);
      if (isRepeated) throw badRequest('Send each field once.');
      if (!fields.has('grant_type')) throw badRequest('Send a grant_type.');
      if (fields.get('grant_type') !== 'client_credentials')
        throw badRequest('The only grant_type here is client_credentials.', 'unsupported_grant_type');
      response.set('Pragma', 'no-cache').json({
        access_token: await tokens.issue(clientId),
        token_type: 'Bearer',
        expires_in: WEBHOOK_TOKEN_SECONDS,
      });
    },
  ];
}

/** What a client of OAuth reads, also of what it did not do wrong by OAuth: too much, too often. @see RFC 6749 section 5.2 */
export const oauthErrors: ErrorRequestHandler = (thrown, _request, response, next) => {
  const error = publicError(thrown);
  if (error.status >= 500) return next(thrown);
  response
    .status(error.status)
    .set({ Pragma: 'no-cache', ...error.headers })
    .json({ error: oauthErrorOf(error), error_description: error.message });
};

function oauthErrorOf({ status, code }: BffError): OAuthError {
  // Only wrong credentials are ever too many.
  if (status === 401 || status === 429) return 'invalid_client';
  return code === 'unsupported_grant_type' ? code : 'invalid_request';
}

function badRequest(title: string, code: OAuthError = 'invalid_request'): BffError {
  return new BffError(400, code, title);
}

/** Id and secret are always both compared, so that the time tells nothing. */
function isClient(request: Request, { clientId, clientSecrets }: WebhookClient): boolean {
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
