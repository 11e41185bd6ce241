import { randomInt } from 'node:crypto';
import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import type { Connections } from './connections.ts';
import type { Receipts } from './receipts.ts';
import type { Sessions } from './sessions.ts';

/** What the form sends. */
const applicationSchema = z.strictObject({
  amount: z.number().min(1000).max(25_000),
  months: z.number().int().min(12).max(60),
  purpose: z.enum(['car', 'home', 'wedding', 'study', 'debts', 'other']),
  name: z.string().trim().min(1).max(120),
  email: z.email().max(254),
  monthlyIncome: z.number().min(0).max(1_000_000),
  /** What the widget gave the form; absent where the bank is on file. */
  receipt: z.string().max(4000).optional(),
});

interface ApplicationRoutesOptions {
  /** What stands before every route that acts for someone. */
  guards: RequestHandler[];
  sessions: Sessions;
  receipts: Receipts;
  connections: Connections;
}

/** Takes applications of those whose bank is connected: by a receipt that can be checked, or by one on file that is good. */
export function applicationRoutes({ guards, sessions, receipts, connections }: ApplicationRoutesOptions): Router {
  const router = Router();
  router.post('/', ...guards, async (request, response) => {
    const { receipt } = applicationSchema.parse(request.body);
    const customer = sessions.customerOf(request)?.reference;
    const consentId = receipt && (await receipts.use(receipt, customer));
    if (consentId && customer) connections.keep(customer, consentId);
    if (!consentId && !(customer && (await connections.isGood(customer)))) {
      response.status(422).json({ error: 'The bank connection cannot be confirmed.', fields: ['receipt'] });
      return;
    }
    response.status(201).json({ number: newApplicationNumber() });
  });
  return router;
}

/** A number that a person can read out on the telephone. */
function newApplicationNumber(): string {
  return `LF-${randomInt(10_000, 100_000)}`;
}
