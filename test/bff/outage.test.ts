/**
 * PostgreSQL goes away while webhooks come: what was acknowledged meanwhile is applied when it is back. `LONG=1` keeps it away
 * for a minute, and writes what came of it to `test/results/outage.json`.
 */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Battlefield } from '../kill/battlefield.ts';
import { connectedStories } from '../kill/delivery.ts';
import { judge } from '../kill/judgement.ts';
import { PartnerFeed } from '../kill/partner-feed.ts';
import { Sender } from '../kill/sender.ts';
import { Storm } from '../kill/storm.ts';
import { writeResult } from '../support/result-file.ts';
import { seededRandom } from '../support/seeded-random.ts';

const isLong = process.env['LONG'] === '1';
const SECONDS = isLong ? 60 : 4;
/** While nothing can be applied, one webhook of each can be told. */
const CONSENTS = isLong ? 2400 : 200;
const PAUSE_MS = 400;
const PATIENCE_MS = 60_000;

it(`loses no acknowledged webhook, and applies none twice, when PostgreSQL is away for ${SECONDS} s`, async () => {
  const startedAt = Date.now();
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = seededRandom(seed);
  const field = await Battlefield.open('PostgreSQL');
  const { atto, bff, partner } = field;
  const sender = new Sender(bff.client.url, [2000, 4000, 8000]);
  const feed = new PartnerFeed(partner);
  const stories = await connectedStories(CONSENTS, { client: bff.client, atto, random });
  sender.useToken(await bff.client.webhookToken());
  const storm = new Storm({ stories, sender, feed, atto, random });
  const acknowledged = () => storm.deliveries.filter(({ state }) => state === 'acknowledged').length;

  await storm.waves(5);
  await field.stopPostgres();
  const before = acknowledged();
  for (const end = performance.now() + SECONDS * 1000; performance.now() < end; await sleep(PAUSE_MS)) storm.wave();
  const meanwhile = acknowledged() - before;
  const inboxed = field.inboxed();
  await field.startPostgres();
  const back = performance.now();
  await storm.waves(5);
  await storm.calmDown(PATIENCE_MS);
  const secondsUntilApplied = Math.round(performance.now() - back) / 1000;
  const { lost, twice } = judge(storm.deliveries, await partner.allEvents());
  const counts = { acknowledged: acknowledged(), meanwhile, inboxed };
  await feed.close();
  sender.close();
  await field.close();

  console.log({ seed, ...counts, secondsUntilApplied });
  if (isLong)
    writeResult('outage', startedAt, {
      seed,
      seconds: SECONDS,
      ...counts,
      secondsUntilApplied,
      lost: lost.length,
      twice: twice.length,
    });
  assert.deepEqual({ lost, twice }, { lost: [], twice: [] });
  assert.ok(meanwhile >= SECONDS * 10, `only ${meanwhile} were acknowledged meanwhile`);
  assert.ok(inboxed >= meanwhile / 2, `only ${inboxed} were kept in the inbox`);
});
