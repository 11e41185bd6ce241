import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callApi, type Received, startReceiver, startSimulator, until } from './support.ts';

type Row = Record<string, unknown>;

/** Status and data of a v2 webhook in one word each. */
function story(received: readonly Received[]): string[] {
  return received.map(({ json }) => {
    const { consentStatus, dataAvailability } = json['data'] as Row;
    return [consentStatus, dataAvailability].filter(Boolean).join(' ');
  });
}

describe('v2 webhooks', () => {
  it('tell a success from Pending to Processed', async (t) => {
    const client = await startReceiver(t);
    const webhooks = [{ url: `${client.url}/hook?key=k`, version: 'v2' as const }];
    const simulator = await startSimulator(t, { webhooks, dataStepMs: 20 });
    const { consentId } = await simulator.completeJourney({ customerRef: 'c', providerId: 1003 });
    await until('all steps arrived', () => client.received.length === 5);
    assert.deepEqual([...story(client.received)].sort(), [
      'Active',
      'Active Complete',
      'Active Partial',
      'Active Processed',
      'Pending',
    ]);
    const last = client.received.at(-1);
    assert.equal(last?.path, '/hook?key=k');
    assert.equal(last?.headers['content-type'], 'application/json');
    const { eventId, eventTime, data, ...envelope } = last?.json ?? {};
    assert.match(String(eventId), /^[0-9a-f-]{36}$/);
    assert.ok(Date.parse(String(eventTime)) > 0);
    assert.deepEqual(envelope, { eventType: 'Consent', schemaType: 'Consent', schemaVersion: '1.0.0' });
    const { consentStart, consentEnd, statusUpdated, ...rest } = data as Row;
    assert.ok(consentStart && consentEnd && statusUpdated);
    assert.deepEqual(rest, {
      consentId,
      applicationId: simulator.settings.applicationId,
      providerId: 1003,
      providerName: 'Northmoor Bank',
      configurationName: 'default',
      customerReference: 'c',
      consentStatus: 'Active',
      consentJourney: null,
      dataAvailability: 'Processed',
      invitationId: null,
    });
  });

  it('tell a failure with the Connect code, or in prose', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    await simulator.completeJourney({ customerRef: 'c', outcome: 'access_denied' });
    await simulator.settled();
    const failed = () => client.received.map(({ json }) => json['data'] as Row).filter((data) => data['errorMessage']);
    assert.equal(failed()[0]?.['consentStatus'], 'Failed');
    assert.equal(failed()[0]?.['errorMessage'], 'access_denied');
    simulator.configure({ errorMessages: 'prose' });
    await simulator.completeJourney({ customerRef: 'c', outcome: 'access_denied' });
    await simulator.settled();
    assert.equal(failed()[1]?.['errorMessage'], 'The customer or the bank has denied consent.');
  });

  it('tell of data that stops early, or cannot be fetched', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    await simulator.completeJourney({ customerRef: 'a', data: 'Error' });
    await simulator.completeJourney({ customerRef: 'b', data: 'Partial' });
    await simulator.completeJourney({ customerRef: 'c', data: null });
    await until('both steps arrived', () => client.received.length === 8);
    const told = story(client.received).filter((words) => words.includes(' '));
    assert.deepEqual(told.sort(), ['Active Error', 'Active Partial']);
    const error = client.received
      .map(({ json }) => json['data'] as Row)
      .find((data) => data['dataAvailability'] === 'Error');
    assert.equal(error?.['errorMessage'], 'provider_permanent_error');
  });

  it('tell of the end: soon, passed, revoked, abandoned', async (t) => {
    let now = Date.now();
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { now: () => now, webhooks: [{ url: client.url, version: 'v2' }] });
    const { consentId } = simulator.addConsent({
      consentStatus: 'Active',
      consentEnd: new Date(now + 60_000).toISOString(),
    });
    simulator.announceUpcomingExpiration(consentId);
    await simulator.settled();
    assert.equal(simulator.consents[0]?.consentStatus, 'Active');
    now += 60_000;
    simulator.sweep();
    await simulator.settled();
    const second = simulator.addConsent({ consentStatus: 'Active' });
    await callApi(simulator, `/consents/v1/${second.consentId}/revoke`, { method: 'POST' });
    await simulator.settled();
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    assert.deepEqual(story(client.received), ['UpcomingExpiration', 'Expired', 'Revoked', 'Abandoned']);
  });

  it('name the journey of a renewal, and of one that failed', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    const { consentId } = simulator.addConsent({ customerReference: 'c', consentStatus: 'Expired' });
    await simulator.completeRenewal({ consentId, outcome: 'access_denied' });
    await simulator.settled();
    await simulator.completeRenewal({ consentId, data: null });
    await simulator.settled();
    const told = client.received.map(({ json }) => json['data'] as Row);
    assert.deepEqual(
      told.map((data) => [data['consentStatus'], data['consentJourney'], data['errorMessage']]),
      [
        ['Expired', 'Reauthentication', 'access_denied'],
        ['Active', 'Reauthentication', undefined],
      ],
    );
  });

  it('stop with the consent: no data news after a revocation', async (t) => {
    const client = await startReceiver(t);
    const webhooks = [{ url: client.url, version: 'v2' as const }];
    const simulator = await startSimulator(t, { webhooks, dataStepMs: 30 });
    const { consentId } = await simulator.completeJourney({ customerRef: 'c' });
    simulator.revoke(String(consentId));
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.deepEqual([...story(client.received)].sort(), ['Active', 'Pending', 'Revoked']);
  });
});

describe('v1 webhooks', () => {
  it('are flat, and silent about what v1 has no word for', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v1' }] });
    const { consentId } = await simulator.completeJourney({ customerRef: 'c', data: null });
    simulator.revoke(String(consentId));
    await simulator.settled();
    const news = { applicationId: simulator.settings.applicationId, customerReference: 'c', paymentConfirmation: null };
    assert.deepEqual(
      client.received.map(({ json }) => json),
      [
        {
          consentId,
          ...news,
          providerAuthentication: 'Success',
          dataAvailability: null,
          reauthentication: false,
          errorMessage: null,
        },
      ],
    );
    const failed = await simulator.completeJourney({ customerRef: 'c', outcome: 'provider_permanent_error' });
    await simulator.settled();
    assert.deepEqual(client.received[1]?.json, {
      consentId: failed.consentId,
      ...news,
      providerAuthentication: 'Error',
      dataAvailability: null,
      reauthentication: false,
      errorMessage: 'provider_permanent_error',
    });
  });
});
