import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertPage } from '../support/assert-page.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { BffClient } from '../support/bff-client.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { type BffProcess, bffEnvironment, startBffProcess } from '../support/start-bff.ts';

const WAY_BACK = '<a href="https://shop.acme.example/done">Back to Acme &amp; Sons</a>';

let atto: OtherAtto;
let bff: BffProcess;
let client: BffClient;

before(async () => {
  atto = await OtherAtto.start();
  bff = await startBffProcess(bffEnvironment(atto, { ATTO_VALIDATION_TOKEN: 'off' }));
  ({ client } = bff);
});

after(async () => {
  await bff.close();
  await atto.close();
});

describe('GET /v1/go/{ticket}', () => {
  it('sends the browser to Atto, and tells nobody whence', async () => {
    const journey = await client.started('cust-1');
    const { status, headers, text } = await client.go(journey.launchUrl);
    assert.equal(status, 303);
    const { origin, searchParams, hash } = new URL(headers['location'] ?? '');
    assert.equal(origin, 'https://connect.atto.example');
    assert.deepEqual(Object.fromEntries(searchParams), {
      client_id: atto.applicationId,
      customer_ref: journey.reference,
    });
    assert.equal(hash, '');
    assert.equal(text, '');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['set-cookie'], undefined);
  });

  it('marks the journey as launched', async () => {
    const journey = await client.launched();
    const { body } = await client.view(journey);
    assert.equal(body.status, 'launched');
    assert.equal(body.version, 2);
  });

  it('works once: then it is a page that leads back', async () => {
    const { launchUrl } = await client.launched();
    const answer = await client.go(launchUrl);
    assertPage(answer, 410);
    assert.ok(answer.text.includes(WAY_BACK), answer.text);
    assert.equal(answer.headers['location'], undefined);
  });

  it('works once, also for ten at a time', async () => {
    const { launchUrl } = await client.started();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.go(launchUrl)));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [303, ...Array.from({ length: 9 }, () => 410)]);
  });

  it('works for a minute', async () => {
    const [early, late] = [await client.started(), await client.started()];
    await bff.moveClock(55_000);
    assert.equal((await client.go(early.launchUrl)).status, 303);
    await bff.moveClock(6000);
    const answer = await client.go(late.launchUrl);
    assertPage(answer, 410);
    assert.ok(answer.text.includes(WAY_BACK), answer.text);
    assert.equal((await client.view(late)).body.status, 'created');
    const again = await client.launchAgain(late);
    assert.equal((await client.go(again.body.launchUrl)).status, 303);
  });

  it('is a page for a ticket that never was', async () => {
    for (const ticket of ['x', 'A'.repeat(43), '%00', '..%2f..', '<script>']) {
      const answer = await client.go(`${client.url}/v1/go/${ticket}`);
      assertPage(answer, 410);
    }
  });

  it('does not work after the customer has said stop', async () => {
    const journey = await client.started();
    await client.cancel(journey);
    assertPage(await client.go(journey.launchUrl), 410);
    assert.equal((await client.view(journey)).body.status, 'cancelled');
  });

  it('counts a browser that says nothing as navigating', async () => {
    const { launchUrl } = await client.started();
    assert.equal((await client.go(launchUrl, {})).status, 303);
  });

  const glances: Record<string, Record<string, string>> = {
    'a prefetch': { 'sec-purpose': 'prefetch', 'sec-fetch-mode': 'navigate' },
    'a prerender': { 'sec-purpose': 'prefetch;prerender', 'sec-fetch-mode': 'navigate' },
    'an older prefetch': { purpose: 'prefetch' },
    'a prefetch of Firefox': { 'x-moz': 'prefetch' },
    'a script that asks across origins': { 'sec-fetch-mode': 'cors', origin: 'https://shop.acme.example' },
    'a script that does not care for the answer': { 'sec-fetch-mode': 'no-cors' },
    'a script of the same origin': { 'sec-fetch-mode': 'same-origin' },
    'a frame': { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
    'an older frame': { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'frame' },
    'an embedded object': { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'object' },
  };
  for (const [what, headers] of Object.entries(glances)) {
    it(`reveals and burns nothing for ${what}`, async () => {
      const journey = await client.started();
      const glance = await client.go(journey.launchUrl, headers);
      assert.equal(glance.headers['location'], undefined);
      assert.equal(glance.text, '');
      assert.equal((await client.view(journey)).body.status, 'created');
      const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      assert.equal((await client.go(journey.launchUrl, navigation)).status, 303);
    });
  }

  it('reveals and burns nothing for HEAD', async () => {
    const { launchUrl } = await client.started();
    const glance = await client.call('HEAD', new URL(launchUrl).pathname);
    assert.equal(glance.headers['location'], undefined);
    assert.equal((await client.go(launchUrl)).status, 303);
  });

  it('is not for posting', async () => {
    const { launchUrl } = await client.started();
    const answer = await client.call('POST', new URL(launchUrl).pathname);
    assertProblem(answer, 405, 'method_not_allowed');
    assert.equal(answer.headers['allow'], 'GET');
    assert.equal((await client.go(launchUrl)).status, 303);
  });

  it('has nothing for pages of other origins to read', async () => {
    const { launchUrl } = await client.started();
    const { headers } = await client.go(launchUrl, { origin: 'https://shop.acme.example' });
    assert.equal(headers['access-control-allow-origin'], undefined);
  });
});
