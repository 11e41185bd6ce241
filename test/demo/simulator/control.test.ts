import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Simulator } from '../../../demo/simulator/simulator.ts';
import { startReceiver, startSimulator } from './support.ts';
import { Visitor } from './visitor.ts';

async function control(simulator: Simulator, method: string, path: string, body: unknown = {}) {
  const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${simulator.url}/simulator${path}`, method === 'GET' ? {} : init);
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
}

describe('the controls over HTTP', () => {
  it('do what the object’s methods do', async (t) => {
    const simulator = await startSimulator(t);
    assert.equal((await control(simulator, 'POST', '/next', { outcome: 'access_denied' })).status, 204);
    const denied = await control(simulator, 'POST', '/journeys', { customerRef: 'c' });
    assert.match(denied.body.redirectUrl, /error=access_denied/);
    const { body } = await control(simulator, 'POST', '/journeys', { customerRef: 'c', data: null });
    const id = body.consentId;
    assert.equal((await control(simulator, 'POST', `/consents/${id}/expire`)).status, 204);
    assert.equal(simulator.consents[1]?.consentStatus, 'Expired');
    const renewed = await control(simulator, 'POST', '/renewals', { consentId: id });
    assert.match(renewed.body.redirectUrl, /state=success/);
    assert.equal((await control(simulator, 'POST', `/consents/${id}/revoke`)).status, 204);
    assert.equal((await control(simulator, 'PATCH', `/consents/${id}`, { customerReference: 'x' })).status, 200);
    assert.equal((await control(simulator, 'GET', '/consents')).body[1].customerReference, 'x');
    const added = await control(simulator, 'POST', '/consents', { customerReference: 'y' });
    assert.equal(added.status, 201);
    assert.equal((await control(simulator, 'POST', `/consents/${added.body.consentId}/abandon`)).status, 204);
    assert.equal((await control(simulator, 'POST', '/settings', { tokenCasing: 'camel' })).status, 204);
    assert.equal(simulator.settings.tokenCasing, 'camel');
    assert.equal((await control(simulator, 'POST', '/faults', { path: '/consents', status: 503 })).status, 204);
    assert.equal((await fetch(`${simulator.url}/consents/v1`)).status, 503);
    assert.equal((await control(simulator, 'GET', '/requests')).body.at(-1).status, 503);
    assert.equal((await control(simulator, 'POST', '/forget-access-tokens')).status, 204);
    assert.equal((await control(simulator, 'POST', '/reset')).status, 204);
    assert.deepEqual(simulator.consents, []);
  });

  it('set how far the data has come, and show the webhooks of it', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    const { consentId } = simulator.addConsent({ consentStatus: 'Active' });
    await control(simulator, 'POST', `/consents/${consentId}/data`, { value: 'Partial' });
    await control(simulator, 'POST', `/consents/${consentId}/upcoming-expiration`);
    await control(simulator, 'POST', '/notifications', { forged: true });
    await simulator.settled();
    const { body } = await control(simulator, 'GET', '/deliveries');
    assert.deepEqual(
      body.map((delivery: { result: string }) => delivery.result),
      ['delivered', 'delivered', 'delivered'],
    );
    assert.equal(body[0].body.data.dataAvailability, 'Partial');
    assert.equal(body[1].body.data.consentStatus, 'UpcomingExpiration');
  });

  it('let a consent end soon, unless it does already', async (t) => {
    const simulator = await startSimulator(t);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const ends = [null, '2999-01-01T00:00:00.000Z', tomorrow];
    for (const consentEnd of ends) {
      const { consentId } = simulator.addConsent({ consentStatus: 'Active', consentEnd });
      await control(simulator, 'POST', `/consents/${consentId}/upcoming-expiration`);
    }
    const days = simulator.consents.map((consent) => (Date.parse(`${consent.consentEnd}`) - Date.now()) / 86_400_000);
    assert.deepEqual(days.map(Math.round), [7, 7, 1]);
  });

  for (const [what, path, body, status] of [
    ['an unknown scenario', '/next', { outcome: 'fine' }, 400],
    ['an unknown setting', '/settings', { colour: 'blue' }, 400],
    ['a journey without a customer', '/journeys', {}, 400],
    ['a journey to a bank that is not there', '/journeys', { customerRef: 'c', providerId: 4 }, 400],
    ['a list where an object belongs', '/consents', [], 400],
    ['a consent nobody knows', `/consents/${randomUUID()}/expire`, {}, 404],
    ['an unknown control', '/explode', {}, 404],
  ] as const) {
    it(`answer ${status}, not 500, to ${what}`, async (t) => {
      const answer = await control(await startSimulator(t), 'POST', path, body);
      assert.equal(answer.status, status);
      assert.equal(typeof answer.body.error, 'string');
    });
  }

  it('refuse pages of other sites', async (t) => {
    const { url } = await startSimulator(t);
    const init = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } };
    assert.equal((await fetch(`${url}/simulator/reset`, init)).status, 403);
  });
});

describe('the control page', () => {
  it('lists consents, webhooks and requests, without the secret', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    await simulator.completeJourney({ customerRef: '<b>', data: null });
    await simulator.settled();
    const visitor = await new Visitor(simulator).open('/simulator');
    assert.match(visitor.html, /<code>&lt;b&gt;<\/code>/);
    assert.match(visitor.html, /v2 Active/);
    assert.match(visitor.html, /delivered/);
    assert.ok(!visitor.html.includes(simulator.settings.clientSecret));
  });

  it('has forms that work and come back', async (t) => {
    const simulator = await startSimulator(t);
    const { consentId } = simulator.addConsent({ customerReference: 'c' });
    const visitor = await new Visitor(simulator).open('/simulator');
    await visitor.submit(`${consentId}/abandon`);
    assert.equal(visitor.heading, 'What the simulator has seen');
    assert.equal(simulator.consents[0]?.consentStatus, 'Abandoned');
    await visitor.submit('/switches', {
      tokenCasing: 'snake',
      errorCasing: 'pascal',
      coop: 'same-origin',
      validationToken: 'off',
      extraFields: 'yes',
      duplicate: 'yes',
    });
    const { settings } = simulator;
    assert.deepEqual(
      [settings.errorCasing, settings.coop, settings.extraFields, settings.consentIdOnError],
      ['pascal', 'same-origin', true, false],
    );
    assert.equal(settings.webhookMischief.duplicate, true);
    await visitor.submit('/next', { outcome: 'access_denied' });
    assert.match(String((await simulator.completeJourney({ customerRef: 'c' })).redirectUrl), /access_denied/);
  });
});
