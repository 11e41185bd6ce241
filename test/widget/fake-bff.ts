import type { JourneyView } from '../../widget/src/contract.ts';

/** A request as the fake bff saw it. */
export interface Seen {
  method: string;
  /** Behind the bff's address. */
  path: string;
  headers: Headers;
  body: unknown;
}

/** What it answers: a JSON body with 200, a Response, or nothing for as long as the request is not aborted. */
export type Reply = object | Response | 'hold' | 'break';

export const BFF = 'https://bff.test';

/** A bff at the network's edge: it takes the place of `fetch`, answers what a test told it to, and remembers. */
export class FakeBff {
  readonly seen: Seen[] = [];
  readonly #original = window.fetch;
  readonly #routes = new Map<string, (request: Seen) => Reply>();

  constructor() {
    window.fetch = (input, init) => this.#answer(`${input}`, init ?? {});
  }

  restore(): void {
    window.fetch = this.#original;
  }

  /** Answers `POST /v1/journeys` and the like; a list is used up one by one, its last entry stays. */
  on(route: string, ...replies: (Reply | ((request: Seen) => Reply))[]): this {
    this.#routes.set(route, (request) => {
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      return typeof reply === 'function' ? reply(request) : (reply ?? 'hold');
    });
    return this;
  }

  requests(route: string): Seen[] {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === route);
  }

  async #answer(url: string, init: RequestInit): Promise<Response> {
    const path = url.startsWith(BFF) ? url.slice(BFF.length) : url;
    const body: unknown = init.body ? JSON.parse(`${init.body}`) : undefined;
    const request = { method: init.method ?? 'GET', path, headers: new Headers(init.headers), body };
    init.signal?.throwIfAborted();
    this.seen.push(request);
    const reply = this.#routes.get(`${request.method} ${path}`)?.(request) ?? problem(404, 'not_found');
    if (reply === 'break') throw new TypeError('Failed to fetch');
    if (reply === 'hold') return new Promise((_, reject) => abortedBy(init.signal, reject));
    return reply instanceof Response ? reply.clone() : json(reply);
  }
}

/** A JSON answer. */
export function json(body: object, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

/** A view as the status route sends it. */
export function status(view: JourneyView): Response {
  return json(view, 200, { ETag: `"${view.version}"` });
}

/** An error answer. @see RFC 9457 */
export function problem(statusCode: number, code: string, headers: Record<string, string> = {}): Response {
  return json({ type: 'about:blank', title: code, status: statusCode, code, traceId: 'trace-1' }, statusCode, headers);
}

/** What may answer where the bff should: a proxy, a service worker, a captive portal. */
export const NOT_THE_BFF: readonly (readonly [what: string, answer: Response])[] = [
  ['a page', new Response('<h1>We will be right back</h1>')],
  ['a login page', new Response('<h1>Sign in</h1>', { status: 401 })],
  ['a proxy that asks for patience', new Response('<h1>Checking your browser</h1>', { status: 403 })],
  ['a proxy that finds nothing', new Response('404 page not found', { status: 404 })],
  ['a gateway that finds nothing', json({ status: 404, error: 'Not Found', path: '/' }, 404)],
];

/** 201 of `POST /v1/journeys`. */
export function started(id = 'j1') {
  const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
  return {
    journeyId: id,
    journeyToken: `token-${id}`,
    reference: `ref-${id}`,
    launchUrl: `${BFF}/v1/go/${id}`,
    expiresAt: inAnHour,
  };
}

/** A journey's view; later ones need a higher version. */
export function view(change: Partial<JourneyView> = {}): JourneyView {
  return {
    journeyId: 'j1',
    kind: 'connect',
    status: 'launched',
    dataAvailability: null,
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    updatedAt: new Date().toISOString(),
    version: 1,
    ...change,
  };
}

/** What a connected journey adds. */
export const connected: Partial<JourneyView> = {
  status: 'connected',
  consent: {
    id: 'c1',
    status: 'Active',
    providerName: 'Stand-in Bank',
    start: null,
    end: null,
    journeyType: null,
  },
  receipt: 'a.b.c',
  version: 5,
};

function abortedBy(signal: AbortSignal | null | undefined, reject: (reason: unknown) => void): void {
  signal?.addEventListener('abort', () => reject(signal.reason));
}
