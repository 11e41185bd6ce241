import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { flood } from '../load/flood.ts';

/** The short form of `npm run test:load`: the same, a fifth as many calls, a tenth as long. */
describe('webhooks of more consents than Atto lets us ask about', () => {
  it('end every journey right, while who comes back is verified at once', async () => {
    const result = await flood({
      journeys: 400,
      returned: 0,
      webhooksPerMinute: 2400,
      returnsPerMinute: 60,
      budget: 90,
      enforced: 100,
      patienceSeconds: 120,
    });
    assert.equal(result.webhooks.acknowledged, 400);
    assert.equal(result.wrong, 0);
    assert.ok(result.calls.mostInAMinute <= 90, `${result.calls.mostInAMinute} calls in a minute`);
    assert.equal(result.calls.refused, 0);
    assert.equal(result.returns.connectedAtOnce, result.returns.count);
  });
});
