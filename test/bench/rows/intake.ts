import { randomUUID } from 'node:crypto';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { OtherAtto } from '../../support/other-atto.ts';
import type { Environment } from '../../support/start-bff.ts';
import { journeysOf, withBff } from '../bff-under-load.ts';
import { type LoadResult, load, typical, wire } from '../load.ts';
import { startPeer } from '../peers/start-peer.ts';
import type { Row, Scale } from './row.ts';

const JOURNEYS = 500;
/** Where the figure is taken. */
const AT_SENDERS = 32;

/** Webhooks as they come: of many journeys, each telling a little more of its consent. */
const NEWS = [
  { consentStatus: 'Pending', dataAvailability: null },
  { consentStatus: 'Active', dataAvailability: null },
  { consentStatus: 'Active', dataAvailability: 'Partial' },
  { consentStatus: 'Active', dataAvailability: 'Complete' },
] as const;

/**
 * Webhooks taken in, durable before they are acknowledged, and worked off at the same time; beside an Express route that
 * reads the same JSON and keeps nothing.
 */
export async function intake(
  atto: OtherAtto,
  scale: Scale,
  { engine, changes, atLeast }: { engine: string; changes: Environment; atLeast: number },
): Promise<Row> {
  return withBff(atto, changes, async ({ server, client }) => {
    const bare = await startPeer('bare-express');
    const authorization = `Bearer ${await client.webhookToken()}`;
    const journeys = await journeysOf(JOURNEYS, () => client.launched());
    const webhooks = webhooksOf(atto, journeys);
    const next = (path: string) => () =>
      wire({
        method: 'POST',
        path,
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(webhooks.next().value),
      });
    const bySenders: Record<string, { bff: LoadResult; bare: LoadResult }> = {};
    for (const connections of scale.senders) {
      const rounds = { bff: [] as LoadResult[], bare: [] as LoadResult[] };
      const seconds = connections === AT_SENDERS ? scale.seconds : scale.seconds / 2;
      for (let round = 0; round < scale.rounds; round += 1) {
        rounds.bare.push(await load(bare, { connections, seconds }, next('/')));
        rounds.bff.push(await load(server, { connections, seconds }, next('/v1/webhooks/atto')));
      }
      bySenders[connections] = { bff: typical(rounds.bff), bare: typical(rounds.bare) };
    }
    await bare.stop();
    const at = bySenders[AT_SENDERS] ?? Object.values(bySenders)[0];
    if (at === undefined) throw new Error('nothing was measured');
    return {
      figure: `durable webhook intake on ${engine}, ${AT_SENDERS} senders`,
      bounds: [
        { name: 'webhooks acknowledged a second', measured: at.bff.requestsPerSecond, atLeast },
        { name: 'p99 in milliseconds', measured: at.bff.p99, atMost: 50 },
      ],
      measured: { bySenders },
      cause:
        `Taking in and working off one costs the server ${at.bff.cpuMicroseconds} µs of CPU, ` +
        `reading its JSON alone ${at.bare.cpuMicroseconds} µs.`,
    };
  });
}

function* webhooksOf(atto: OtherAtto, journeys: readonly StartedJourney[]): Generator<object, never> {
  const consents = journeys.map(({ reference }) => ({ consentId: randomUUID(), customerReference: reference }));
  for (let count = 0; ; count += 1) {
    const consent = consents[count % consents.length] ?? {};
    const news = NEWS[Math.floor(count / consents.length) % NEWS.length];
    yield atto.notification(atto.consent({ ...consent, ...news }), news);
  }
}
