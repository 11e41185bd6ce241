import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { Stage } from '../support/stage.ts';
import { until } from '../support/until.ts';

/** Far more than it takes, also on a machine that has much else to do. */
const PATIENCE_MS = 60_000;

describe('news that comes while Atto answers a question about the same consent', () => {
  let stage: Stage;

  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it('is asked about once more, since the answer may be from before it', async () => {
    const { journey, consent } = await stage.connected();
    const later = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const renewed = { ...consent, statusUpdated: later(1) };
    const { promise: asked, resolve: hold } = Promise.withResolvers<ServerResponse>();
    stage.atto.instead(`/consents/v1/${consent['consentId']}`, (_request, response) => hold(response));
    await stage.client.webhook(stage.atto.notification(renewed));
    const answer = await asked;
    const revoked = stage.change(consent, { consentStatus: 'Revoked', statusUpdated: later(2) });
    await stage.client.webhook(stage.atto.notification(revoked));
    // The second webhook has been worked off once what is sent after it has.
    const { journey: other, consent: another } = await stage.connected();
    await stage.client.webhook(stage.atto.notification(another, { dataAvailability: 'Partial' }));
    await until('it was worked off', async () => (await stage.client.view(other)).body.dataAvailability, PATIENCE_MS);
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(renewed));
    const isOver = async () => (await stage.client.view(journey)).body.status === 'disconnected';
    await until('the journey is disconnected', isOver, PATIENCE_MS);
    const [first = 0, second = 0] = stage.askedAt(consent).slice(-2);
    assert.ok(second - first >= 1900, `asked again after ${second - first} ms`);
  });
});
