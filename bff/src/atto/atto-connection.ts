import { type Dispatcher, Pool } from 'undici';
import type { AttoConfig } from '../partners.ts';
import { describeError } from './wire.ts';

/** Atto did not give an answer that we can use. Nothing of what it said is shown to browsers. */
export class AttoError extends Error {
  override readonly name = 'AttoError';
  /** HTTP status; 0 where there was no answer at all. */
  readonly status: number;
  /** Atto's own code, such as `consent_not_found`; null where it gave none. */
  readonly code: string | null;
  readonly correlationId: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(message: string, status: number, details: Partial<AttoErrorDetails> = {}) {
    super(message, { cause: details.cause });
    this.status = status;
    this.code = details.code ?? null;
    this.correlationId = details.correlationId ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
  }
}

interface AttoErrorDetails {
  code: string | null;
  correlationId: string | null;
  retryAfterSeconds: number | null;
  cause: unknown;
}

export interface AttoRequest {
  method: 'GET' | 'POST';
  /** From the host's root. */
  path: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** For the whole call, in milliseconds; default 5 s. A longer one is given up when we leave. */
  deadlineMs?: number;
}

/** For a whole call, however slowly its answer drips. */
const DEADLINE_MS = 5000;
const LARGEST_ANSWER_BYTES = 256 * 1024;

/** The one way out to Atto's API: TLS, deadlines, size limits, and no redirects followed. */
export class AttoConnection {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #leaving = new AbortController();

  constructor({ apiUrl, certificateAuthority }: AttoConfig) {
    const url = new URL(apiUrl);
    this.#basePath = url.pathname.replace(/\/$/, '');
    this.#pool = new Pool(url.origin, {
      connections: 50,
      pipelining: 1,
      keepAliveTimeout: 4000,
      keepAliveMaxTimeout: 10_000,
      connect: {
        timeout: 3000,
        // "Atto APIs are currently supporting only TLS 1.2": no less, and more once they do.
        minVersion: 'TLSv1.2',
        ...(certificateAuthority === null ? {} : { ca: certificateAuthority }),
      },
    });
  }

  /**
   * One request.
   * @returns the JSON of a 2xx; null where it was empty
   * @throws {AttoError} for everything else
   */
  async request({ method, path, headers, body, deadlineMs = DEADLINE_MS }: AttoRequest): Promise<unknown> {
    const deadline = AbortSignal.timeout(deadlineMs);
    const signal = deadlineMs > DEADLINE_MS ? AbortSignal.any([deadline, this.#leaving.signal]) : deadline;
    let response: Dispatcher.ResponseData;
    let text: string;
    try {
      response = await this.#pool.request({
        method,
        path: this.#basePath + path,
        // A compressed answer could grow a thousandfold while it is read.
        headers: { Accept: 'application/json', 'Accept-Encoding': 'identity', ...headers },
        body: body ?? null,
        signal,
      });
      text = await readText(response);
    } catch (cause) {
      if (cause instanceof AttoError) throw cause;
      throw new AttoError('Atto could not be reached in time', 0, { cause });
    }
    const parsed = parseJson(text);
    const status = response.statusCode;
    if (status < 200 || status > 299) {
      throw new AttoError(`Atto answered ${status}`, status, {
        ...describeError(parsed.value),
        retryAfterSeconds: retryAfter(response.headers['retry-after']),
      });
    }
    if (text.trim() === '') return null;
    if (!parsed.ok) throw new AttoError(`Atto answered ${status} with something that is not JSON`, status);
    return parsed.value;
  }

  /** After what is under way, at most five seconds long. */
  async close(): Promise<void> {
    this.#leaving.abort();
    await this.#pool.close();
  }
}

async function readText({ body, headers, statusCode }: Dispatcher.ResponseData): Promise<string> {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    // Destroyed unread, it emits an error that nobody else would hear: the process would end.
    body.on('error', () => {}).destroy();
    throw new AttoError('Atto compressed an answer although asked not to', statusCode);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_ANSWER_BYTES) {
      body.destroy();
      throw new AttoError('Atto answered with more than 256 KiB', statusCode);
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): { ok: boolean; value: unknown } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, value: null };
  }
}

/** Atto counts by the minute: whoever says more is not believed. */
const LONGEST_RETRY_AFTER_SECONDS = 60;

/** Seconds or a date. @see RFC 9110 section 10.2.3 */
function retryAfter(header: string | string[] | undefined): number | null {
  if (typeof header !== 'string') return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds <= LONGEST_RETRY_AFTER_SECONDS ? Math.max(seconds, 0) : null;
}
