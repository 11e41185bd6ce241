import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { assertPage } from '../support/assert-page.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { BffClient } from '../support/bff-client.ts';
import { Stage } from '../support/stage.ts';

let stage: Stage;
let client: BffClient;

before(async () => {
  stage = await Stage.open();
  ({ client } = stage);
});

after(async () => {
  await stage.close();
});

describe('POST /v1/journeys/{id}/launch', () => {
  it('gives another way to the bank, for the same journey', async () => {
    const journey = await client.launched('cust-1');
    const { status, body } = await client.launchAgain(journey);
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body).sort(), ['expiresAt', 'launchUrl']);
    assert.equal(body.expiresAt, journey.expiresAt);
    const { headers } = await client.go(body.launchUrl);
    assert.equal(new URL(headers['location'] ?? '').searchParams.get('customer_ref'), journey.reference);
  });

  it('voids every older ticket', async () => {
    const journey = await client.started();
    const second = await client.launchAgain(journey);
    const third = await client.launchAgain(journey);
    assertPage(await client.go(journey.launchUrl), 410);
    assertPage(await client.go(second.body.launchUrl), 410);
    assert.equal((await client.go(third.body.launchUrl)).status, 303);
  });

  it('leaves one ticket of many that are asked for at once', async () => {
    const journey = await client.started();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.launchAgain(journey)));
    const gone = await Promise.all(answers.map(({ body }) => client.go(body.launchUrl)));
    assert.equal(gone.filter(({ status }) => status === 303).length, 1);
  });

  it('forgets the error that was shown', async () => {
    const journey = await client.launched();
    await stage.bringError(journey, 'provider_permanent_error');
    await client.launchAgain(journey);
    const { body } = await client.view(journey);
    assert.equal(body.status, 'launched');
    assert.equal(body.error, undefined);
  });

  it('keeps the first launch: what began after it is fresh', async () => {
    const journey = await client.launched();
    const consent = stage.consent(journey);
    const { body } = await client.launchAgain(journey);
    await client.go(body.launchUrl);
    assert.equal((await stage.claim(journey, consent)).body.status, 'connected');
  });

  it('is of no use after the connection', async () => {
    const { journey } = await stage.connected();
    assertProblem(await client.launchAgain(journey), 409, 'wrong_state');
  });

  it('keeps its own measure', async () => {
    const busy = await Stage.open({ LIMIT_STARTS: '2' });
    const journey = await busy.client.started();
    const answers = [await busy.client.launchAgain(journey), await busy.client.launchAgain(journey)];
    await busy.close();
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 429],
    );
  });
});
