/**
 * No polling client causes a call to Atto. `LONG=1` polls for half a minute instead of four seconds, and writes what it
 * counted to `test/results/polling.json`.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { type Consent, OtherAtto } from '../support/other-atto.ts';
import { writeResult } from '../support/result-file.ts';
import { type BffProcess, bffEnvironment, startBffProcess } from '../support/start-bff.ts';

const isLong = process.env['LONG'] === '1';
const SECONDS = isLong ? 30 : 4;
const POLLERS = 100;
/** A waiting claim is asked about at once, then after 1, 2, 4, 8, and then every 15 s. */
const ASKED_AFTER_SECONDS = [0, 1, 3, 7, 15, 30];
const PAUSE_MS = 300;

let atto: OtherAtto;
let bff: BffProcess;

before(async () => {
  atto = await OtherAtto.start();
  bff = await startBffProcess(bffEnvironment(atto));
});

after(async () => {
  await bff.close();
  await atto.close();
});

describe(`${POLLERS} pollers of one journey, for ${SECONDS} s`, () => {
  it('cause no more calls to Atto than one does', async () => {
    const [start, startedAt] = [performance.now(), Date.now()];
    const [alone, crowded] = [await pending(), await pending()];
    const polls = await Promise.all([poll(alone.journey, 1), poll(crowded.journey, POLLERS)]);
    const calls = { one: callsAbout(alone.consent), hundred: callsAbout(crowded.consent) };
    const seconds = (performance.now() - start) / 1000;
    const allowed = ASKED_AFTER_SECONDS.filter((second) => second <= seconds).length;
    if (isLong)
      writeResult('polling', startedAt, {
        seconds: SECONDS,
        pollers: POLLERS,
        polls: { one: polls[0], hundred: polls[1] },
        calls,
        allowed,
      });
    assert.ok(polls[1] >= POLLERS * 2, `only ${polls[1]} polls`);
    assert.ok(calls.one >= 2 && calls.one <= allowed, `${calls.one} calls for one poller`);
    assert.ok(calls.hundred <= allowed, `${calls.hundred} calls for ${POLLERS} pollers`);
  });

  it('cause none at all once the journey is connected', async () => {
    const { journey, consent } = await pending('Active');
    assert.equal((await bff.client.view(journey)).body.status, 'connected');
    const known = callsAbout(consent);
    await poll(journey, POLLERS, 1);
    assert.equal(callsAbout(consent), known);
    assert.equal(known, 1);
  });

  it('cause none before the browser has come back', async () => {
    const journey = await bff.client.launched();
    const [before, earlier] = [atto.heard.length, [...atto.consents.keys()]];
    await poll(journey, POLLERS, 1);
    // The journeys of the tests before this one are still asked about, and what has changed is looked through.
    const isOfOthers = (path: string) => path.startsWith('/consents/v1?') || earlier.some((id) => path.endsWith(id));
    assert.deepEqual(
      atto.heard.slice(before).filter(({ path }) => !isOfOthers(path)),
      [],
    );
  });
});

/** A journey whose return was redeemed, and whose consent Atto calls so. */
async function pending(consentStatus = 'Pending'): Promise<{ journey: StartedJourney; consent: Consent }> {
  const { client } = bff;
  const journey = await client.launched();
  const consent = atto.consent({ customerReference: journey.reference, consentStatus });
  const consentId = String(consent['consentId']);
  atto.consents.set(consentId, consent);
  const returned = { customer_ref: journey.reference, state: 'success', consent_id: consentId };
  await client.redeem(journey, { handle: await client.handle(returned) });
  return { journey, consent };
}

/** Polls in every way that a page may: plainly, with a tag, and waiting. Returns how often. */
async function poll(journey: StartedJourney, pollers: number, seconds = SECONDS): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let polls = 0;
  const one = async (way: number) => {
    let tag: string | undefined;
    while (performance.now() < end) {
      const left = Math.max(1, Math.min(25, Math.floor((end - performance.now()) / 1000)));
      const headers = { ...(way > 0 && { 'if-none-match': tag }), ...(way > 1 && { prefer: `wait=${left}` }) };
      const answer = await bff.client.view(journey, headers);
      tag = answer.headers['etag'];
      polls += 1;
      await sleep(PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: pollers }, (_, index) => one(index % 3)));
  return polls;
}

function callsAbout({ consentId }: Consent): number {
  return atto.calls(`/consents/v1/${consentId}`);
}
