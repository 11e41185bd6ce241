/**
 * A second stand-in for Atto, as somebody else would have written it from the same documentation. It imports nothing of
 * ours; what it says can be bent at will, so that a test can be any Atto that the documentation allows, or a broken one.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The four documented bodies of an error. */
export type ErrorShape = 'PascalCase' | 'camelCase' | 'gateway' | 'problem';

export type Consent = Record<string, unknown>;

/** Answers in place of what would have been answered. */
export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** One request, as it was received. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
  /** Milliseconds on the monotonic clock. */
  readonly at: number;
}

export class OtherAtto {
  tokens: 'snake_case' | 'camelCase' = 'camelCase';
  /** Seconds; some write it as text. */
  expiresIn: number | string = 3600;
  errors: ErrorShape = 'PascalCase';
  /** Fields and enum members that no page has named yet, in every object. */
  novelties = false;
  providerIdAsText = false;
  /** Fields without a value are left out instead of null. */
  nullsAbsent = false;
  validationTokenField: 'token' | 'validationToken' = 'token';
  revokeAnswer: 200 | 204 = 204;
  delayMs = 0;
  /** No page is longer, whatever is asked for. */
  longestPage = Number.POSITIVE_INFINITY;
  /** No order is documented. */
  listOrder: 'oldest first' | 'newest first' | 'any' = 'oldest first';
  /** Every page is the whole list. */
  ignoresPaging = false;
  /** Calls in any sixty seconds, token calls apart; above that it refuses. */
  callsPerMinute = Number.POSITIVE_INFINITY;
  /** Its time, where the bff's is moved. */
  now: () => number = Date.now;

  readonly applicationId = randomUUID();
  /** What it answers for each id; a test may put anything here. */
  readonly consents = new Map<string, Consent>();
  /** What it says of each invitation that it was asked to send; a test may put anything here. */
  readonly invitations = new Map<string, Consent>();
  readonly heard: Heard[] = [];
  /** Every access token, and every validation token, that it ever gave out. */
  readonly given = { access: [] as string[], validation: [] as string[] };

  /** Tokens that are out, and the scope of each. */
  readonly #valid = new Map<string, string>();
  readonly #next = new Map<string, Reply[]>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });

