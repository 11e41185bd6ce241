import assert from 'node:assert/strict';
import type { JourneyView, LaunchedJourney, Problem, StartedJourney } from '@atto-connect/widget/contract';
import { type JWTPayload, SignJWT } from 'jose';
import { Agent, request } from 'undici';

/** What came over the wire. `body` is the parsed JSON, or the text where it is none. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Body;
  readonly text: string;
}

/** A body that may turn out to be either; the `status` of a problem is that of its answer. */
export type ViewOrProblem = JourneyView & Omit<Problem, 'status'>;

export type HeaderValues = Readonly<Record<string, string | undefined>>;

/** What a bff was configured with, as far as those who talk to it must know. */
export interface Credentials {
  readonly partner: string;
  readonly origin: string;
  readonly signingSecret: string;
  readonly webhookClientId: string;
  readonly webhookClientSecret: string;
}

const PLAIN_TEXT = new TextEncoder();

/** Everybody who talks to a bff: the customer's browser, the partner's server, Atto's webhooks. Real HTTP, nothing else. */
export class BffClient {
  readonly url: string;
  readonly credentials: Credentials;
  /** Everything that the bff ever said: status, headers, body. */
  readonly heard: Answer[] = [];
  readonly #agent = new Agent({ connections: null, pipelining: 1 });
  readonly #now: () => number;
  #webhookToken: string | null = null;

  /** @param now the bff's own time, in milliseconds since the epoch */
  constructor(url: string, credentials: Credentials, now: () => number = Date.now) {
    this.url = url;
    this.credentials = credentials;
    this.#now = now;
  }

  /** One request as it is; headers that are undefined are left out, a string body is sent as it stands. */
  async call<Body = unknown>(
    method: 'GET' | 'POST' | 'HEAD' | 'OPTIONS' | 'PUT' | 'DELETE',
    path: string,
    headers: HeaderValues = {},
    body?: unknown,
  ): Promise<Answer<Body>> {
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
    const response = await request(this.url + path, {
      method,
      headers: sent as Record<string, string>,
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      dispatcher: this.#agent,
    });
    const text = await response.body.text();
    const answer = { status: response.statusCode, headers: flat(response.headers), body: parsed(text) as Body, text };
    this.heard.push(answer);
    return answer;
  }

