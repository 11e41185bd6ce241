import cors from 'cors';
import type { Request, RequestHandler } from 'express';
import { BffError } from '../errors.ts';
import type { Partner } from '../partners.ts';
import type { RequestLocals } from './request-log.ts';

const EXPOSED = 'etag,preference-applied,retry-after';
const FOR_NO_PAGE = { Vary: 'Origin' };

/**
 * Cross-origin access for the pages of registered partners, and for no other. A foreign or `null` Origin is refused on
 * the server, before any handler runs: without that a browser would only hide the answer. No cookies of ours, ever.
 * What lets the page read the answer is noted for `answerHeaders`.
 * @param bySession whether customers are known by the session of the app that we are mounted in
 */
export function allowedOrigins(
  partners: ReadonlyMap<string, Partner>,
  { bySession }: { bySession: boolean },
): RequestHandler {
  const origins = [...new Set([...partners.values()].flatMap((partner) => partner.origins))];
  const headersByOrigin = new Map(origins.map((origin) => [origin, headersFor(origin)]));
  const preflight = cors({
    origin: origins,
    methods: ['GET', 'POST'],
    allowedHeaders: ['authorization', 'content-type', 'if-none-match', 'prefer'],
    maxAge: 600,
  });
  return (request, response, next) => {
    const origin = request.get('origin');
    const headers = origin === undefined ? FOR_NO_PAGE : headersByOrigin.get(origin);
    if (headers === undefined) throw forbiddenOrigin();
    if (request.method === 'OPTIONS') return preflight(request, response, next);
    // A session cookie comes along whoever sends the request: then it must be shown that a page of ours did.
    const isShown = origin !== undefined || request.get('sec-fetch-site') === 'same-origin';
    if (bySession && request.method === 'POST' && !isShown) throw forbiddenOrigin();
    (response.locals as RequestLocals).headersForPage = headers;
    next();
  };
}

/**
 * An origin may be somebody's and still not this partner's.
 * @throws {BffError} 403
 */
export function requirePartnerOrigin(request: Request, partner: Partner): void {
  const origin = request.get('origin');
  if (origin !== undefined && !partner.origins.includes(origin)) throw forbiddenOrigin();
}

function headersFor(origin: string): Readonly<Record<string, string>> {
  return { ...FOR_NO_PAGE, 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED };
}

function forbiddenOrigin(): BffError {
  return new BffError(403, 'origin_not_allowed', 'Pages of this origin may not call this; register the origin first.');
}
