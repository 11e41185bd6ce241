import type { AttoConfig } from '../partners.ts';
import { type AttoConnection, AttoError } from './atto-connection.ts';
import { tokenSchema } from './wire.ts';

const DEFAULT_LIFE_SECONDS = 300;
const LONGEST_LIFE_SECONDS = 86_400;
/** After a refusal that does not say when to ask again: shorter than any retry of ours, longer than a crowd needs. */
const REFUSED_SECONDS = 0.5;

/** For whoever reads the log: nothing else of ours is in such a request but the scope. */
const WRONG_CREDENTIALS =
  'Atto gives no token for our client id and secret (ATTO_CLIENT_ID, ATTO_CLIENT_SECRET, or those for renewals) and ATTO_SCOPES';

/**
 * An access token for one scope: fetched when it is first needed, kept until four fifths of its life are over, and
 * fetched once however many wait for it. Where Atto gives none, nobody asks again before it said, or before half a second:
 * token calls are not in the quota, so nothing else keeps a crowd from them.
 * @see Documentation, "Authorization API"; RFC 6749 section 4.4
 */
export class TokenSource {
  readonly #connection: AttoConnection;
  readonly #form: string;
  #kept: { token: string; until: number } | null = null;
  #refused: { error: AttoError; until: number } | null = null;
  #fetching: Promise<string> | null = null;

  constructor(connection: AttoConnection, credentials: { clientId: string; clientSecret: string }, scope: string) {
    this.#connection = connection;
    this.#form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      scope,
    }).toString();
  }

  /** @throws {AttoError} */
  async token(): Promise<string> {
    const now = performance.now();
    if (this.#kept !== null && now < this.#kept.until) return this.#kept.token;
    if (this.#refused !== null && now < this.#refused.until) throw this.#refused.error;
    this.#fetching ??= this.#fetch()
      .catch((error: unknown) => {
        if (error instanceof AttoError) this.#refused = { error, until: performance.now() + refusalOf(error) * 1000 };
        throw error;
      })
      .finally(() => {
        this.#fetching = null;
      });
    return this.#fetching;
  }

  /** Atto refused this token: the next caller fetches another. A newer one that came meanwhile is kept. */
  refuse(token: string): void {
    if (this.#kept?.token === token) this.#kept = null;
  }

  async #fetch(): Promise<string> {
    const request = {
      method: 'POST',
      path: '/v1/oauth2/token',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: this.#form,
    } as const;
    const body = await this.#connection.request(request).catch((error: AttoError) => {
      throw error.status === 400 || error.status === 401
        ? new AttoError(WRONG_CREDENTIALS, error.status, error)
        : error;
    });
    const parsed = tokenSchema.safeParse(body);
    if (!parsed.success) throw new AttoError('Atto answered the token request without a token', 200);
    const { accessToken, expiresIn } = parsed.data;
    this.#kept = { token: accessToken, until: performance.now() + lifeOf(expiresIn) * 800 };
    return accessToken;
  }
}

/** The APIs that we use; a token opens one of them. */
export type Api = 'consent' | 'stored_data' | 'connect_invitation';

/** An API's scope, as the documentation or the newer pages spell it. */
export function scopeOf({ scopes }: AttoConfig, api: Api): string {
  return scopes === 'api' ? `api:${api}` : `directid.${api}`;
}

function refusalOf({ retryAfterSeconds }: AttoError): number {
  return Math.max(retryAfterSeconds ?? 0, REFUSED_SECONDS);
}

function lifeOf(expiresIn: number | undefined): number {
  if (expiresIn === undefined || !Number.isFinite(expiresIn) || expiresIn <= 0) return DEFAULT_LIFE_SECONDS;
  return Math.min(expiresIn, LONGEST_LIFE_SECONDS);
}
