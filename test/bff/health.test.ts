import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';
import { assertProblem } from '../support/assert-problem.ts';
import { mountBff } from '../support/mount-bff.ts';
import { bffEnvironment, forget } from '../support/start-bff.ts';

describe('the health of a bff', () => {
  it('is told apart: alive, and ready as long as its store answers', async () => {
    const environment = bffEnvironment({ url: 'http://127.0.0.1:9', applicationId: 'x' });
    const store = new SqliteStore(environment['DATA_DIR'] ?? '');
    const bff = await mountBff(environment, store);
    const well = [await bff.client.call('GET', '/healthz'), await bff.client.call('GET', '/readyz')];
    await store.close();
    const [alive, ready] = [await bff.client.call('GET', '/healthz'), await bff.client.call('GET', '/readyz')];
    await bff.close();
    forget(environment);
    for (const answer of well) assert.equal(answer.status, 200);
    for (const answer of well) assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(alive.status, 200);
    assertProblem(ready, 503, 'not_ready');
    assert.match(ready.headers['retry-after'] ?? '', /^\d+$/);
  });
});
