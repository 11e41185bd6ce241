import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Simulator } from '../../../demo/simulator/simulator.ts';
import { callApi, getJson, startSimulator } from './support.ts';

type Row = Record<string, unknown>;
const day = 86_400_000;

async function references(simulator: Simulator, path: string): Promise<unknown[]> {
  return (await getJson<Row[]>(simulator, path)).map(({ customerReference }) => customerReference);
}

describe('GET /consents/v1/{consentId}', () => {
  it('shows every documented field of a consent', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = await simulator.completeJourney({ customerRef: 'ref-1', providerId: 1002 });
    const consent = await getJson(simulator, `/consents/v1/${consentId}`);
    const { userId, consentStart, consentEnd, statusUpdated, ...rest } = consent;
    assert.match(String(userId), /^[0-9a-f-]{36}$/);
    assert.equal(Date.parse(String(consentEnd)) - Date.parse(String(consentStart)), 90 * day);
    assert.ok(Date.parse(String(statusUpdated)) > 0);
    assert.deepEqual(rest, {
      consentId,
      applicationId: simulator.settings.applicationId,
      providerId: 1002,
      providerName: 'Thistlewick Building Society',
      configurationName: 'default',
      customerReference: 'ref-1',
      consentDurationType: 'Limited',
      consentStatus: 'Active',
      duration: 'P90D',
      daysOfHistoricalTransactions: 365,
      statusDetails: null,
      permissions: ['Accounts', 'Balances', 'Transactions', 'RegularPayments', 'Party'],
      invitationId: null,
      journeyType: null,
    });
  });

  it('answers 400 for an id that is no uuid and 404 for one nobody has', async (t) => {
    const simulator = await startSimulator(t);
    const bad = await callApi(simulator, '/consents/v1/42');
    const unknown = await callApi(simulator, `/consents/v1/${randomUUID()}`);
    assert.equal(bad.status, 400);
    assert.equal(unknown.status, 404);
    assert.equal(((await unknown.json()) as Row)['code'], 'consent_not_found');
  });

  it('answers 400, not 500, for an address that cannot be decoded', async (t) => {
    const simulator = await startSimulator(t);
    assert.equal((await callApi(simulator, '/consents/v1/%E0%A4%A')).status, 400);
  });
});

describe('GET /consents/v1 and v2', () => {
  it('answers a bare array, narrowed by each documented parameter', async (t) => {
    const simulator = await startSimulator(t);
    const old = new Date(Date.now() - 10 * day).toISOString();
    const a = simulator.addConsent({ customerReference: 'a', consentStatus: 'Active', configurationName: 'one' });
    simulator.addConsent({ customerReference: 'b', providerId: 1201, statusUpdated: old });
    const yesterday = encodeURIComponent(new Date(Date.now() - day).toISOString());
    for (const version of ['v1', 'v2']) {
      const list = (query: string) => references(simulator, `/consents/${version}?${query}`);
      assert.deepEqual(await list(''), ['a', 'b']);
      assert.deepEqual(await list('consentStatus=Active'), ['a']);
      assert.deepEqual(await list('configurationName=one'), ['a']);
      assert.deepEqual(await list('providerId=1201'), ['b']);
      assert.deepEqual(await list('customerReference=b'), ['b']);
      assert.deepEqual(await list('customerReference=B'), []);
      assert.deepEqual(await list(`userId=${a.userId}`), ['a']);
      assert.deepEqual(await list(`from=${yesterday}`), ['a']);
      assert.deepEqual(await list(`to=${yesterday}`), ['b']);
      assert.deepEqual(await list('undocumented=x'), ['a', 'b']);
    }
  });

  it('pages by offset and limit, where a limit of 0 is none', async (t) => {
    const simulator = await startSimulator(t);
    for (const customerReference of ['a', 'b', 'c']) simulator.addConsent({ customerReference });
    assert.deepEqual(await references(simulator, '/consents/v1?offset=1&limit=1'), ['b']);
    assert.deepEqual(await references(simulator, '/consents/v1?offset=1&limit=0'), ['b', 'c']);
    assert.deepEqual(await references(simulator, '/consents/v1?offset=9'), []);
    simulator.configure({ listOrder: 'newest-first' });
    assert.deepEqual(await references(simulator, '/consents/v2?limit=2'), ['c', 'b']);
  });

  it('reads the status in any case in v1, and exactly in v2', async (t) => {
    const simulator = await startSimulator(t);
    simulator.addConsent({ customerReference: 'a', consentStatus: 'Active' });
    assert.deepEqual(await references(simulator, '/consents/v1?consentStatus=active'), ['a']);
    assert.equal((await callApi(simulator, '/consents/v2?consentStatus=active')).status, 400);
  });

  it('tells and filters the data source in v2 only', async (t) => {
    const simulator = await startSimulator(t);
    simulator.addConsent();
    const [v1] = await getJson<Row[]>(simulator, '/consents/v1?dataSourceType=CreditInformation');
    const [v2] = await getJson<Row[]>(simulator, '/consents/v2?dataSourceType=OpenBanking');
    assert.ok(v1 && !('dataSourceType' in v1));
    assert.equal(v2?.['dataSourceType'], 'OpenBanking');
    assert.deepEqual(await getJson(simulator, '/consents/v2?dataSourceType=CreditInformation'), []);
  });

  for (const query of [
    'providerId=x',
    'providerId=99999999999',
    'limit=-1',
    'offset=1.5',
    'from=yesterday',
    'limit=1&limit=2',
  ]) {
    it(`refuses ${query} with parameters_invalid`, async (t) => {
      const answer = await callApi(await startSimulator(t), `/consents/v1?${query}`);
      assert.equal(answer.status, 400);
      assert.equal(((await answer.json()) as Row)['code'], 'parameters_invalid');
    });
  }
});

