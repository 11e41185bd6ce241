import type { Problem } from '../contract.ts';
import { AttoConnectError, asAttoConnectError } from '../errors.ts';

/** What it takes to act for one journey. */
export interface JourneyKey {
  journeyId: string;
  journeyToken: string;
}

export interface Call {
  signal: AbortSignal;
  /** Bearer. */
  token?: string | undefined;
  /** Makes it a POST. */
  body?: object;
  headers?: Record<string, string>;
}

/** An answer that is not an error; `body` is undefined for 204 and 304. */
export interface Answer<Body> {
  headers: Headers;
  body: Body;
}

/** Longer than the longest wait, shorter than a socket that died in its sleep. */
const TIMEOUT_MS = 35_000;

/**
 * One request to the bff. Whatever goes wrong is an AttoConnectError: the bff's own code, `invalid_answer`, or
 * `network`, which an abort by the caller's signal is too. Nothing that is aborted resolves.
 *
 * @param base the bff's address, with its mount path, without a slash at the end
 * @param path what follows `/v1/`
 */
export async function callBff<Body>(
  base: string,
  path: string,
  { signal, token, body, headers }: Call,
): Promise<Answer<Body>> {
  if (!base) throw new AttoConnectError('configuration', { action: 'contact' });
  const deadline = new AbortController();
  const abort = () => deadline.abort();
  const timer = setTimeout(abort, TIMEOUT_MS);
  signal.addEventListener('abort', abort, deadline);
  if (signal.aborted) abort();
  try {
    const response = await fetch(`${base}/v1/${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: {
        ...headers,
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      cache: 'no-store',
      signal: deadline.signal,
    });
    const answer = await read<Body>(response);
    signal.throwIfAborted();
    return answer;
  } catch (error) {
    throw asAttoConnectError(error, 'network');
  } finally {
    clearTimeout(timer);
    abort();
  }
}

/** One step of a journey. */
export async function actOn<Body>(
  { bff, journeyId, journeyToken: token }: JourneyKey & { bff: string },
  step: string,
  body: object,
  signal: AbortSignal,
): Promise<Body> {
  return (await callBff<Body>(bff, `journeys/${journeyId}/${step}`, { token, body, signal })).body;
}

/**
 * True if the same request may well succeed a little later, without anybody doing anything: also where a proxy, a captive
 * portal or the page's own service worker has answered in the place of the bff, whatever that said.
 */
export function isTransient({ problem, status }: AttoConnectError): boolean {
  return !problem || status === 429 || status >= 500;
}

/** True if this browser has no say in the journey, or none any more, as the bff itself says. */
export function isLost({ problem }: AttoConnectError): boolean {
  return problem?.status === 401 || problem?.status === 404;
}

/** `Retry-After`, a number of seconds or a date, in milliseconds from now. @see RFC 9110 section 10.2.3 */
export function retryAfterMs(headers: Headers): number {
  const value = headers.get('Retry-After') ?? '';
  return Math.max(+value * 1000 || Date.parse(value) - Date.now() || 0, 0);
}

async function read<Body>(response: Response): Promise<Answer<Body>> {
  const { ok, status, headers } = response;
  const body = await response.json().catch((error) => {
    // An answer that is cut off, by the network or by a window that is being closed, says nothing. By its name, since
    // in WebKit it is a DOMException.
    if (error.name !== 'SyntaxError') throw error;
  });
  // Some other server, a captive portal or a proxy, may answer 200 too.
  if (ok ? body || status === 204 : status === 304) return { headers, body };
  const said = body as Problem | undefined;
  const problem = said?.code ? said : undefined;
  throw new AttoConnectError(problem?.code ?? 'invalid_answer', {
    status,
    retryAfterMs: retryAfterMs(headers),
    reference: problem?.traceId ?? '',
    problem,
    // A page that is set up wrongly is not mended by trying again.
    action: /^4(?!01|29)/.test(`${status}`) ? 'contact' : 'retry',
  });
}
