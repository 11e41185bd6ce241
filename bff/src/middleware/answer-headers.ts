import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';
import type { RequestLocals } from './request-log.ts';

/**
 * JSON and small pages only: nothing may be loaded, framed or sniffed. Opener and resource policies are set where they
 * matter; what is left out speaks to browsers of the past, or of documents that we do not have.
 */
const options: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], formAction: ["'none'"], baseUri: ["'none'"] },
  },
  crossOriginOpenerPolicy: false,
  crossOriginResourcePolicy: false,
  originAgentCluster: false,
  // Other hosts below ours are none of our business, least of all when we are mounted in somebody's app.
  strictTransportSecurity: { includeSubDomains: false },
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: { action: 'deny' },
  xPermittedCrossDomainPolicies: false,
  xPoweredBy: false,
  xXssProtection: false,
};

/** Helmet's headers are the same for every answer: it is asked once. Nothing is to be kept anywhere, unless a route says otherwise. */
const SECURITY = securityHeaders();

/** Those of every answer, and those by which a page of a partner may read it. */
export function answerHeaders(response: Response): Readonly<Record<string, string>> {
  return { ...SECURITY, ...(response.locals as RequestLocals).headersForPage };
}

/** For routes that answer at once. One that may wait sets all of them late: a thousand answers that are held need none yet. */
export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
  response.set(SECURITY);
  next();
};

/** The same, on routes for pages; after `allowedOrigins`. */
export const setHeadersForPage: RequestHandler = (_request, response, next) => {
  response.set((response.locals as RequestLocals).headersForPage);
  next();
};

function securityHeaders(): Readonly<Record<string, string>> {
  const sample = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(options)(sample.req, sample, () => {});
  sample.setHeader('Cache-Control', 'no-store');
  return Object.fromEntries(Object.entries(sample.getHeaders()).map(([name, value]) => [name, String(value)]));
}
