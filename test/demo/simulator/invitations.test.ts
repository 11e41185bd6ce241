import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import type { SimulatorOptions } from '../../../demo/simulator/simulator.ts';
import { accessToken, callApi, type Received, startReceiver, startSimulator, until } from './support.ts';
import { Visitor } from './visitor.ts';

const wish = { recipientName: 'Ada Example', recipientEmail: 'ada@mail.example', customerReference: 'cust-1.x' };
const json = 'application/json';

/** A simulator, a client that hears its webhooks, and somebody who sends invitations. */
async function play(t: TestContext, options: SimulatorOptions = {}) {
  const client = await startReceiver(t);
  const webhooks = [{ url: client.url, version: 'v2' as const }];
  const simulator = await startSimulator(t, { webhooks, emailDelayMs: 1, ...options });
  const authorization = `Bearer ${await accessToken(simulator, 'api:connect_invitation')}`;
  const post = (body: unknown, type = json) =>
    fetch(`${simulator.url}/connect-invitations/v1`, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const get = async (id: string) => {
    const answer = await fetch(`${simulator.url}/connect-invitations/v1/${id}`, { headers: { authorization } });
    return { status: answer.status, body: await answer.json() };
  };
  const send = async (fields: object = {}): Promise<string> => {
    const answer = await post({ ...wish, ...fields });
    assert.equal(answer.status, 202);
    const { data } = (await answer.json()) as { data: { invitationId: string } };
    return data.invitationId;
  };
  const has = (id: string, state: string) =>
    until(state, () =>
      simulator.invitations.some((one) => one.invitation.invitationId === id && one.emailState === state),
    );
  return { client, simulator, post, get, send, has };
}

/** E-mail and connection of each Invitation webhook. */
function story(received: readonly Received[]): string[] {
  return received
    .filter(({ json: body }) => body['eventType'] === 'Invitation')
    .map(({ json: body }) => body['data'] as Record<string, unknown>)
    .map(({ emailState, connectionStatus }) => `${emailState} ${connectionStatus}`);
}

describe('POST /connect-invitations/v1', () => {
  for (const type of ['application/json-patch+json', json, 'text/json', 'application/vnd.client+json']) {
    it(`takes ${type}`, async (t) => {
      const { post } = await play(t);
      const answer = await post({ ...wish, templateId: 'standard', colour: 'ignored' }, type);
      const body = (await answer.json()) as { data: { invitationId: string }; meta: unknown };
      assert.equal(answer.status, 202);
      assert.equal(answer.headers.get('location'), `/connect-invitations/v1/${body.data.invitationId}`);
      assert.deepEqual(body.meta, { totalRecords: null });
    });
  }

  for (const [what, body, type, status, code] of [
    ['a form', 'recipientName=Ada', 'application/x-www-form-urlencoded', 400, 'parameters_invalid'],
    ['broken JSON', '{"recipientName":', json, 400, 'parameters_invalid'],
    ['nothing', {}, json, 400, 'parameters_invalid'],
    ['a list', [], json, 400, 'parameters_invalid'],
    ['no name', { ...wish, recipientName: '' }, json, 400, 'parameters_invalid'],
    ['a name with markup', { ...wish, recipientName: '<b>' }, json, 400, 'parameters_invalid'],
    ['an address that is none', { ...wish, recipientEmail: 'ada' }, json, 400, 'parameters_invalid'],
    ['a reference with a colon', { ...wish, customerReference: 'a:b' }, json, 400, 'parameters_invalid'],
    ['a template nobody knows', { ...wish, templateId: 'x' }, json, 400, 'template_invalid'],
    ['a template whose configuration is gone', { ...wish, templateId: 'lost' }, json, 404, 'configuration_not_found'],
  ] as const) {
    it(`answers ${status} ${code} to ${what}`, async (t) => {
      const { post, simulator } = await play(t, { invitationTemplates: { lost: 'nowhere' } });
      const answer = await post(body, type);
      assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [status, code]);
      assert.deepEqual(simulator.invitations, []);
    });
  }

  it('opens to its own scope only, in either spelling', async (t) => {
    const { simulator } = await play(t);
    assert.equal((await callApi(simulator, `/connect-invitations/v1/${randomUUID()}`)).status, 401);
    const authorization = `Bearer ${await accessToken(simulator, 'directid.connect_invitation')}`;
    const answer = await fetch(`${simulator.url}/connect-invitations/v1/${randomUUID()}`, {
      headers: { authorization },
    });
    assert.equal(answer.status, 404);
  });
});

describe('GET /connect-invitations/v1/{invitationId}', () => {
  it('tells what became of the e-mail', async (t) => {
    const { send, get, has, simulator } = await play(t);
    const id = await send();
    await has(id, 'Received');
    simulator.openEmail(id);
    const { status, body } = await get(id);
    const { data, meta } = body as {
      data: Record<string, unknown> & { activities: { event: string }[] };
      meta: unknown;
    };
    assert.deepEqual([status, meta], [200, { totalRecords: 1 }]);
    assert.deepEqual(Object.keys(data).sort(), [
      'activities',
      'customerReference',
      'invitationCreated',
      'invitationId',
      'recipientEmail',
      'recipientName',
    ]);
    assert.deepEqual(
      data.activities.map(({ event }) => event),
      ['Sent', 'Received', 'Opened'],
    );
  });

  it('answers 404 to an id that nobody has', async (t) => {
    const { get } = await play(t);
    const { status, body } = await get(randomUUID());
    assert.deepEqual([status, (body as { code: string }).code], [404, 'invitation_not_found']);
  });
});

