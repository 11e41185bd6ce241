import type { RequestHandler } from 'express';
import { partnerEventQuerySchema } from '../contract-schemas.ts';
import { partnerOf } from '../middleware/authorized-partner.ts';
import { parsed } from '../middleware/json-body.ts';
import { queryOf } from '../middleware/query.ts';
import type { Store } from '../stores/store.ts';

const PAGE = 200;

/** GET /v1/partner/events?after=<cursor>: everything that happened, in order. `next` goes into the next `after`. */
export function partnerEventsRoute(store: Store): RequestHandler {
  return async (request, response) => {
    const { after } = parsed(queryOf(request), partnerEventQuerySchema);
    const events = await store.partnerEvents(partnerOf(response).id, after, PAGE);
    response.json({
      events: events.map(({ cursor, type, at, data }) => ({
        cursor: String(cursor),
        type,
        at: new Date(at).toISOString(),
        ...data,
      })),
      next: String(events.at(-1)?.cursor ?? after),
    });
  };
}
