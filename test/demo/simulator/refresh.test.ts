import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Simulator } from '../../../demo/simulator/simulator.ts';
import { accessToken, callApi, startSimulator, until } from './support.ts';

async function refresh(simulator: Simulator, consentId: string) {
  const authorization = `Bearer ${await accessToken(simulator, 'directid.stored_data')}`;
  const init = { method: 'POST', headers: { authorization } };
  const answer = await fetch(`${simulator.url}/stored-data/v1/consents/${consentId}/refresh`, init);
  return { status: answer.status, body: await answer.json() };
}

describe('POST /stored-data/v1/consents/{consentId}/refresh', () => {
  it('answers as documented once the bank has', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent({ consentStatus: 'Active' });
    assert.deepEqual(await refresh(simulator, consentId), {
      status: 200,
      body: { statusCode: 200, message: 'Successfully completed data refresh' },
    });
  });

  it('answers 409 while another one is under way', async (t) => {
    const simulator = await startSimulator(t, { refreshMs: 300 });
    const { consentId } = simulator.addConsent({ consentStatus: 'Active' });
    const first = refresh(simulator, consentId);
    await until('it is under way', () => simulator.requestCount('POST /stored-data/v1/consents/:id/refresh') === 1);
    assert.deepEqual(await refresh(simulator, consentId), {
      status: 409,
      body: { statusCode: 409, message: 'A refresh is already in progress for this consent' },
    });
    assert.equal((await first).status, 200);
    assert.equal((await refresh(simulator, consentId)).status, 200);
  });

  it('answers 403 for a consent that is not Active, and 404 for none', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent({ consentStatus: 'Revoked' });
    assert.deepEqual(await refresh(simulator, consentId), {
      status: 403,
      body: { statusCode: 403, message: 'The consent or account access has been revoked' },
    });
    assert.equal((await refresh(simulator, randomUUID())).status, 404);
  });

  it('opens to the scope of stored data only', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent({ consentStatus: 'Active' });
    const answer = await callApi(simulator, `/stored-data/v1/consents/${consentId}/refresh`, { method: 'POST' });
    assert.equal(answer.status, 401);
  });
});
