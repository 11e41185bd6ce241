import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Received, startReceiver, startSimulator } from './support.ts';

type Row = Record<string, unknown>;

/** Status and data of a v2 webhook in one word each. */
function story(received: readonly Received[]): string[] {
  return received.map(({ json }) => {
    const { consentStatus, dataAvailability } = json['data'] as Row;
    return [consentStatus, dataAvailability].filter(Boolean).join(' ');
  });
}

describe('mischief', () => {
  const sendTwo = async (t: Parameters<typeof startSimulator>[0], mischief: object) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, {
      webhooks: [{ url: client.url, version: 'v2' }],
      webhookMischief: mischief,
    });
    simulator.abandon(simulator.addConsent().consentId);
    simulator.revoke(simulator.addConsent().consentId);
    await simulator.settled();
    return { simulator, told: story(client.received), received: client.received };
  };

  it('drops', async (t) => {
    const { simulator, told } = await sendTwo(t, { drop: true });
    assert.deepEqual(told, []);
    assert.equal(simulator.deliveries[0]?.result, 'suppressed');
  });

  it('sends the same event twice', async (t) => {
    const { received } = await sendTwo(t, { duplicate: true });
    assert.equal(received.length, 4);
    assert.equal(new Set(received.map(({ json }) => json['eventId'])).size, 2);
  });

  it('shuffles', async (t) => {
    const { simulator, told } = await sendTwo(t, { shuffle: true });
    assert.deepEqual(told.sort(), ['Abandoned', 'Revoked']);
    const sent = simulator.deliveries.map(({ body }) => (body['data'] as Row)['consentStatus']);
    assert.deepEqual(sent, ['Revoked', 'Abandoned']);
  });

  it('delays', async (t) => {
    const start = performance.now();
    await sendTwo(t, { delayMs: 60 });
    assert.ok(performance.now() - start >= 55);
  });

  it('forges', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    simulator.sendNotification({ eventType: 'Consent', data: { consentStatus: 'Active' } });
    await simulator.settled();
    assert.deepEqual(client.received[0]?.json, { eventType: 'Consent', data: { consentStatus: 'Active' } });
  });

  it('names things nobody documented', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, {
      webhooks: [{ url: client.url, version: 'v2' }],
      extraFields: true,
      unknownEnumMembers: true,
    });
    await simulator.completeJourney({ customerRef: 'c', outcome: 'abandoned' });
    await simulator.settled();
    assert.deepEqual(story(client.received), ['AwaitingCustomer']);
    assert.ok('region' in (client.received[0]?.json ?? {}));
  });
});
