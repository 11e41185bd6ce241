import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { SettingsChange } from '../../../demo/simulator/settings-schema.ts';
import type { Simulator } from '../../../demo/simulator/simulator.ts';
import { type Received, startReceiver, startSimulator } from './support.ts';
import { Visitor } from './visitor.ts';

type Row = Record<string, unknown>;

/** Status and data of a v2 webhook in one word each. */
function story(received: readonly Received[]): string[] {
  return received.map(({ json }) => {
    const { consentStatus, dataAvailability } = json['data'] as Row;
    return [consentStatus, dataAvailability].filter(Boolean).join(' ');
  });
}

/** What a v2 webhook is about. */
function dataOf(body: Row | undefined): Row {
  return (body?.['data'] ?? {}) as Row;
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

  it('sends whatever a test makes up', async (t) => {
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

describe('a forged webhook', () => {
  const guarded = async (t: TestContext, mischief: SettingsChange['webhookMischief'] = {}) => {
    const isRight = ({ headers }: Received) => headers.authorization === 'Bearer right';
    const token = { token_type: 'bearer', expires_in: 100, access_token: 'right' };
    const client = await startReceiver(t, (call) =>
      call.path === '/token' ? { status: 200, json: token } : { status: isRight(call) ? 204 : 401 },
    );
    const target = { version: 'v2' as const, url: `${client.url}/hook`, tokenUrl: `${client.url}/token` };
    const simulator = await startSimulator(t, { webhooks: [target], webhookMischief: mischief });
    const heard = () => client.received.filter(({ path }) => path === '/hook');
    return { simulator, heard };
  };

  it('is about a consent as it would like it to be, in either version', async (t) => {
    const { simulator, heard } = await guarded(t);
    const { consentId } = simulator.addConsent({ customerReference: 'cust-1.x', consentStatus: 'Pending' });
    simulator.forge({ about: consentId, status: 'Active', dataAvailability: 'Processed' });
    simulator.forge({ kind: 'consent-v1', about: consentId, customerReference: 'somebody else' });
    await simulator.settled();
    const [v2, v1] = heard().map(({ json }) => json);
    const data = dataOf(v2);
    assert.deepEqual(
      [data['consentId'], data['customerReference'], data['consentStatus'], data['dataAvailability']],
      [consentId, 'cust-1.x', 'Active', 'Processed'],
    );
    assert.deepEqual([v1?.['customerReference'], v1?.['providerAuthentication']], ['somebody else', 'Success']);
    assert.equal(simulator.consents[0]?.consentStatus, 'Pending');
  });

  it('may be about a consent that nobody has, with the id of an event that there was', async (t) => {
    const { simulator, heard } = await guarded(t);
    simulator.abandon(simulator.addConsent().consentId);
    await simulator.settled();
    const eventId = String(simulator.deliveries[0]?.body['eventId']);
    simulator.forge({ eventId });
    await simulator.settled();
    const [real, forged] = heard().map(({ json }) => json);
    assert.equal(forged?.['eventId'], real?.['eventId']);
    assert.notEqual(dataOf(forged)['consentId'], dataOf(real)['consentId']);
  });

  it('comes with the right token, a wrong one or none, and once', async (t) => {
    const { simulator, heard } = await guarded(t);
    for (const bearer of ['right', 'wrong', 'none'] as const) {
      simulator.forge({ bearer });
      await simulator.settled();
    }
    const [right, wrong, none] = heard().map(({ headers }) => headers.authorization);
    assert.equal(right, 'Bearer right');
    assert.match(String(wrong), /^Bearer (?!right$)/);
    assert.equal(none, undefined);
    assert.deepEqual(
      simulator.deliveries.map(({ forged, result, attempts }) => [forged, result, attempts.length]),
      [
        [true, 'delivered', 1],
        [true, 'dropped', 1],
        [true, 'dropped', 1],
      ],
    );
  });

  it('is sent although Atto’s own are dropped', async (t) => {
    const { simulator, heard } = await guarded(t, { drop: true });
    simulator.forge({});
    await simulator.settled();
    assert.equal(heard().length, 1);
  });
});

describe('mischief by a person on the control page', () => {
  const play = async (t: TestContext) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    const person = await new Visitor(simulator).open('/simulator');
    const apply = (fields: Record<string, string>) =>
      person.submit('/switches', {
        tokenCasing: 'snake',
        errorCasing: 'camel',
        coop: 'off',
        validationToken: 'on',
        ...fields,
      });
    /** Two consents end, one after the other; what the client hears of it. */
    const twoEnd = async () => {
      client.received.length = 0;
      for (const _consent of [1, 2]) simulator.addConsent({ customerReference: 'c' });
      await person.open('/simulator');
      const [first, second] = simulator.consents.slice(-2);
      await person.submit(`${first?.consentId}/abandon`);
      await person.open('/simulator');
      await person.submit(`${second?.consentId}/abandon`);
      await simulator.settled();
      return client.received.map(({ json }) => (json['data'] as Row)['consentId'] === first?.consentId);
    };
    return { client, simulator, person, apply, twoEnd };
  };

  it('drops, and says so', async (t) => {
    const { person, apply, twoEnd } = await play(t);
    await apply({ drop: 'yes' });
    assert.deepEqual(await twoEnd(), []);
    assert.match((await person.open('/simulator')).html, /suppressed/);
    await apply({});
    assert.deepEqual(await twoEnd(), [true, false]);
  });

  it('duplicates', async (t) => {
    const { apply, twoEnd } = await play(t);
    await apply({ duplicate: 'yes' });
    assert.deepEqual((await twoEnd()).sort(), [false, false, true, true]);
  });

  it('shuffles', async (t) => {
    const { simulator, apply, twoEnd } = await play(t);
    // Long enough for two presses of a button on a busy machine.
    simulator.configure({ webhookMischief: { shuffleWindowMs: 1500 } });
    await apply({ shuffle: 'yes' });
    await twoEnd();
    const sent = simulator.deliveries.map(({ body }) => (body['data'] as Row)['consentId']);
    assert.deepEqual(sent, simulator.consents.map(({ consentId }) => consentId).reverse());
  });

  it('delays', async (t) => {
    const { simulator, apply, twoEnd } = await play(t);
    await apply({ delaySeconds: '0.2' });
    assert.equal(simulator.settings.webhookMischief.delayMs, 200);
    const start = performance.now();
    await twoEnd();
    assert.ok(performance.now() - start >= 195);
  });

  it('forges, and shows the forgery for what it is', async (t) => {
    const { client, simulator, person } = await play(t);
    const { consentId } = simulator.addConsent({ customerReference: 'cust-1.x' });
    await person.open('/simulator');
    assert.match(person.html, new RegExp(`<option value="${consentId}">cust-1.x, Pending</option>`));
    const fields = { kind: 'consent', about: consentId, customerReference: '', status: 'Revoked', eventId: '' };
    await person.submit('/forgeries', { ...fields, dataAvailability: '', bearer: 'wrong' });
    await simulator.settled();
    assert.deepEqual(story(client.received), ['Revoked']);
    assert.match(String(client.received[0]?.headers.authorization), /^Bearer /);
    assert.match((await person.open('/simulator')).html, /<strong>Forged<\/strong> v2 Revoked/);
  });
});

describe('mischief by another process', () => {
  const post = async (simulator: Simulator, path: string, body: object) => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await fetch(`${simulator.url}/simulator${path}`, init)).status;
  };

  for (const mischief of [{ drop: true }, { duplicate: true }, { shuffle: true }, { delayMs: 60 }]) {
    it(`is set by HTTP: ${Object.keys(mischief)}`, async (t) => {
      const simulator = await startSimulator(t);
      assert.equal(await post(simulator, '/settings', { webhookMischief: mischief }), 204);
      const all = { drop: false, duplicate: false, shuffle: false, shuffleWindowMs: 250, delayMs: 0 };
      assert.deepEqual(simulator.settings.webhookMischief, { ...all, ...mischief });
    });
  }

  it('forges by HTTP, and refuses what it does not understand', async (t) => {
    const client = await startReceiver(t);
    const simulator = await startSimulator(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    assert.equal(await post(simulator, '/forgeries', { status: 'Expired' }), 204);
    for (const wrong of [{ about: 'me' }, { kind: 'letter' }, { bearer: 'stolen' }, { colour: 'blue' }])
      assert.equal(await post(simulator, '/forgeries', wrong), 400);
    await simulator.settled();
    assert.deepEqual(story(client.received), ['Expired']);
  });
});
