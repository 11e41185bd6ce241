import type {
  ConsentStanding,
  JourneyView,
  LaunchedJourney,
  Problem,
  ReturnRequest,
  StartedJourney,
  StartJourneyRequest,
} from '../contract.ts';
import { MAXIMUM_WAIT_SECONDS } from '../contract.ts';
import { AttoConnectError } from '../errors.ts';

/** What it takes to act for one journey. */
export interface JourneyKey {
  journeyId: string;
  journeyToken: string;
}

/** The answer to "what is new?". */
export interface StatusAnswer {
  /** Null: nothing has changed since `etag`. */
  view: JourneyView | null;
  etag: string | null;
  /** True if the bff honoured our wish to be told only of news, so that asking again at once is welcome. */
  held: boolean;
  retryAfterMs: number | undefined;
}

interface Call {
  method?: 'GET' | 'POST';
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
  signal: AbortSignal;
}

interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** Longer than the longest wait, shorter than a socket that died in its sleep. */
const TIMEOUT_MS = 35_000;

/**
 * The requests to the bff. Whatever goes wrong is an AttoConnectError: the bff's own code, or `network` and
 * `invalid_answer`; an abort by the caller's signal included (look at the signal).
 */
export class BffClient {
  readonly #base: string;

  /** @param base the bff's address, with its mount path, without a slash at the end */
  constructor(base: string) {
    this.#base = base;
  }

  async startJourney(request: StartJourneyRequest, token: string | undefined, signal: AbortSignal) {
    return (await this.#post<StartedJourney>('journeys', request, token, signal)).body;
  }

  async launchAgain(key: JourneyKey, signal: AbortSignal) {
    return (await this.#act<LaunchedJourney>(key, 'launch', {}, signal)).body;
  }

  async handReturn(key: JourneyKey, returned: ReturnRequest, signal: AbortSignal) {
    return viewIn(await this.#act(key, 'return', returned, signal));
  }

  async cancel(key: JourneyKey, signal: AbortSignal) {
    return viewIn(await this.#act(key, 'cancel', {}, signal));
  }

  async disconnect(key: JourneyKey, signal: AbortSignal) {
    return viewIn(await this.#act(key, 'disconnect', {}, signal));
  }

  /** Asks how the journey stands; with `etag` the bff may hold the answer until that is no longer so. */
  async status({ journeyId, journeyToken }: JourneyKey, etag: string | null, signal: AbortSignal) {
    const answer = await this.#request(`journeys/${encodeURIComponent(journeyId)}`, {
      token: journeyToken,
      headers: { Prefer: `wait=${MAXIMUM_WAIT_SECONDS}`, ...(etag && { 'If-None-Match': etag }) },
      signal,
    });
    const { status, headers } = answer;
    return {
      view: status === 304 ? null : viewIn(answer),
      etag: headers.get('ETag') ?? (status === 304 ? etag : null),
      held: headers.has('Preference-Applied'),
      retryAfterMs: retryAfterMs(headers),
    } satisfies StatusAnswer;
  }

  /** "Continue here": authority over the journey behind a handle, for its own customer. */
  async resumeReturn(handle: string, token: string, signal: AbortSignal) {
    return (await this.#post<JourneyKey>(`returns/${encodeURIComponent(handle)}/resume`, {}, token, signal)).body;
  }

  /** "I didn't start this". */
  async disownReturn(handle: string, signal: AbortSignal) {
    await this.#post(`returns/${encodeURIComponent(handle)}/disown`, {}, undefined, signal);
  }

  async consentStanding(consentId: string, token: string, signal: AbortSignal) {
    return (await this.#request<ConsentStanding>(`consents/${encodeURIComponent(consentId)}`, { token, signal })).body;
  }

  async disconnectConsent(consentId: string, token: string, signal: AbortSignal) {
    await this.#post(`consents/${encodeURIComponent(consentId)}/disconnect`, {}, token, signal);
  }

  #act<T = JourneyView>({ journeyId, journeyToken }: JourneyKey, step: string, body: unknown, signal: AbortSignal) {
    return this.#post<T>(`journeys/${encodeURIComponent(journeyId)}/${step}`, body, journeyToken, signal);
  }

  #post<T>(path: string, body: unknown, token: string | undefined, signal: AbortSignal) {
    return this.#request<T>(path, { method: 'POST', body, token, signal });
  }

  async #request<T = JourneyView>(path: string, { method = 'GET', token, body, headers = {}, signal }: Call) {
    const deadline = new AbortController();
    const abort = () => deadline.abort();
    const timer = setTimeout(abort, TIMEOUT_MS);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    try {
      const response = await fetch(`${this.#base}/v1/${path}`, {
        method,
        headers: {
          ...headers,
          ...(token && { Authorization: `Bearer ${token}` }),
          ...(method === 'POST' && { 'Content-Type': 'application/json' }),
        },
        ...(method === 'POST' && { body: JSON.stringify(body) }),
        cache: 'no-store',
        signal: deadline.signal,
      });
      return await read<T>(response);
    } catch (cause) {
      throw cause instanceof AttoConnectError ? cause : new AttoConnectError('network', { cause });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  }
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const { ok, status, headers } = response;
  const body = parse(await response.text());
  if (ok || status === 304) return { status, headers, body: body as T };
  const problem = body as Problem | undefined;
  throw new AttoConnectError(`${problem?.code ?? 'invalid_answer'}`, {
    status,
    problem,
    retryAfterMs: retryAfterMs(headers),
    ...advice(status),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return;
  }
}

/** Some other server, a captive portal or a proxy, may answer 200 in JSON too. */
function viewIn({ body, status }: Answer<JourneyView>): JourneyView {
  if (typeof body?.status === 'string' && typeof body.version === 'number') return body;
  throw new AttoConnectError('invalid_answer', { status });
}

/** A page that is set up wrongly is not mended by trying again. */
function advice(status: number) {
  if (status === 401) return { category: 'denied', action: 'retry' } as const;
  return status === 429 || status >= 500 ? {} : ({ action: 'contact' } as const);
}

/** `Retry-After`, which is a number of seconds or a date. @see RFC 9110 section 10.2.3 */
function retryAfterMs(headers: Headers): number | undefined {
  const value = headers.get('Retry-After');
  if (!value) return;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return ms > 0 ? ms : undefined;
}
