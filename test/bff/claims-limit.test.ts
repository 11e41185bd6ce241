import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Stage } from '../support/stage.ts';

it('lets one address claim and disown no more often a minute than it may start: each is a question to Atto', async () => {
  const stage = await Stage.open({ LIMIT_STARTS: '10' });
  const journey = await stage.client.launched();
  const returned = { customer_ref: journey.reference, state: 'success', consent_id: 'unknown' };
  const handle = await stage.client.handle(returned);
  const disown = () =>
    stage.client.call('POST', `/v1/returns/${handle}/disown`, { 'content-type': 'application/json' }, {});
  const statuses: number[] = [];
  for (let count = 0; count < 12; count += 1) statuses.push((await disown()).status);
  const claim = await stage.client.redeem(journey, { handle });
  const view = await stage.client.view(journey);
  const asked = stage.asked({ consentId: 'unknown' });
  await stage.close();
  assert.deepEqual(statuses, [...Array(10).fill(204), 429, 429]);
  assert.equal(asked, 10);
  assert.deepEqual([claim.status, view.status], [429, 200], 'how it stands may be asked all the same');
  assert.ok(Number(claim.headers['retry-after']) > 0);
});
