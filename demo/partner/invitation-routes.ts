import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { customers } from './customers.ts';

/** The e-mail that Larkfield has agreed on with its account manager at Atto. */
const TEMPLATE_ID = 'larkfield';

interface InvitationRoutesOptions {
  /** What stands before every route that acts for someone. */
  guards: RequestHandler[];
  bffUrl: string;
  apiKey: string;
}

/** What the page is told of an invitation. */
const invitationSchema = z.object({
  id: z.string(),
  emailState: z.string().nullable(),
  connectionStatus: z.string(),
});

/** For the presenter: have Atto write to a customer, and follow what becomes of it. A real lender's staff would do this. */
export function invitationRoutes({ guards, bffUrl, apiKey }: InvitationRoutesOptions): Router {
  const router = Router();
  const headers = { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' };

  router.post('/', ...guards, async (request, response) => {
    const { reference } = z.strictObject({ reference: z.string() }).parse(request.body);
    const customer = customers.find((each) => each.reference === reference);
    if (!customer) {
      response.status(404).json({ error: 'There is no such customer.' });
      return;
    }
    const recipient = { recipientName: customer.name, recipientEmail: customer.email, templateId: TEMPLATE_ID };
    const address = `${bffUrl}/v1/partner/invitations`;
    const answer = await fetch(address, {
      method: 'POST',
      headers,
      body: JSON.stringify({ customer: reference, ...recipient }),
    });
    if (answer.status !== 201) throw new Error(`the bff answered ${answer.status}`);
    response.status(201).json(invitationSchema.parse(await answer.json()));
  });

  router.get('/:id', async (request, response) => {
    const answer = await fetch(`${bffUrl}/v1/partner/invitations/${encodeURIComponent(request.params.id)}`, {
      headers,
    });
    if (answer.status !== 200) {
      response.status(404).json({ error: 'There is no such invitation.' });
      return;
    }
    response.json(invitationSchema.parse(await answer.json()));
  });
  return router;
}
