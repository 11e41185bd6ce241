/** Wrong on purpose: takes each arrival of a webhook for a webhook of its own. */
import { randomUUID } from 'node:crypto';
import { serveWrongly } from './serve.ts';

serveWrongly((accept) => (_key, body, receivedAt) => {
  const eventId = randomUUID();
  return accept(`event:${eventId}`, JSON.stringify({ ...JSON.parse(body), eventId }), receivedAt);
});
