import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rollingRestarts } from '../load/rolling-restarts.ts';
import { whyNoLoadBalancer } from '../support/nginx.ts';

/** The short form of `npm run test:restarts`. */
describe('two processes behind a load balancer, restarted in turn', { skip: whyNoLoadBalancer() ?? false }, () => {
  it('lose no request and no journey', async () => {
    const { faults, wrong, journeys, leaving } = await rollingRestarts({ journeys: 50, restarts: 3 });
    assert.deepEqual(faults, []);
    assert.deepEqual(wrong, []);
    assert.equal(journeys, 50);
    assert.ok(leaving.slowest < 10_000, `${leaving.slowest} ms from SIGTERM to the end`);
  });
});
