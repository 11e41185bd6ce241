import type { Problem } from '@atto-connect/widget/contract';

/** One field that was wrong: where (JSON Pointer, RFC 6901) and what was expected, never the value that was sent. */
export interface FieldError {
  pointer: string;
  detail: string;
}

interface BffErrorOptions {
  /** Seconds for `Retry-After`. */
  retryAfterSeconds?: number;
  /** Further response headers, such as `WWW-Authenticate`. */
  headers?: Readonly<Record<string, string>>;
  errors?: readonly FieldError[];
  /** The evidence, for the log only. */
  cause?: unknown;
}

/**
 * An answer that is not a success. `status`, `code` and `title` are public; `cause` stays in the log.
 * @see RFC 9457
 */
export class BffError extends Error {
  override readonly name: string = 'BffError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[] | undefined;

  constructor(status: number, code: string, title: string, options: BffErrorOptions = {}) {
    super(title, { cause: options.cause });
    this.status = status;
    this.code = code;
    this.errors = options.errors;
    const retryAfter = options.retryAfterSeconds;
    this.headers = {
      ...options.headers,
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfter)) }),
    };
  }
}

/** The body of an error answer. */
export function problemFrom(error: BffError, traceId: string): Problem {
  return {
    type: `urn:atto-connect:problem:${error.code}`,
    title: error.message,
    status: error.status,
    code: error.code,
    traceId,
    ...(error.errors === undefined ? {} : { errors: [...error.errors] }),
  };
}

/** 400: one or more fields are wrong, each named. */
export function invalidRequest(errors: readonly FieldError[]): BffError {
  return new BffError(400, 'invalid_request', 'The request is not valid; `errors` names each field.', { errors });
}

/** 401: no token, or one that we do not accept. @see RFC 6750 section 3.1 */
export function unauthorized(code: 'missing_token' | 'invalid_token', title: string, cause?: unknown): BffError {
  const challenge = code === 'invalid_token' ? 'Bearer error="invalid_token"' : 'Bearer';
  return new BffError(401, code, title, { headers: { 'WWW-Authenticate': challenge }, cause });
}

/** 404: unknown, or not yours; the two are told apart by nothing. */
export function notFound(): BffError {
  return new BffError(404, 'not_found', 'There is nothing here for this token.');
}

/** 409: a return that is not this journey's. Nothing was changed. `reason` is for the log. */
export function claimRejected(reason: string): BffError {
  return new BffError(409, 'claim_rejected', 'This return does not belong to this journey; nothing was changed.', {
    cause: reason,
  });
}

/** 409: the journey is not in a state in which this can be done. */
export function wrongState(status: string): BffError {
  return new BffError(409, 'wrong_state', `This cannot be done while the journey is ${status}.`);
}

/** 503: Atto cannot be asked just now. What it said stays in the log. */
export function attoUnavailable(cause: unknown, retryAfterSeconds = 5): BffError {
  return new BffError(503, 'atto_unavailable', 'Atto cannot be reached just now.', { retryAfterSeconds, cause });
}
