import type { AttestedConsent } from '../consents/consent-facts.ts';
import type { AttoConfig } from '../partners.ts';
import { AttoConnection, AttoError, type AttoRequest } from './atto-connection.ts';
import type { AttoBudget, Purpose } from './budget.ts';
import { type Api, scopeOf, TokenSource } from './token-source.ts';
import { consentSchema, validationTokenSchema } from './wire.ts';
import { type AttestedInvitation, acceptedInvitationSchema, invitationSchema } from './wire-invitations.ts';

/** Nobody asks for so long after a 429 that does not say how long. */
const CLOSED_SECONDS = 5;

/** "A refresh may take several seconds" (documentation, "Consent refresh"); banks are slower than that. */
const REFRESH_WITHIN_MS = 90_000;

/** Whom Atto is to write to, in Atto's spelling. */
export interface InvitationToSend {
  readonly templateId?: string;
  readonly recipientName: string;
  readonly recipientEmail: string;
  readonly customerReference: string;
}

/** One page of a list. */
export interface ConsentsPage {
  /** Those that we can read. */
  readonly consents: readonly AttestedConsent[];
  /** How many there were on it. */
  readonly length: number;
}

/** Asks Atto's APIs in one application's name. */
export class AttoClient {
  readonly #connection: AttoConnection;
  readonly #tokens = new Map<Api, TokenSource>();
  readonly #config: AttoConfig;
  readonly #budget: AttoBudget;
  readonly #refreshes: AttoBudget;

  /** @param refreshes of data, which Atto advises to ask for more rarely than for all else; counted besides */
  constructor(config: AttoConfig, budget: AttoBudget, refreshes: AttoBudget) {
    this.#connection = new AttoConnection(config);
    this.#config = config;
    this.#budget = budget;
    this.#refreshes = refreshes;
  }

