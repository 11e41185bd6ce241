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

describe('POST /v1/journeys/{id}/cancel', () => {
  it('is the customer’s stop, before and after the browser left', async () => {
    for (const journey of [await client.started(), await client.launched()]) {
      const { status, body, headers } = await client.cancel(journey);
      assert.equal(status, 200);
      assert.equal(body.status, 'cancelled');
      assert.deepEqual(body.error, {
        code: 'cancelled_by_customer',
        category: 'customer',
        retryable: true,
        action: 'retry',
        reference: journey.reference,
      });
      assert.equal(headers['etag'], (await client.view(journey)).headers['etag']);
    }
  });

  it('changes nothing when it is said again', async () => {
    const journey = await client.launched();
    const first = await client.cancel(journey);
    assert.deepEqual((await client.cancel(journey)).body, first.body);
  });

  it('voids the ticket', async () => {
    const journey = await client.started();
    await client.cancel(journey);
    assertPage(await client.go(journey.launchUrl), 410);
  });

  it('comes too late after the connection', async () => {
    const { journey } = await stage.connected();
    assertProblem(await client.cancel(journey), 409, 'wrong_state');
    assert.equal((await client.view(journey)).body.status, 'connected');
  });

  it('is not the last word: the customer may start again, and connect', async () => {
    const journey = await client.launched();
    await client.cancel(journey);
    const { body } = await client.launchAgain(journey);
    assert.equal((await client.go(body.launchUrl)).status, 303);
    assert.equal((await client.view(journey)).body.error, undefined);
    assert.equal((await stage.claim(journey, stage.consent(journey))).body.status, 'connected');
  });
});
