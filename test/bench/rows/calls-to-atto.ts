import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { request } from 'undici';
import type { BffClient } from '../../support/bff-client.ts';
import type { Consent, OtherAtto } from '../../support/other-atto.ts';
import { journeysOf, withBff } from '../bff-under-load.ts';
import { startPeer } from '../peers/start-peer.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Row, Scale } from './row.ts';

/** How long each page goes on asking, and how often. */
const POLL_SECONDS = 3;
const POLL_EVERY_MS = 250;
const WEBHOOKS_PER_SECOND = 50;
const MINUTE_MS = 60_000;

/** What our pollers and webhooks cost of Atto's quota; beside a relay that asks Atto on every poll. */
export async function callsToAtto(atto: OtherAtto, { pollers, floodSeconds }: Scale): Promise<Row[]> {
  return withBff(atto, {}, async ({ client }) => {
    const relay = await startPeer('naive-relay', atto.url);
    const byPollers: Record<string, { bff: number; naiveRelay: number }> = {};
    for (const count of pollers) byPollers[count] = await callsOfOne(atto, client, relay, count);
    await relay.stop();
    const most = Math.max(...Object.values(byPollers).map(({ bff }) => bff));
    const flood = await floodOf(atto, client, floodSeconds);
    return [
      {
        figure: `calls to Atto for one journey with ${pollers.join(', ')} pollers and its data webhooks`,
        bounds: [{ name: 'calls', measured: most, atMost: 3 }],
        measured: { byPollers },
        cause: '',
      },
      {
        figure: `calls to Atto under ${WEBHOOKS_PER_SECOND * 60} webhooks/min for ${floodSeconds} s`,
        bounds: [{ name: 'calls in any 60 s', measured: flood.mostInAMinute, atMost: 450 }],
        measured: flood,
        cause: '',
      },
    ];
  });
}

/** A journey whose consent is Active at the return, polled by many from the return on, and told of its data. */
async function callsOfOne(atto: OtherAtto, client: BffClient, relay: ServerProcess, pollers: number) {
  const journey = await client.launched();
  const consent = activeConsent(atto, journey);
  const consentId = String(consent['consentId']);
  const returned = { customer_ref: journey.reference, state: 'success', consent_id: consentId };
  const handle = await client.handle(returned);
  const calls = () => atto.calls(`/consents/v1/${consentId}`);
  const before = calls();
  const pages = Array.from({ length: pollers }, () => repeatedly(() => client.view(journey)));
  await client.redeem(journey, { handle });
  for (const dataAvailability of ['Partial', 'Complete', 'Processed'])
    await client.webhook(atto.notification(consent, { dataAvailability }));
  await Promise.all(pages);
  const bff = calls() - before;
  await Promise.all(
    Array.from({ length: pollers }, () =>
      repeatedly(async () => (await request(`${relay.url}/${consentId}`)).body.dump()),
    ),
  );
  return { bff, naiveRelay: calls() - before - bff };
}

async function repeatedly(poll: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + POLL_SECONDS * 1000;
  while (performance.now() < end) {
    await poll();
    await sleep(POLL_EVERY_MS);
  }
}

/** Webhooks of ever other journeys, each a reason to ask, faster than Atto takes questions. */
async function floodOf(atto: OtherAtto, client: BffClient, seconds: number) {
  const journeys = await journeysOf(WEBHOOKS_PER_SECOND, () => client.launched());
  const from = atto.heard.length;
  const answers: Promise<{ status: number }>[] = [];
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    for (const journey of journeys) answers.push(client.webhook(atto.notification(activeConsent(atto, journey))));
    await sleep(start + (answers.length / WEBHOOKS_PER_SECOND) * 1000 - performance.now());
  }
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  const times = atto.heard.slice(from).flatMap(({ path, at }) => (path.startsWith('/consents/v1') ? [at] : []));
  const inTheMinuteAfter = (at: number) => times.filter((other) => other >= at && other < at + MINUTE_MS).length;
  return {
    webhooks: statuses.length,
    acknowledged: statuses.filter((status) => status === 204).length,
    calls: times.length,
    mostInAMinute: Math.max(0, ...times.map(inTheMinuteAfter)),
  };
}

function activeConsent(atto: OtherAtto, { reference }: StartedJourney): Consent {
  const consent = atto.consent({ customerReference: reference });
  atto.consents.set(String(consent['consentId']), consent);
  return consent;
}
