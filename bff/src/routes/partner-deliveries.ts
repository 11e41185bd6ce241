import type { RequestHandler } from 'express';
import { partnerDeliveryQuerySchema } from '../contract-schemas.ts';
import { partnerOf } from '../middleware/authorized-partner.ts';
import { parsed } from '../middleware/json-body.ts';
import { queryOf } from '../middleware/query.ts';
import type { Store } from '../stores/store.ts';

const PAGE = 200;

/** GET /v1/partner/deliveries?status=failed: how the deliveries to the partner's own webhook stand, newest first. */
export function partnerDeliveriesRoute(store: Store): RequestHandler {
  return async (request, response) => {
    const { status } = parsed(queryOf(request), partnerDeliveryQuerySchema);
    const deliveries = await store.deliveriesOf(partnerOf(response).id, status ?? null, PAGE);
    response.json({
      deliveries: deliveries.map(({ event, status, attempts, nextAt, problem }) => ({
        id: `event_${event.cursor}`,
        cursor: String(event.cursor),
        type: event.type,
        at: new Date(event.at).toISOString(),
        status,
        attempts,
        nextAt: nextAt === null ? null : new Date(nextAt).toISOString(),
        problem,
      })),
    });
  };
}
