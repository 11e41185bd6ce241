import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { BffError } from '../errors.ts';

/** What later steps keep for the log and the error body. */
export interface RequestLocals {
  /** Made when it is first asked for. */
  traceId: string | null;
  /** By which the page that asks may read the answer, on routes for pages. */
  headersForPage?: Readonly<Record<string, string>>;
  /** Set by routes that know it, for the log. */
  journeyId?: string;
  /** The problem that the request was answered with. */
  problem?: BffError;
}

/** How many wrong fields of a request are named. */
const MOST_POINTERS = 8;
/** Whoever sends a field chooses its name, and could write a token there, or an address. */
const FIELD_NAMES = /^[/A-Za-z_]{0,64}$/;

/** The trace id of a request: the caller's (W3C Trace Context), or a new one. */
export function traceIdOf(response: Response): string {
  const locals = response.locals as RequestLocals;
  locals.traceId ??= callersTraceId(response.req) ?? randomUUID();
  return locals.traceId;
}

/**
 * One line a request: method, the route as it is written (never the address with its ids and queries), status, time, and
 * of a problem its code and the fields that were wrong, by name. Headers, queries and bodies are never logged: they carry tokens and references.
 */
export function requestLog(logger: Logger): RequestHandler {
  const enabled = logger.isLevelEnabled('info');
  return (request, response, next) => {
    // An app that we are mounted in may have one of its own there.
    (response.locals as RequestLocals).traceId = null;
    if (!enabled) return next();
    const start = performance.now();
    // Not `once`, which keeps more: it is told once all the same.
    response.on('close', () => {
      const locals = response.locals as RequestLocals;
      logger.info({
        traceId: traceIdOf(response),
        method: request.method,
        route: (request.route as { path?: string } | undefined)?.path ?? 'none',
        status: response.statusCode,
        ms: Math.round((performance.now() - start) * 10) / 10,
        ...(locals.journeyId === undefined ? {} : { journeyId: locals.journeyId }),
        ...(locals.problem === undefined ? {} : reasonOf(locals.problem)),
      });
    });
    next();
  };
}

function callersTraceId(request: Request): string | undefined {
  return /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(request.get('traceparent') ?? '')?.[1];
}

function reasonOf({ code, errors }: BffError): { code: string; pointers?: string[] } {
  if (errors === undefined) return { code };
  const pointers = errors.map(({ pointer }) => pointer).filter((pointer) => FIELD_NAMES.test(pointer));
  return { code, pointers: pointers.slice(0, MOST_POINTERS) };
}