  /** The partner's server vouches for a customer. */
  async customerToken(customer: string, claims: JWTPayload = {}, secret?: string): Promise<string> {
    const now = Math.floor(this.#now() / 1000);
    const { partner, signingSecret } = this.credentials;
    return new SignJWT({ iss: partner, aud: this.url, sub: customer, iat: now, exp: now + 600, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(PLAIN_TEXT.encode(secret ?? signingSecret));
  }

  /** `POST /v1/journeys`; without a customer token: as a guest. */
  async start(
    fields: object = {},
    customerToken?: string,
    headers: HeaderValues = {},
  ): Promise<Answer<StartedJourney>> {
    const authorization = customerToken === undefined ? undefined : `Bearer ${customerToken}`;
    const body = { partner: this.credentials.partner, ...fields };
    return this.call('POST', '/v1/journeys', this.#page({ authorization, ...headers }), body);
  }

  /** A started journey, for tests that are about what comes after; of `customer`, or a guest's. */
  async started(customer?: string, fields: object = {}): Promise<StartedJourney> {
    const token = customer === undefined ? undefined : await this.customerToken(customer);
    const answer = await this.start(fields, token);
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  }

  /** A journey whose browser has left for Atto. */
  async launched(customer?: string, fields: object = {}): Promise<StartedJourney> {
    const journey = await this.started(customer, fields);
    const answer = await this.go(journey.launchUrl);
    assert.equal(answer.status, 303, answer.text);
    return journey;
  }

  /** Navigates to a launch URL, and looks where it leads without going there. */
  async go(launchUrl: string, headers: HeaderValues = { 'sec-fetch-mode': 'navigate' }): Promise<Answer> {
    return this.call('GET', new URL(launchUrl).pathname, headers);
  }

  /** Atto sends the browser back: `GET /v1/return/{partner}`. A list is a parameter that is repeated. */
  async comeBack(parameters: ReturnParameters, partner = this.credentials.partner): Promise<Answer> {
    return this.call('GET', `/v1/return/${partner}?${queryOf(parameters)}`, { 'sec-fetch-mode': 'navigate' });
  }

  /** The handle with which a return was handed on to the partner's page. */
  async handle(parameters: ReturnParameters, partner?: string): Promise<string> {
    const { headers } = await this.comeBack(parameters, partner);
    const [, handle] = /#atto_return=([\w-]+)$/.exec(headers['location'] ?? '') ?? [];
    assert.ok(handle, `no handle in ${headers['location']}`);
    return handle;
  }

  /** `POST /v1/journeys/{id}/return` with a handle or raw parameters. */
  async redeem(journey: Held, body: unknown, headers: HeaderValues = {}): Promise<Answer<ViewOrProblem>> {
    return this.call('POST', `/v1/journeys/${journey.journeyId}/return`, this.#holder(journey, headers), body);
  }

  async view(journey: Held, headers: HeaderValues = {}): Promise<Answer<ViewOrProblem>> {
    const { 'content-type': _none, ...page } = this.#holder(journey, headers);
    return this.call('GET', `/v1/journeys/${journey.journeyId}`, page);
  }

  async launchAgain(journey: Held, headers: HeaderValues = {}): Promise<Answer<LaunchedJourney & ViewOrProblem>> {
    return this.call('POST', `/v1/journeys/${journey.journeyId}/launch`, this.#holder(journey, headers), {});
  }

  async cancel(journey: Held, headers: HeaderValues = {}): Promise<Answer<ViewOrProblem>> {
    return this.call('POST', `/v1/journeys/${journey.journeyId}/cancel`, this.#holder(journey, headers), {});
  }

  /** `POST /v1/oauth2/token` as Atto does it. */
  async webhookToken(): Promise<string> {
    const { webhookClientId, webhookClientSecret } = this.credentials;
    const basic = Buffer.from(`${webhookClientId}:${webhookClientSecret}`).toString('base64');
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await this.call<{ access_token: string }>(
      'POST',
      '/v1/oauth2/token',
      headers,
      'grant_type=client_credentials',
    );
    assert.equal(answer.status, 200, answer.text);
    return answer.body.access_token;
  }

  /** A webhook, with a token that is fetched once, unless the headers say otherwise. */
  async webhook(body: unknown, headers: HeaderValues = {}): Promise<Answer<Problem>> {
    return this.call('POST', '/v1/webhooks/atto', { ...(await this.#asAtto(headers)), ...JSON_BODY, ...headers }, body);
  }

  /** Reads the answers that are on their way; a server that is gone ends all others. */
  async close(): Promise<void> {
    if (!this.#agent.destroyed) await this.#agent.close();
  }

  async #asAtto(headers: HeaderValues): Promise<HeaderValues> {
    if ('authorization' in headers) return {};
    this.#webhookToken ??= await this.webhookToken();
    return { authorization: `Bearer ${this.#webhookToken}` };
  }

  #page(headers: HeaderValues): HeaderValues {
    return { origin: this.credentials.origin, ...JSON_BODY, ...headers };
  }

  #holder({ journeyToken }: Held, headers: HeaderValues): HeaderValues {
    return this.#page({ authorization: `Bearer ${journeyToken}`, ...headers });
  }
}

export type ReturnParameters = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Whoever has these two speaks for a journey. */
export type Held = Pick<StartedJourney, 'journeyId' | 'journeyToken'>;

const JSON_BODY: HeaderValues = { 'content-type': 'application/json' };

function queryOf(parameters: ReturnParameters): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]);
  });
  return new URLSearchParams(pairs).toString();
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
