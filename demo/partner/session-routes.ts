import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { Connections } from './connections.ts';
import { customers } from './customers.ts';
import type { Sessions } from './sessions.ts';

interface SessionRoutesOptions {
  /** What stands before every route that acts for someone. */
  guards: RequestHandler[];
  sessions: Sessions;
  connections: Connections;
  makeToken(reference: string): Promise<string>;
}

/** Signing in and out, and vouching for whoever is signed in. */
export function sessionRoutes({ guards, sessions, connections, makeToken }: SessionRoutesOptions): Router {
  const router = Router();
  router.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });

  router.get('/', (request, response) => {
    const customer = sessions.customerOf(request) ?? null;
    const consentId = (customer && connections.consentOf(customer.reference)) ?? null;
    response.json({ customer, consentId, customers });
  });

  router.post('/', ...guards, (request, response) => {
    const { reference } = z.strictObject({ reference: z.string() }).parse(request.body);
    const customer = customers.find((each) => each.reference === reference);
    if (!customer) {
      response.status(404).json({ error: 'There is no such customer.' });
      return;
    }
    sessions.begin(response, customer);
    response.json({ customer });
  });

  router.delete('/', ...guards, (request, response) => {
    sessions.end(request, response);
    response.status(204).end();
  });

  // The body is empty on purpose: whose token it is follows from the session, never from what the page says.
  router.post('/customer-token', ...guards, async (request, response) => {
    const customer = sessions.customerOf(request);
    if (!customer) {
      response.status(401).json({ error: 'Nobody is signed in.' });
      return;
    }
    response.json({ token: await makeToken(customer.reference) });
  });
  return router;
}
