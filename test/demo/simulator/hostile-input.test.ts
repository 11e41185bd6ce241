import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accessToken, callApi, startSimulator } from './support.ts';
import { Visitor } from './visitor.ts';

const nasty = [
  '',
  '%00',
  '%E0%A4%A',
  '..%2f..%2fetc',
  '__proto__',
  'constructor',
  '%3Cscript%3E',
  'x'.repeat(5_000),
  '-1',
  '[]',
  '{"a":',
];
const bodies: [type: string, body: string][] = [
  ['application/x-www-form-urlencoded', 'client_id[a]=1&client_id[b]=2&scope=a&scope=b&__proto__=x&toString=y'],
  ['application/x-www-form-urlencoded', 'x='.repeat(2_000)],
  ['application/x-www-form-urlencoded', `user=${'x'.repeat(20_000)}`],
  ['application/x-www-form-urlencoded; charset=utf-99', 'a=b'],
  ['application/json', '{"broken":'],
  ['application/json', 'null'],
  ['application/json', '[1,2]'],
  ['application/json', '"text"'],
  ['text/plain', 'hello'],
];

/** Addresses with something nasty in each place that takes input. */
function nastyAddresses(journey: string, clientId: string): string[] {
  const bases = [
    '/',
    '/consents/v1/',
    '/v1/',
    '/journey/',
    `${journey}/`,
    '/assets/',
    '/simulator/',
    '/simulator/consents/',
  ];
  const filters = ['consentStatus', 'providerId', 'from', 'limit', 'offset', 'dataSourceType', '__proto__'];
  const launch = [
    'client_id',
    'customer_ref',
    'config_id',
    'provider_id',
    'bank_code',
    'consent_id',
    'validation_token',
  ];
  return nasty.flatMap((bad) => [
    ...bases.map((base) => base + bad),
    ...filters.map((name) => `/consents/v2?${name}=${bad}`),
    ...launch.map((name) => `/?client_id=${clientId}&customer_ref=c&country_code=GB&${name}=${bad}`),
    `${journey}/bank?country=${bad}&search=${bad}`,
  ]);
}

/** Addresses that take a body. */
function postAddresses(journey: string, consentId: string): string[] {
  const steps = ['bank', 'account-type', 'consent', 'login', 'accounts', 'reconfirm', 'disconnect', 'cancel'];
  const controls = ['next', 'faults', 'settings', 'switches', 'journeys', 'renewals', 'consents', 'notifications'];
  return [
    '/v1/oauth2/token',
    '/launch',
    `/consents/v1/${consentId}/refresh`,
    ...steps.map((step) => `${journey}/${step}`),
    ...controls.map((name) => `/simulator/${name}`),
    `/simulator/consents/${consentId}/data`,
  ];
}

describe('input from outside', () => {
  it('never makes the simulator answer 500 or fall over', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent({ customerReference: 'c', consentStatus: 'Active' });
    const visitor = await new Visitor(simulator).launch({ provider_id: '1004' });
    const journey = new URL(visitor.url).pathname.replace(/\/[^/]+$/, '');
    const authorization = `Bearer ${await accessToken(simulator)}`;
    const failures: string[] = [];
    const call = async (path: string, init: { type?: string; body?: string } = {}) => {
      const headers = { authorization, ...(init.type ? { 'content-type': init.type } : {}) };
      const method = init.body === undefined ? {} : { method: 'POST', body: init.body };
      const answer = await fetch(simulator.url + path, { redirect: 'manual', headers, ...method });
      await answer.arrayBuffer();
      if (answer.status >= 500) failures.push(`${answer.status} ${path} ${init.body ?? ''}`);
    };

    for (const address of nastyAddresses(journey, simulator.settings.applicationId)) await call(address);
    for (const address of postAddresses(journey, consentId)) {
      for (const [type, body] of bodies) await call(address, { type, body });
    }
    assert.deepEqual(failures, []);
  });

  it('does not break the lists when a test wrote an impossible consent', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent({ customerReference: 'c' });
    simulator.editConsent(consentId, { consentStatus: null as never, userId: null as never, statusUpdated: 'soon' });
    assert.equal((await callApi(simulator, '/consents/v1?consentStatus=active')).status, 200);
    assert.equal((await callApi(simulator, `/consents/v1/${consentId}`)).status, 200);
    assert.equal((await fetch(`${simulator.url}/simulator`)).status, 200);
  });
});
