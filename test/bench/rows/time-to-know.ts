import { setTimeout as sleep } from 'node:timers/promises';
import type { BffClient } from '../../support/bff-client.ts';
import type { OtherAtto } from '../../support/other-atto.ts';
import { withBff } from '../bff-under-load.ts';
import { quantile } from '../statistics.ts';
import { type Row, rounded, type Scale } from './row.ts';

/** Journeys come one after the other, as customers do. */
const APART_MS = 50;

interface Times {
  /** From the bank being done until the page had heard that the journey is connected, in seconds. */
  sinceDone: number;
  /** The same from the return on. */
  sinceReturn: number;
}

/** From the bank being done to the page that knows: with webhooks, and with every one of them lost. */
export async function timeToKnow(atto: OtherAtto, { journeys, bankSeconds }: Scale): Promise<Row[]> {
  return withBff(atto, { ATTO_BUDGET: '1000000' }, async ({ client }) => {
    const [told, lost] = await Promise.all([
      all(journeys, (index) =>
        journeyOf(atto, client, { bankSeconds: (bankSeconds * index) / journeys, isTold: true }),
      ),
      all(journeys, (index) =>
        journeyOf(atto, client, { bankSeconds: (bankSeconds * index) / journeys, isTold: false }),
      ),
    ]);
    const p95 = rounded(
      quantile(
        told.map(({ sinceDone }) => sinceDone),
        0.95,
      ),
      3,
    );
    const slowest = rounded(Math.max(...lost.map(({ sinceReturn }) => sinceReturn)), 3);
    return [
      {
        figure: 'bank done → page knows, with webhooks',
        bounds: [{ name: 'p95 in seconds', measured: p95, atMost: 1 }],
        measured: {
          journeys: told.length,
          p50: rounded(
            quantile(
              told.map(({ sinceDone }) => sinceDone),
              0.5,
            ),
            3,
          ),
          p95,
        },
        cause: '',
      },
      {
        figure: `return → page knows, every webhook lost, bank done up to ${bankSeconds} s after the return`,
        bounds: [{ name: 'the slowest in seconds', measured: slowest, atMost: 15 }],
        measured: {
          journeys: lost.length,
          p50: rounded(
            quantile(
              lost.map(({ sinceReturn }) => sinceReturn),
              0.5,
            ),
            3,
          ),
          slowest,
        },
        cause: '',
      },
    ];
  });
}

/** The customer comes back before the bank is done; the page waits. */
async function journeyOf(
  atto: OtherAtto,
  client: BffClient,
  { bankSeconds, isTold }: { bankSeconds: number; isTold: boolean },
): Promise<Times> {
  const journey = await client.launched();
  const consent = atto.consent({ customerReference: journey.reference, consentStatus: 'Pending' });
  const consentId = String(consent['consentId']);
  atto.consents.set(consentId, consent);
  const handle = await client.handle({ customer_ref: journey.reference, state: 'success', consent_id: consentId });
  const returnedAt = performance.now();
  await client.redeem(journey, { handle });
  const known = connected(client, journey);
  await sleep(bankSeconds * 1000);
  const doneAt = performance.now();
  const active = atto.consent({ consentId, customerReference: journey.reference });
  atto.consents.set(consentId, active);
  if (isTold) await client.webhook(atto.notification(active));
  const knownAt = await known;
  return { sinceDone: (knownAt - doneAt) / 1000, sinceReturn: (knownAt - returnedAt) / 1000 };
}

/** The page polls as the widget does: waiting, again and again. Resolves with the moment it has heard. */
async function connected(client: BffClient, journey: Parameters<BffClient['view']>[0]): Promise<number> {
  let tag: string | undefined;
  for (;;) {
    const { body, headers } = await client.view(journey, { 'if-none-match': tag, prefer: 'wait=25' });
    if (body.status === 'connected') return performance.now();
    tag = headers['etag'];
  }
}

function all(count: number, journey: (index: number) => Promise<Times>): Promise<Times[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await sleep(index * APART_MS);
      return journey(index);
    }),
  );
}
