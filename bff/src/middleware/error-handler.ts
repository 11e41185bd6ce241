import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { BffError, invalidRequest, notFound, problemFrom, unauthorized } from '../errors.ts';
import { StoreUnavailableError } from '../stores/store.ts';
import { Trouble } from '../trouble.ts';
import { answerHeaders } from './answer-headers.ts';
import { type RequestLocals, traceIdOf } from './request-log.ts';

/** Sends an error as `application/problem+json`. @see RFC 9457 */
export function sendProblem(response: Response, error: BffError): void {
  (response.locals as RequestLocals).problem = error;
  response
    .status(error.status)
    .set({ ...answerHeaders(response), ...error.headers })
    .type('application/problem+json')
    .send(JSON.stringify(problemFrom(error, traceIdOf(response))));
}

/** Nothing is served at this address. */
export const unknownRoute: RequestHandler = () => {
  throw notFound();
};

/** Answers 405 for the methods that a known address does not have. @see RFC 9110 section 15.5.6 */
export function allowOnly(...methods: string[]): RequestHandler {
  return () => {
    const headers = { Allow: methods.join(', ') };
    throw new BffError(405, 'method_not_allowed', `Only ${methods.join(' and ')} can be used here.`, { headers });
  };
}

/** The last handler: says what is public of an error, logs the rest. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  const storeTrouble = new Trouble(logger, 'the store cannot be used; what needs it is answered with 503');
  return (thrown, _request, response, _next) => {
    const error = publicError(thrown);
    if (thrown instanceof StoreUnavailableError) storeTrouble.because(thrown);
    else if (error.status >= 500) logger.error({ traceId: traceIdOf(response), err: thrown }, 'a request failed');
    else logger.debug({ traceId: traceIdOf(response), code: error.code, why: cause(error) }, 'a request was refused');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    sendProblem(response, error);
  };
}

function cause({ cause: evidence }: BffError): string | undefined {
  return evidence instanceof Error ? evidence.message : (evidence as string | undefined);
}

/** Errors of the body parser and the router carry a status; everything else is ours and says nothing of itself. */
export function publicError(thrown: unknown): BffError {
  if (thrown instanceof BffError) return thrown;
  if (thrown instanceof StoreUnavailableError)
    return new BffError(503, 'store_unavailable', 'Nothing can be stored just now.', {
      retryAfterSeconds: 2,
      cause: thrown,
    });
  const { type, status } = (thrown ?? {}) as { type?: string; status?: number };
  if (type === 'entity.parse.failed') return invalidRequest([{ pointer: '', detail: 'expected valid JSON' }]);
  if (type === 'entity.verify.failed') return invalidRequest([{ pointer: '', detail: 'expected no U+0000' }]);
  if (type === 'entity.too.large') return new BffError(413, 'too_large', 'The body is larger than is taken here.');
  if (status === 415 || type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new BffError(415, 'unsupported_media_type', 'The encoding of the body is not one that is taken here.');
  // Thrown by the `identify` of the app that we are mounted in.
  if (status === 401) return unauthorized('missing_token', 'Nobody is signed in here.', thrown);
  if (status === 403) return new BffError(403, 'refused', 'This customer may not do this.', { cause: thrown });
  if (status !== undefined && status >= 400 && status < 500)
    return new BffError(400, 'bad_request', 'The request cannot be read.');
  return new BffError(500, 'internal_error', 'Something went wrong on our side.');
}
