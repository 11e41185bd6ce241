import type { AttestedConsent } from '../consents/consent-facts.ts';
import type { AttoConfig } from '../partners.ts';
import { AttoConnection, AttoError, type AttoRequest } from './atto-connection.ts';
import type { AttoBudget, Purpose } from './budget.ts';
import { consentScope, TokenSource } from './token-source.ts';
import { consentSchema, validationTokenSchema } from './wire.ts';

/** Nobody asks for so long after a 429 that does not say how long. */
const CLOSED_SECONDS = 5;

/** Asks Atto's APIs in one application's name. */
export class AttoClient {
  readonly #connection: AttoConnection;
  readonly #consentToken: TokenSource;
  readonly #config: AttoConfig;
  readonly #budget: AttoBudget;

  constructor(config: AttoConfig, budget: AttoBudget) {
    this.#connection = new AttoConnection(config);
    this.#consentToken = new TokenSource(this.#connection, config, consentScope(config));
    this.#config = config;
    this.#budget = budget;
  }

  /**
   * `GET /consents/v1/{consentId}`.
   * @returns null where Atto does not know the id
   * @throws {AttoError} also where our share of Atto's quota is spent
   */
  async consent(consentId: string, purpose: Purpose): Promise<AttestedConsent | null> {
    try {
      await this.#budget.take(purpose);
      const path = `/consents/v1/${encodeURIComponent(consentId)}`;
      const parsed = consentSchema.safeParse(await this.#authorized({ method: 'GET', path }));
      if (!parsed.success) throw new AttoError('Atto described a consent in a way that we cannot read', 200);
      return parsed.data;
    } catch (error) {
      // A malformed id gets 400 from the gateway: to us it is an id that does not exist.
      if (error instanceof AttoError && (error.status === 404 || error.status === 400)) return null;
      throw error;
    }
  }

  /** How many consents may be asked about just now. */
  askable(purpose: Purpose): Promise<number> {
    return this.#budget.available(purpose);
  }

  /**
   * `GET /consents/v1?from=…`, one page. Rows that we cannot read are left out.
   * @throws {AttoError}
   */
  async consentsChangedSince(
    from: Date,
    { offset, limit }: { offset: number; limit: number },
  ): Promise<AttestedConsent[]> {
    await this.#budget.take('reconciliation');
    const query = new URLSearchParams({ from: from.toISOString(), offset: String(offset), limit: String(limit) });
    const body = await this.#authorized({ method: 'GET', path: `/consents/v1?${query}` });
    if (!Array.isArray(body)) throw new AttoError('Atto listed consents in a way that we cannot read', 200);
    return body.flatMap((row: unknown) => consentSchema.safeParse(row).data ?? []);
  }

  /**
   * `GET /v1/connect/validation-token`.
   * @returns null where the answer has none
   * @throws {AttoError}
   */
  async validationToken(): Promise<string | null> {
    await this.#budget.take('launch');
    const body = await this.#authorized({ method: 'GET', path: '/v1/connect/validation-token' });
    return validationTokenSchema.safeParse(body).data ?? null;
  }

  /**
   * `POST /consents/v1/{consentId}/revoke`. A consent that is revoked already counts as revoked.
   * @throws {AttoError}
   */
  async revoke(consentId: string): Promise<void> {
    try {
      await this.#budget.take('return');
      await this.#authorized({ method: 'POST', path: `/consents/v1/${encodeURIComponent(consentId)}/revoke` });
    } catch (error) {
      if (!(error instanceof AttoError) || error.code !== 'consent_revoked') throw error;
    }
  }

  /**
   * A token for one renewal link, never kept: it goes into a browser (documentation, "Re-authentication").
   * @throws {AttoError}
   */
  async renewalToken(): Promise<string> {
    const credentials = this.#config.renewal ?? this.#config;
    return new TokenSource(this.#connection, credentials, consentScope(this.#config)).token();
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  /** With the consent token; a refused one is replaced once. */
  async #authorized(request: AttoRequest): Promise<unknown> {
    const token = await this.#consentToken.token();
    try {
      return await this.#bearing(token, request);
    } catch (error) {
      if (error instanceof AttoError && error.status === 429)
        await this.#budget.close(error.retryAfterSeconds ?? CLOSED_SECONDS);
      if (!(error instanceof AttoError) || error.status !== 401) throw error;
      this.#consentToken.refuse(token);
      return this.#bearing(await this.#consentToken.token(), request);
    }
  }

  #bearing(token: string, request: AttoRequest): Promise<unknown> {
    return this.#connection.request({ ...request, headers: { ...request.headers, Authorization: `Bearer ${token}` } });
  }
}
