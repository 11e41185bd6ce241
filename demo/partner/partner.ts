/**
 * Larkfield, an invented lender: the server that a partner writes. It signs customers in, vouches for them to the bff
 * and serves the application page. It knows the bff by HTTP alone.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { z } from 'zod';
import { applicationRoutes } from './application-routes.ts';
import { Connections } from './connections.ts';
import { customerToken } from './customer-token.ts';
import { invitationRoutes } from './invitation-routes.ts';
import { assetRoute, pageRoute } from './page.ts';
import { Receipts } from './receipts.ts';
import { sameOriginOnly } from './same-origin.ts';
import { sessionRoutes } from './session-routes.ts';
import { Sessions } from './sessions.ts';

export interface PartnerOptions {
  /** 0 takes any free port. */
  port: number;
  /** The name in the page's address; the server itself listens on 127.0.0.1. Default `localhost`. */
  hostname?: string;
  /** The bff as the browser reaches it, which is also the audience of customer tokens. */
  bffUrl: string;
  /** The bff as this server reaches it. Default: `bffUrl`. */
  bffInternalUrl?: string;
  partnerId: string;
  /** Signs customer tokens. Stays here. */
  signingSecret: string;
  /** For the bff's routes for partners' servers. Stays here. */
  apiKey: string;
  /** What the presenter's controls offer; a real lender has none. */
  presenter?: { banks: readonly PresenterBank[]; attoUrl: string };
}

/** A bank that a presenter can go straight to. */
export interface PresenterBank {
  name: string;
  countryCode: string;
  providerId: string;
  bankCode?: string;
}

export interface RunningPartner {
  url: string;
  close(): Promise<void>;
}

/** Starts listening first and builds the server then, because it has to know its own origin. */
export async function startPartner(options: PartnerOptions): Promise<RunningPartner> {
  const server = createServer();
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const url = `http://${options.hostname ?? 'localhost'}:${port}`;
  server.on('request', createPartner(options, url));
  return { url, close: () => close(server) };
}

function createPartner(options: PartnerOptions, origin: string): Express {
  const { partnerId, signingSecret, apiKey, bffUrl, bffInternalUrl = bffUrl, presenter } = options;
  const folder = join(import.meta.dirname, '..', 'page');
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    response.set({ 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'strict-origin-when-cross-origin' });
    next();
  });

  app.get('/', pageRoute({ folder, bffUrl, bffInternalUrl, partnerId }));
  app.get('/presenter.json', (_request, response) => {
    response.json(presenter ?? { banks: [] });
  });

  const guards: RequestHandler[] = [sameOriginOnly(origin), express.json({ limit: '16kb' })];
  const sessions = new Sessions();
  const receipts = new Receipts({ partnerId, bffUrl, bffInternalUrl });
  const connections = new Connections({ bffUrl: bffInternalUrl, apiKey });
  const makeToken = (reference: string) => {
    const consentId = connections.consentOf(reference);
    return customerToken(reference, { partnerId, audience: bffUrl, signingSecret, consentId });
  };
  app.use('/session', sessionRoutes({ guards, sessions, connections, makeToken }));
  app.use('/applications', applicationRoutes({ guards, sessions, receipts, connections }));
  if (presenter) {
    app.use('/presenter/invitations', invitationRoutes({ guards, bffUrl: bffInternalUrl, apiKey }));
    app.delete('/presenter/connections', ...guards, (_request, response) => {
      connections.forgetAll();
      response.status(204).end();
    });
  }

  app.get('/:file', assetRoute(folder));
  app.use((_request, response) => {
    response.status(404).type('text').send('There is nothing here.');
  });
  app.use(answerError);
  return app;
}

/** Four parameters are how Express knows an error handler. */
const answerError: ErrorRequestHandler = (error, _request, response, _next) => {
  if (error instanceof z.ZodError) {
    const fields = error.issues.map((issue) => issue.path.join('.'));
    response.status(400).json({ error: 'Some fields are missing or not as expected.', fields });
    return;
  }
  const status = typeof error.status === 'number' && error.status < 500 ? error.status : 503;
  response.status(status).type('text').send('Larkfield cannot answer this right now. Please try again in a moment.');
};

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