  static async start(): Promise<OtherAtto> {
    const atto = new OtherAtto();
    await new Promise<void>((listening) => atto.#server.listen(0, '127.0.0.1', listening));
    return atto;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** How often an address below this one was asked for. */
  calls(path: string): number {
    return this.heard.filter((request) => request.path.startsWith(path)).length;
  }

  /** The next requests below `path` are answered like this. */
  instead(path: string, ...replies: Reply[]): void {
    this.#next.set(path, [...(this.#next.get(path) ?? []), ...replies]);
  }

  /** All tokens that are out are refused from now on. */
  revokeTokens(): void {
    this.#valid.clear();
  }

  /** An Active consent that has just begun, unless the fields say otherwise. */
  consent(fields: Consent): Consent {
    const now = new Date(this.now()).toISOString();
    return {
      consentId: randomUUID(),
      applicationId: this.applicationId,
      userId: randomUUID(),
      providerId: 4021,
      providerName: 'Larch Valley Savings',
      configurationName: null,
      customerReference: null,
      consentDurationType: 'Limited',
      consentStatus: 'Active',
      consentStart: now,
      consentEnd: new Date(this.now() + 90 * 86_400_000).toISOString(),
      duration: 'P90D',
      daysOfHistoricalTransactions: 365,
      statusUpdated: now,
      statusDetails: null,
      permissions: ['Accounts'],
      invitationId: null,
      journeyType: null,
      ...fields,
    };
  }

  /** A webhook of version 2 about a consent. */
  notification(consent: Consent, news: Consent = {}): Consent {
    const { journeyType, consentDurationType, duration, daysOfHistoricalTransactions, permissions, ...shared } =
      consent;
    const data = { ...shared, consentJourney: journeyType, dataAvailability: null, errorMessage: null, ...news };
    const envelope = { eventType: 'Consent', schemaType: 'Consent', schemaVersion: '1.0.0' };
    const eventTime = new Date(this.now()).toISOString();
    return this.#finished({ eventId: randomUUID(), ...envelope, eventTime, data: this.#finished(data) });
  }

  /** Something happens to the e-mail: Atto's API knows of it from now on, and its webhook says so. */
  emailEvent(invitationId: string, event: string, news: Consent = {}): Consent {
    const invitation = this.invitations.get(invitationId) ?? {};
    const activity = {
      event,
      eventDate: new Date(this.now()).toISOString(),
      smtpErrorCode: null,
      smtpErrorMessage: null,
    };
    const activities = [...((invitation['activities'] as Consent[] | undefined) ?? []), activity];
    this.invitations.set(invitationId, { ...invitation, activities });
    return this.invitationNotification(invitationId, { emailState: event, ...news });
  }

  /** A webhook about an invitation. */
  invitationNotification(invitationId: string, news: Consent = {}): Consent {
    const { customerReference } = this.invitations.get(invitationId) ?? {};
    const nothing = { smtpErrorCode: '', smtpErrorMessage: '', emailState: 'Sent', connectionStatus: 'Pending' };
    const data = { invitationId, applicationId: this.applicationId, customerReference, ...nothing, ...news };
    const envelope = { eventType: 'Invitation', schemaType: 'Email', schemaVersion: '1.0.0' };
    const eventTime = new Date(this.now()).toISOString();
    return this.#finished({ eventId: randomUUID(), ...envelope, eventTime, data: this.#finished(data) });
  }

  /** The same as version 1 puts it: flat, without an id or a time. */
  notificationV1({ consentId, applicationId, customerReference }: Consent, news: Consent = {}): Consent {
    const known = { consentId, applicationId, customerReference, providerAuthentication: 'Success' };
    const unknown = { dataAvailability: null, paymentConfirmation: null, reauthentication: false, errorMessage: null };
    return this.#finished({ ...known, ...unknown, ...news });
  }

  /** Answers with an error in whichever shape is set. */
  error(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void {
    const description = 'As the documentation says.';
    const id = randomUUID();
    const shapes: Record<ErrorShape, object> = {
      PascalCase: { Code: code, Description: description, Details: null, CorrelationId: id },
      camelCase: { code, description, details: null, correlationId: id },
      gateway: { statusCode: status, message: description },
      problem: { type: 'about:blank', title: description, status, detail: code, instance: id },
    };
    send(response, status, this.#finished({ ...shapes[this.errors] }), headers);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://atto');
    const body = await textOf(request);
    const { authorization } = request.headers;
    this.heard.push({ method: request.method ?? '', path: pathname, authorization, body, at: performance.now() });
    const waiting = [...this.#next].find(([prefix, replies]) => pathname.startsWith(prefix) && replies.length > 0);
    const reply = waiting?.[1].shift();
    if (reply !== undefined) return reply(request, response);
    if (this.delayMs > 0) await sleep(this.delayMs);
    if (pathname === '/v1/oauth2/token') return this.#token(new URLSearchParams(body), response);
    const scope = this.#valid.get(authorization?.replace('Bearer ', '') ?? '');
    if (scope === undefined || !scope.endsWith(apiOf(pathname)))
      return this.error(response, 401, 'unauthorised_client');
    if (this.#isTooMuch()) return this.error(response, 429, 'too_many_requests', { 'retry-after': '30' });
    if (pathname.startsWith('/connect-invitations/')) return this.#invitations(pathname, body, response);
    if (pathname.startsWith('/stored-data/')) return this.#refresh(pathname, response);
    if (pathname === '/v1/connect/validation-token') return this.#validationToken(response);
    return this.#consents(pathname, searchParams, response);
  }

  #token(form: URLSearchParams, response: ServerResponse): void {
    const isComplete = form.has('client_id') && form.has('client_secret') && form.has('scope');
    if (!isComplete || form.get('grant_type') !== 'client_credentials') {
      this.error(response, 400, 'parameters_invalid');
      return;
    }
    const token = `canary-access-${randomUUID()}`;
    this.#valid.set(token, form.get('scope') ?? '');
    this.given.access.push(token);
    const { expiresIn } = this;
    const body =
      this.tokens === 'camelCase'
        ? { accessToken: token, tokenType: 'Bearer', expiresIn }
        : { access_token: token, token_type: 'Bearer', expires_in: expiresIn };
    send(response, 200, this.#finished(body));
  }

  #validationToken(response: ServerResponse): void {
    const token = `canary-validation-${randomUUID()}`;
    this.given.validation.push(token);
    send(response, 200, this.#finished({ [this.validationTokenField]: token }));
  }

  #consents(path: string, query: URLSearchParams, response: ServerResponse): void {
    const [, , version, escapedId, action] = path.split('/');
    const id = decodeURIComponent(escapedId ?? '');
    const consent = this.consents.get(id);
    if (version === undefined) this.error(response, 404, 'not_found');
    else if (escapedId === undefined) send(response, 200, this.#list(query));
    else if (consent === undefined) this.error(response, 404, 'consent_not_found');
    else if (action === 'revoke') {
      this.consents.set(id, { ...consent, consentStatus: 'Revoked' });
      response.writeHead(this.revokeAnswer).end();
    } else send(response, 200, this.#finished(consent));
  }

  #invitations(path: string, body: string, response: ServerResponse): void {
    const [, , , id] = path.split('/');
    const invitation = this.invitations.get(id ?? '');
    if (id === undefined) {
      const invitationId = randomUUID();
      const invitationCreated = new Date(this.now()).toISOString();
      this.invitations.set(invitationId, { invitationId, ...JSON.parse(body), invitationCreated, activities: [] });
      const answer = { data: { invitationId }, meta: { totalRecords: null } };
      send(response, 202, answer, { location: `/connect-invitations/v1/${invitationId}` });
    } else if (invitation === undefined) this.error(response, 404, 'invitation_not_found');
    else {
      const { templateId, ...data } = invitation;
      send(response, 200, { data: this.#finished(data), meta: { totalRecords: 1 } });
    }
  }

  /** In the gateway's shape, whatever shape errors have elsewhere. */
  #refresh(path: string, response: ServerResponse): void {
    const consent = this.consents.get(path.split('/')[4] ?? '');
    if (consent === undefined) this.error(response, 404, 'consent_not_found');
    else if (consent['consentStatus'] !== 'Active')
      send(response, 403, { statusCode: 403, message: 'The consent or account access has been revoked' });
    else send(response, 200, { statusCode: 200, message: 'Successfully completed data refresh' });
  }

  /** A bare array. */
  #list(query: URLSearchParams): Consent[] {
    const reference = query.get('customerReference');
    const from = Date.parse(query.get('from') ?? '') || 0;
    const updated = ({ statusUpdated }: Consent) => Date.parse(String(statusUpdated)) || 0;
    const rows = [...this.consents.values()]
      .filter((consent) => reference === null || consent['customerReference'] === reference)
      .filter((consent) => updated(consent) >= from)
      .sort((one, other) => updated(one) - updated(other));
    if (this.listOrder === 'newest first') rows.reverse();
    if (this.listOrder === 'any') rows.sort(() => Math.random() - 0.5);
    if (this.ignoresPaging) return rows.map((consent) => this.#finished(consent));
    const offset = Number(query.get('offset') ?? 0);
    // 0, the documented default, is read as: all.
    const limit = Math.min(Number(query.get('limit') ?? 0) || rows.length, this.longestPage);
    return rows.slice(offset, offset + limit).map((consent) => this.#finished(consent));
  }

  #isTooMuch(): boolean {
    const from = performance.now() - 60_000;
    const calls = this.heard.filter(({ path, at }) => path !== '/v1/oauth2/token' && at >= from).length;
    return calls > this.callsPerMinute;
  }

  #finished(object: Consent): Consent {
    const entries = Object.entries(object).filter(([, value]) => !(this.nullsAbsent && value === null));
    const finished: Consent = Object.fromEntries(entries);
    if (this.providerIdAsText && 'providerId' in finished) finished['providerId'] = String(finished['providerId']);
    if (!this.novelties) return finished;
    if ('consentDurationType' in finished) finished['consentDurationType'] = 'Perpetual';
    return { ...finished, schemaRevision: 7, links: { self: '/' }, journeyStage: 'Reimagined', tags: [null, {}] };
  }
}

/** The end of the scope that opens an address. */
function apiOf(path: string): string {
  if (path.startsWith('/connect-invitations/')) return 'connect_invitation';
  return path.startsWith('/stored-data/') ? 'stored_data' : 'consent';
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