describe('an invitation', () => {
  it('is told of by webhooks of the documented shape, tried again as all are', async (t) => {
    const client = await startReceiver(t, (_call, count) => ({ status: count === 1 ? 503 : 204 }));
    const { send, simulator } = await play(t, { webhooks: [{ url: client.url, version: 'v2' }] });
    const invitationId = await send();
    await until('it was received', () => story(client.received).includes('Received Pending'));
    await simulator.settled();
    const byEvent = Map.groupBy(client.received, ({ json: body }) => body['eventId']);
    assert.deepEqual([...byEvent.values()].map(({ length }) => length).sort(), [1, 2]);
    const { eventId, eventTime, ...rest } = client.received[0]?.json ?? {};
    assert.deepEqual(rest, {
      data: {
        invitationId,
        applicationId: simulator.settings.applicationId,
        emailState: 'Sent',
        customerReference: 'cust-1.x',
        smtpErrorCode: '',
        smtpErrorMessage: '',
        connectionStatus: 'Pending',
      },
      eventType: 'Invitation',
      schemaType: 'Email',
      schemaVersion: '1.0.0',
    });
    assert.match(String(eventId), /^[0-9a-f-]{36}$/);
    assert.match(String(eventTime), /^\d{4}-.*Z$/);
  });

  it('is told to nobody in v1, which has no word for it', async (t) => {
    const client = await startReceiver(t);
    const { send, has, simulator } = await play(t, { webhooks: [{ url: client.url, version: 'v1' }] });
    await has(await send(), 'Received');
    await simulator.settled();
    assert.deepEqual(client.received, []);
  });

  for (const [outcome, ends] of [
    ['success', 'Clicked Active'],
    ['customer_cancelled', 'Clicked Cancelled'],
  ] as const) {
    it(`ends ${ends} after ${outcome}`, async (t) => {
      const { client, send, has, simulator } = await play(t);
      const invitationId = await send();
      await has(invitationId, 'Received');
      const { consentId, redirectUrl } = await simulator.acceptInvitation({ invitationId, outcome, data: null });
      await simulator.settled();
      assert.deepEqual(
        [...new Set(story(client.received))].sort(),
        ['Sent Pending', 'Received Pending', 'Opened Pending', 'Clicked Pending', ends].sort(),
      );
      const { customer_ref: reference } = Object.fromEntries(new URL(redirectUrl ?? '').searchParams);
      assert.equal(reference, 'cust-1.x');
      const consent = simulator.consents.find((one) => one.consentId === consentId);
      if (outcome === 'success') assert.equal(consent?.invitationId, invitationId);
      else assert.equal(consent, undefined);
    });
  }

  it('ends Abandoned when its consent is', async (t) => {
    const { client, send, has, simulator } = await play(t);
    const invitationId = await send();
    await has(invitationId, 'Received');
    const { consentId } = await simulator.acceptInvitation({ invitationId, outcome: 'abandoned' });
    simulator.abandon(consentId ?? '');
    await simulator.settled();
    assert.ok(story(client.received).includes('Clicked Abandoned'));
  });

  it('comes back from an address that does not exist, with the reason', async (t) => {
    const { client, send, has, get, simulator } = await play(t);
    const id = await send({ recipientEmail: 'nobody@mail.invalid' });
    await has(id, 'Failed');
    await simulator.settled();
    const failed = client.received.map(({ json: body }) => body['data'] as Record<string, unknown>).at(-1);
    assert.deepEqual([failed?.['emailState'], failed?.['smtpErrorCode']], ['Failed', '550']);
    const { body } = await get(id);
    assert.match(JSON.stringify(body), /"event":"Bounce".*"event":"Failed"/);
  });
});

describe('the outbox on the control page', () => {
  it('lets a person read the e-mail, follow its link, and connect', async (t) => {
    const { client, send, has, simulator } = await play(t);
    const id = await send();
    await has(id, 'Received');
    const person = await new Visitor(simulator).open('/simulator');
    assert.match(person.html, /ada@mail\.example/);
    await person.submit(`${id}/open`);
    assert.equal(person.heading, 'Example Lending invites you to connect your bank');
    const [, link = ''] = /href="(\/invitation\/[\w-]+)"/.exec(person.html) ?? [];
    await person.open(link);
    assert.equal(person.step, 'bank');
    await person.submit('/bank', { provider_id: '1003' });
    await person.submit('/consent');
    await person.submit('/login');
    assert.equal(person.heading, 'Your bank is connected');
    await simulator.settled();
    assert.ok(story(client.received).includes('Clicked Active'));
    assert.match((await person.open('/simulator')).html, /<td>Active<\/td>/);
  });

  it('lets a person bounce it, and forge news of it', async (t) => {
    const { client, send, has, simulator } = await play(t);
    const id = await send();
    await has(id, 'Received');
    const person = await new Visitor(simulator).open('/simulator');
    await person.submit(`${id}/bounce`);
    assert.match(person.html, /<td>Failed/);
    client.received.length = 0;
    await person.submit('/forgeries', { kind: 'invitation', about: id, status: '', eventId: '', bearer: 'right' });
    await simulator.settled();
    assert.ok(story(client.received).includes('Clicked Active'));
    assert.equal(simulator.invitations[0]?.connectionStatus, 'Pending');
  });

  it('knows no e-mail and no link that was never sent', async (t) => {
    const { simulator } = await play(t);
    const person = new Visitor(simulator);
    assert.equal((await person.open(`/simulator/invitations/${randomUUID()}`)).status, 404);
    assert.equal((await person.open('/invitation/unknown')).status, 404);
  });
});