describe('POST /consents/v1/{consentId}/revoke', () => {
  const revoke = (simulator: Simulator, id: string | null) =>
    callApi(simulator, `/consents/v1/${id}/revoke`, { method: 'POST' });

  it('revokes an active consent and has nothing to say about it', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = await simulator.completeJourney({ customerRef: 'r' });
    const answer = await revoke(simulator, consentId);
    assert.equal(answer.status, 204);
    assert.equal(await answer.text(), '');
    assert.equal((await getJson(simulator, `/consents/v1/${consentId}`))['consentStatus'], 'Revoked');
  });

  it('answers an empty 200 when asked to', async (t) => {
    const simulator = await startSimulator(t, { revokeStatus: 200 });
    const { consentId } = await simulator.completeJourney({ customerRef: 'r' });
    const answer = await revoke(simulator, consentId);
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), '');
  });

  it('refuses a consent that is revoked, expired, pending or unknown, each in its own way', async (t) => {
    const simulator = await startSimulator(t);
    const refusal = async (id: string) => {
      const answer = await revoke(simulator, id);
      return [answer.status, ((await answer.json()) as Row)['code']];
    };
    const withStatus = (consentStatus: 'Revoked' | 'Expired' | 'Pending') =>
      simulator.addConsent({ consentStatus }).consentId;
    assert.deepEqual(await refusal(withStatus('Revoked')), [403, 'consent_revoked']);
    assert.deepEqual(await refusal(withStatus('Expired')), [403, 'consent_expired']);
    assert.deepEqual(await refusal(withStatus('Pending')), [400, 'parameters_invalid']);
    assert.deepEqual(await refusal(randomUUID()), [404, 'consent_not_found']);
  });
});

describe('what a client has to tolerate', () => {
  it('adds fields nobody documented', async (t) => {
    const simulator = await startSimulator(t, { extraFields: true });
    const { consentId } = simulator.addConsent();
    assert.ok('region' in (await getJson(simulator, `/consents/v1/${consentId}`)));
  });

  it('uses enum members nobody documented', async (t) => {
    const simulator = await startSimulator(t, { unknownEnumMembers: true });
    const { consentId } = simulator.addConsent();
    const consent = await getJson(simulator, `/consents/v1/${consentId}`);
    assert.equal(consent['consentStatus'], 'AwaitingCustomer');
    assert.equal(consent['consentDurationType'], 'Rolling');
  });

  it('shows a consent as a hostile test wrote it', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent({ customerReference: 'mine' });
    simulator.editConsent(consentId, { customerReference: 'another', applicationId: randomUUID() });
    assert.equal((await getJson(simulator, `/consents/v1/${consentId}`))['customerReference'], 'another');
  });
});
