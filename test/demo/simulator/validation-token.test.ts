import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runInNewContext } from 'node:vm';
import { launchJs } from '../../../demo/simulator/pages/assets.ts';
import type { Simulator } from '../../../demo/simulator/simulator.ts';
import { getJson, startSimulator } from './support.ts';
import { Visitor } from './visitor.ts';

async function validationToken(simulator: Simulator): Promise<string> {
  return (await getJson<{ token: string }>(simulator, '/v1/connect/validation-token')).token;
}

/** Launches as a browser does whose script has read the fragment. */
async function launchWith(simulator: Simulator, token: string): Promise<Visitor> {
  const fields = { client_id: simulator.settings.applicationId, customer_ref: 'visitor', validation_token: token };
  return new Visitor(simulator).post('/launch', fields);
}

describe('a validation token', () => {
  it('opens Connect once, by fragment or by query', async (t) => {
    const simulator = await startSimulator(t, { validationToken: 'required' });
    const token = await validationToken(simulator);
    assert.equal((await launchWith(simulator, token)).step, 'bank');
    assert.equal((await launchWith(simulator, token)).status, 403);
    const byQuery = await new Visitor(simulator).launch({ validation_token: await validationToken(simulator) });
    assert.equal(byQuery.step, 'bank');
  });

  it('runs out after fifteen minutes', async (t) => {
    let now = Date.now();
    const simulator = await startSimulator(t, { now: () => now });
    const token = await validationToken(simulator);
    now += 900_000;
    assert.equal((await launchWith(simulator, token)).status, 403);
  });

  it('is not missed unless required', async (t) => {
    const simulator = await startSimulator(t);
    assert.equal((await new Visitor(simulator).launch()).step, 'bank');
    assert.equal((await launchWith(simulator, 'made-up')).status, 403);
    simulator.configure({ validationToken: 'required' });
    assert.equal((await new Visitor(simulator).launch()).status, 403);
    simulator.configure({ validationToken: 'off' });
    assert.equal((await new Visitor(simulator).launch({ validation_token: 'made-up' })).step, 'bank');
  });

  it('is taken out of the address by the page’s script, which then submits', () => {
    const token = { name: 'validation_token', value: '' };
    const seen: unknown[] = [];
    runInNewContext(launchJs, {
      URLSearchParams,
      document: {
        getElementById: (id: string) => (id === 'token' ? token : { submit: () => seen.push('submitted') }),
      },
      location: { hash: '#validation_token=a%2Bb', pathname: '/', search: '?client_id=c' },
      history: { replaceState: (_state: unknown, _title: string, url: string) => seen.push(url) },
    });
    assert.equal(token.value, 'a+b');
    assert.deepEqual(seen, ['/?client_id=c', 'submitted']);
  });
});
