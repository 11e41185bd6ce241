import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startSimulator } from './support.ts';
import { Visitor } from './visitor.ts';

describe('launch parameters', () => {
  it('skip the search with provider_id, or with bank_code and country_code', async (t) => {
    const simulator = await startSimulator(t);
    const landsOn = async (parameters: Record<string, string>) =>
      (await new Visitor(simulator).launch(parameters)).step;
    assert.equal(await landsOn({ provider_id: '1001' }), 'consent');
    assert.equal(await landsOn({ provider_id: '1004' }), 'account-type');
    assert.equal(await landsOn({ bank_code: '99-01-01', country_code: 'GB' }), 'consent');
  });

  it('fall back to the search when they name no bank on offer', async (t) => {
    const simulator = await startSimulator(t);
    for (const parameters of [
      { provider_id: '4' },
      { provider_id: 'abc' },
      { bank_code: '990101' },
      { bank_code: '000000', country_code: 'GB' },
      { provider_id: '1001', config_id: 'continental' },
    ]) {
      assert.equal((await new Visitor(simulator).launch(parameters)).step, 'bank', JSON.stringify(parameters));
    }
    assert.equal(simulator.consents.length, 0);
  });

  for (const [what, parameters, status, code] of [
    ['no client_id', { client_id: '' }, 400, 'parameters_invalid'],
    ['an unknown client_id', { client_id: 'someone' }, 404, 'client_not_found'],
    ['an unknown config_id', { config_id: '__proto__' }, 404, 'configuration_not_found'],
    ['no customer_ref', { customer_ref: '' }, 400, 'parameters_invalid'],
    ['a customer_ref above 255 characters', { customer_ref: 'x'.repeat(256) }, 400, 'parameters_invalid'],
  ] as const) {
    it(`end on an honest page with ${what}`, async (t) => {
      const visitor = await new Visitor(await startSimulator(t)).launch(parameters);
      assert.equal(visitor.status, status);
      assert.match(visitor.html, new RegExp(code));
      assert.equal(visitor.sentTo, null);
    });
  }

  it('end on an honest page when repeated', async (t) => {
    const simulator = await startSimulator(t);
    const id = simulator.settings.applicationId;
    const visitor = await new Visitor(simulator).open(`/?client_id=${id}&customer_ref=a&customer_ref=b`);
    assert.equal(visitor.status, 400);
  });

  it('are never shown unescaped', async (t) => {
    const simulator = await startSimulator(t);
    const query = new URLSearchParams({ client_id: simulator.settings.applicationId, customer_ref: '"><script>' });
    assert.doesNotMatch((await new Visitor(simulator).open(`/?${query}`)).html, /"><script>/);
  });
});