  /**
   * `GET /consents/v1/{consentId}`.
   * @returns null where Atto does not know the id
   * @throws {AttoError} also where our share of Atto's quota is spent
   */
  async consent(consentId: string, purpose: Purpose): Promise<AttestedConsent | null> {
    try {
      const path = `/consents/v1/${encodeURIComponent(consentId)}`;
      const parsed = consentSchema.safeParse(await this.#authorized(purpose, { method: 'GET', path }));
      if (!parsed.success) throw new AttoError('Atto described a consent in a way that we cannot read', 200);
      return parsed.data;
    } catch (error) {
      if (isUnknownId(error)) return null;
      throw error;
    }
  }

  /** How many consents may be asked about just now. */
  askable(purpose: Purpose): Promise<number> {
    return this.#budget.available(purpose);
  }

  /**
   * `GET /consents/v1?from=…`, one page.
   * @throws {AttoError} also where our share of Atto's quota is spent
   */
  async consentsChangedSince(
    from: Date,
    { offset, limit }: { offset: number; limit: number },
    purpose: Purpose,
  ): Promise<ConsentsPage> {
    const query = new URLSearchParams({ from: from.toISOString(), offset: String(offset), limit: String(limit) });
    return this.#consents(purpose, query);
  }

  /**
   * `GET /consents/v1?customerReference=…`, the first page. Rows that we cannot read are left out.
   * @throws {AttoError}
   */
  async consentsOfReference(customerReference: string): Promise<readonly AttestedConsent[]> {
    const query = new URLSearchParams({ customerReference, limit: '100' });
    return (await this.#consents('reconciliation', query)).consents;
  }

  /**
   * `POST /connect-invitations/v1`.
   * @returns Atto's id of it
   * @throws {AttoError}
   */
  async sendInvitation(invitation: InvitationToSend): Promise<string> {
    const headers = { 'Content-Type': 'application/json' };
    const request = {
      method: 'POST',
      path: '/connect-invitations/v1',
      headers,
      body: JSON.stringify(invitation),
    } as const;
    const parsed = acceptedInvitationSchema.safeParse(await this.#authorized('partner', request, 'connect_invitation'));
    if (!parsed.success) throw new AttoError('Atto took an invitation and did not name it', 202);
    return parsed.data;
  }

  /**
   * `GET /connect-invitations/v1/{invitationId}`. News of an e-mail waits for everything that a customer waits for.
   * @returns null where Atto does not know the id
   * @throws {AttoError} also where our share of Atto's quota is spent
   */
  async invitation(attoId: string): Promise<AttestedInvitation | null> {
    try {
      const request = { method: 'GET', path: `/connect-invitations/v1/${encodeURIComponent(attoId)}` } as const;
      const answer = await this.#authorized('reconciliation', request, 'connect_invitation');
      const parsed = invitationSchema.safeParse(answer);
      if (!parsed.success) throw new AttoError('Atto described an invitation in a way that we cannot read', 200);
      return parsed.data;
    } catch (error) {
      if (isUnknownId(error)) return null;
      throw error;
    }
  }

  /**
   * `POST /stored-data/v1/consents/{consentId}/refresh`: has the bank asked for newer data, and waits for it.
   * @throws {AttoError} 403 where it may not be, 409 while one is under way
   */
  async refreshData(consentId: string): Promise<void> {
    await this.#refreshes.take('return');
    const path = `/stored-data/v1/consents/${encodeURIComponent(consentId)}/refresh`;
    await this.#authorized('partner', { method: 'POST', path, deadlineMs: REFRESH_WITHIN_MS }, 'stored_data');
  }

  /**
   * `GET /v1/connect/validation-token`.
   * @returns null where the answer has none
   * @throws {AttoError}
   */
  async validationToken(): Promise<string | null> {
    const body = await this.#authorized('launch', { method: 'GET', path: '/v1/connect/validation-token' });
    return validationTokenSchema.safeParse(body).data ?? null;
  }

  /**
   * `POST /consents/v1/{consentId}/revoke`. A consent that is revoked already counts as revoked.
   * @throws {AttoError}
   */
  async revoke(consentId: string): Promise<void> {
    try {
      const path = `/consents/v1/${encodeURIComponent(consentId)}/revoke`;
      await this.#authorized('return', { method: 'POST', path });
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
    return new TokenSource(this.#connection, credentials, scopeOf(this.#config, 'consent')).token();
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #consents(purpose: Purpose, query: URLSearchParams): Promise<ConsentsPage> {
    const body = await this.#authorized(purpose, { method: 'GET', path: `/consents/v1?${query}` });
    if (!Array.isArray(body)) throw new AttoError('Atto listed consents in a way that we cannot read', 200);
    const consents = body.flatMap((row: unknown) => consentSchema.safeParse(row).data ?? []);
    return { consents, length: body.length };
  }

  #tokenSource(api: Api): TokenSource {
    const known = this.#tokens.get(api);
    if (known !== undefined) return known;
    const source = new TokenSource(this.#connection, this.#config, scopeOf(this.#config, api));
    this.#tokens.set(api, source);
    return source;
  }

  /** With the token of an API; a refused one is replaced once. Every call is taken from the quota as it leaves. */
  async #authorized(purpose: Purpose, request: AttoRequest, api: Api = 'consent'): Promise<unknown> {
    const source = this.#tokenSource(api);
    const token = await source.token();
    await this.#budget.take(purpose);
    try {
      return await this.#bearing(token, request);
    } catch (error) {
      if (error instanceof AttoError && error.status === 429)
        await this.#budget.close(error.retryAfterSeconds ?? CLOSED_SECONDS);
      if (!(error instanceof AttoError) || error.status !== 401) throw error;
      source.refuse(token);
      const another = await source.token();
      await this.#budget.take(purpose);
      return this.#bearing(another, request);
    }
  }

  #bearing(token: string, request: AttoRequest): Promise<unknown> {
    return this.#connection.request({ ...request, headers: { ...request.headers, Authorization: `Bearer ${token}` } });
  }
}

/** A malformed id gets 400 from the gateway: to us it is an id that does not exist. */
function isUnknownId(error: unknown): boolean {
  return error instanceof AttoError && (error.status === 404 || error.status === 400);
}
