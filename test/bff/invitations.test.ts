import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ClockedStage } from '../support/clocked-stage.ts';
import type { Consent } from '../support/other-atto.ts';
import type { PartnerEvent, PartnerInvitation, PartnerServer } from '../support/partner-server.ts';
import { tracesOf } from '../support/traces.ts';
import { until } from '../support/until.ts';

const NAME = 'Ada Canary-Lovelace';
const ADDRESS = 'ada.canary@mail.example';
const INVITATIONS = '/connect-invitations/v1';

let stage: ClockedStage;
let partner: PartnerServer;

before(async () => {
  stage = await ClockedStage.open({ LOG_LEVEL: 'trace' });
  ({ partner } = stage);
});

after(async () => {
  await stage.close();
});

describe('POST /v1/partner/invitations', () => {
  it('has Atto write to the customer, under a reference that nobody can guess', async () => {
    const { status, body } = await partner.invite('cust-1', {
      recipientName: NAME,
      recipientEmail: ADDRESS,
      templateId: 'welcome',
    });
    assert.equal(status, 201);
    assert.match(body.id, /^i_[\w-]{22}$/);
    assert.match(body.reference, /^cust-1\.[\w-]{22}$/);
    assert.deepEqual([body.customer, body.emailState, body.connectionStatus], ['cust-1', null, 'Pending']);
    const sent = stage.atto.invitations.get(attoIdOf(body)) ?? {};
    assert.deepEqual([sent['recipientName'], sent['recipientEmail'], sent['templateId']], [NAME, ADDRESS, 'welcome']);
    assert.deepEqual(
      (await eventsOf(body)).map(({ emailState, connectionStatus }) => [emailState, connectionStatus]),
      [[null, 'Pending']],
    );
  });

  for (const [field, value] of [
    ['customer', 'guest'],
    ['recipientName', ''],
    ['recipientName', 'x'.repeat(101)],
    ['recipientName', '<b>Ada</b>'],
    ['recipientEmail', 'ada'],
    ['recipientEmail', 'ada@'],
    ['recipientEmail', 'ada@mail.example\r\nBcc: all@mail.example'],
    ['templateId', ''],
    ['reference', 'cust-2'],
  ] as const) {
    it(`refuses ${field} ${JSON.stringify(value).slice(0, 24)}, and asks Atto nothing`, async () => {
      const asked = stage.atto.calls(INVITATIONS);
      const { status, body } = await partner.invite('cust-1', { [field]: value });
      assert.deepEqual([status, body.errors?.[0]?.pointer], [400, `/${field}`]);
      assert.equal(stage.atto.calls(INVITATIONS), asked);
    });
  }

  it('says which field it was where Atto says so, and tells the partner of nothing that was not sent', async () => {
    const from = await latest();
    for (const [code, pointer] of [
      ['template_invalid', '/templateId'],
      ['parameters_invalid', ''],
    ] as const) {
      stage.atto.instead(INVITATIONS, (_request, response) => stage.atto.error(response, 400, code));
      const { status, body } = await partner.invite('cust-1', { templateId: 'unknown' });
      assert.deepEqual([status, body.errors?.[0]?.pointer], [400, pointer]);
    }
    assert.deepEqual(await partner.allEvents(from), []);
  });

  it('learns by its webhook of an e-mail that left although Atto’s answer was lost', async () => {
    const from = await latest();
    stage.atto.instead(INVITATIONS, (_request, response) => void response.writeHead(500).end());
    assert.equal((await partner.invite('cust-lost')).status, 503);
    const { customerReference } = JSON.parse(stage.atto.heard.at(-1)?.body ?? '{}');
    const invitationId = crypto.randomUUID();
    stage.atto.invitations.set(invitationId, { invitationId, customerReference, activities: [] });
    await stage.notify(stage.atto.emailEvent(invitationId, 'Sent'));
    await until('the partner hears of it', async () => (await partner.allEvents(from)).length > 0);
    const [event] = await partner.allEvents(from);
    assert.deepEqual(
      [event?.type, event?.reference, event?.emailState],
      ['invitation.updated', customerReference, 'Sent'],
    );
  });
});

describe('an invitation that is followed', () => {
  it('is told of in order, step by step, however the webhooks come', async () => {
    const invitation = await invited('cust-2');
    const steps = ['Sent', 'Received', 'Opened', 'Clicked'];
    const news = [];
    for (const step of steps) {
      news.push(stage.atto.emailEvent(attoIdOf(invitation), step));
      await stage.moveClock(1);
    }
    for (const body of [...news.toReversed(), ...news]) await stage.notify(body);
    await until('it was clicked', async () => (await read(invitation)).emailState === 'Clicked');
    assert.deepEqual(
      (await eventsOf(invitation)).map(({ emailState }) => emailState),
      [null, ...steps],
    );
    const { activities } = await read(invitation);
    assert.deepEqual(
      activities.map(({ event }) => event),
      steps,
    );
  });

  it('is asked about, not believed: a webhook cannot make an e-mail clicked', async () => {
    const invitation = await invited('cust-2');
    const asked = lookedUp(invitation);
    await stage.notify(stage.atto.invitationNotification(attoIdOf(invitation), { emailState: 'Clicked' }));
    await until('Atto is asked', () => lookedUp(invitation) > asked);
    assert.equal((await read(invitation)).emailState, null);
  });

  it('asks once for one event, and at most once in two seconds for many', async () => {
    const invitation = await invited('cust-2');
    const event = stage.atto.emailEvent(attoIdOf(invitation), 'Sent');
    await stage.notify(event);
    await until('it was asked about', () => lookedUp(invitation) === 1);
    for (let count = 0; count < 5; count += 1) await stage.notify(event);
    await stage.moveClock(5);
    await stage.notify(stage.atto.emailEvent(attoIdOf(await invited('cust-2')), 'Sent'));
    assert.equal(lookedUp(invitation), 1);
    for (let count = 0; count < 5; count += 1)
      await stage.notify(stage.atto.emailEvent(attoIdOf(invitation), 'Opened'));
    await until('it was opened', async () => (await stored(invitation)).emailState === 'Opened');
    assert.ok(lookedUp(invitation) <= 3, `${lookedUp(invitation)} questions`);
  });

  it('that bounced says why, and not to whom', async () => {
    const invitation = await invited('cust-2');
    const message = `550 5.1.1 <${ADDRESS}>: no such user`;
    const attoId = attoIdOf(invitation);
    const webhook = stage.atto.emailEvent(attoId, 'Failed', { smtpErrorCode: '550', smtpErrorMessage: message });
    const known = stage.atto.invitations.get(attoId) ?? {};
    const activities = [{ event: 'Failed', eventDate: null, smtpErrorCode: '550', smtpErrorMessage: message }];
    stage.atto.invitations.set(attoId, { ...known, activities });
    await stage.notify(webhook);
    await until('it failed', async () => (await read(invitation)).emailState === 'Failed');
    assert.equal((await read(invitation)).smtpErrorCode, '550');
    assert.deepEqual(tracesOf(ADDRESS, [{ where: 'row', text: JSON.stringify(await read(invitation)) }]), []);
  });

  it('keeps words that nobody has documented', async () => {
    const invitation = await invited('cust-2');
    await stage.notify(stage.atto.emailEvent(attoIdOf(invitation), 'Teleported', { connectionStatus: 'Pondering' }));
    await until('it is known', async () => (await read(invitation)).activities.length > 0);
    const row = await read(invitation);
    assert.deepEqual([row.emailState, row.connectionStatus], ['Teleported', 'Pending']);
  });

  it('ends in the same status in whatever order a customer who did not finish is told of', async () => {
    const orders = [
      ['Pending', 'Abandoned', 'Cancelled'],
      ['Cancelled', 'Abandoned', 'Pending'],
      ['Abandoned', 'Cancelled', 'Cancelled'],
    ];
    for (const order of orders) {
      const invitation = await invited('cust-2');
      for (const connectionStatus of order)
        await stage.notify(stage.atto.invitationNotification(attoIdOf(invitation), { connectionStatus }));
      await until('it is cancelled', async () => (await stored(invitation)).connectionStatus === 'Cancelled');
    }
  });

  it('is looked up now and then although every webhook is lost, ever more rarely', async () => {
    const invitation = await invited('cust-2');
    stage.atto.emailEvent(attoIdOf(invitation), 'Sent');
    await stage.moveClock(61);
    await until('it was asked about', async () => (await stored(invitation)).emailState === 'Sent');
    await stage.moveClock(30);
    stage.atto.emailEvent(attoIdOf(invitation), 'Received');
    assert.equal((await stored(invitation)).emailState, 'Sent');
    await stage.moveClock(35);
    await until('it was asked again', async () => (await stored(invitation)).emailState === 'Received');
  });

  it('is read as Atto has it, and as it was known while Atto is away', async () => {
    const invitation = await invited('cust-2');
    stage.atto.emailEvent(attoIdOf(invitation), 'Opened');
    assert.equal((await read(invitation)).emailState, 'Opened');
    stage.atto.emailEvent(attoIdOf(invitation), 'Clicked');
    await stage.moveClock(61);
    const away = Array.from({ length: 8 }, () => (_request: unknown, response: { destroy(): unknown }) => {
      response.destroy();
    });
    stage.atto.instead(`${INVITATIONS}/${attoIdOf(invitation)}`, ...away);
    assert.equal((await read(invitation)).emailState, 'Opened');
  });
});

describe('a consent that came of an invitation', () => {
  it('is the customer’s, and unbound: nobody held anything that could have claimed it', async () => {
    const invitation = await invited('cust-3');
    const consent = stage.consent(invitation, { invitationId: attoIdOf(invitation) });
    await stage.notify(stage.atto.notification(consent));
    await until('it is active', async () => (await stored(invitation)).connectionStatus === 'Active');
    assert.equal((await stored(invitation)).consentId, consent['consentId']);
    const { body } = await partner.consent(consent['consentId']);
    assert.deepEqual(
      [body.customer, body.reference, body.binding, body.invitationId],
      ['cust-3', invitation.reference, 'unbound', invitation.id],
    );
    assert.deepEqual(
      (await eventsOf(invitation)).map(({ connectionStatus, consentId }) => [connectionStatus, consentId]),
      [
        ['Pending', null],
        ['Active', consent['consentId']],
      ],
    );
    assert.deepEqual(
      (await partner.eventsOf(consent)).map(({ status, binding }) => [status, binding]),
      [['Active', 'unbound']],
    );
  });

  it('is nothing to a browser, even one that vouches for that customer', async () => {
    const { consent } = await givenByInvitation('cust-4');
    const claim = { consent_id: String(consent['consentId']) };
    const authorization = `Bearer ${await stage.client.customerToken('cust-4', claim)}`;
    const { origin } = stage.client.credentials;
    const { status } = await stage.client.call('GET', `/v1/consents/${claim.consent_id}`, { authorization, origin });
    assert.equal(status, 404);
  });

  it('connects no journey of the same customer', async () => {
    const { consent } = await givenByInvitation('cust-4');
    const journey = await stage.client.launched('cust-4');
    const { status, body } = await stage.claim(journey, consent);
    assert.deepEqual([status, body.code], [409, 'claim_rejected']);
  });

  it('is not there because a webhook says so', async () => {
    const invitation = await invited('cust-5');
    const consentId = crypto.randomUUID();
    await stage.notify(
      stage.atto.notification(stage.atto.consent({ consentId, customerReference: invitation.reference })),
    );
    await stage.notify(stage.atto.invitationNotification(attoIdOf(invitation), { connectionStatus: 'Active' }));
    await until('Atto is asked of the invitation', () => lookedUp(invitation) > 0);
    await until('Atto is asked of the consent', () => stage.asked({ consentId }) > 0);
    assert.equal((await read(invitation)).connectionStatus, 'Pending');
    assert.equal((await partner.consent(consentId)).status, 404);
  });

  it('is found in Atto’s list where only the invitation’s webhook came', async () => {
    const invitation = await invited('cust-5');
    const consent = stage.consent(invitation);
    await stage.notify(stage.atto.invitationNotification(attoIdOf(invitation), { connectionStatus: 'Active' }));
    await until('it is active', async () => (await stored(invitation)).connectionStatus === 'Active');
    assert.equal((await partner.consent(consent['consentId'])).body.binding, 'unbound');
  });

  it('of another application, or another reference, is none of ours', async () => {
    for (const lie of [{ applicationId: crypto.randomUUID() }, { customerReference: 'cust-5' }]) {
      const invitation = await invited('cust-5');
      const consent = stage.consent(invitation);
      const asked = stage.asked(consent);
      await stage.notify(stage.atto.notification(consent));
      stage.change(consent, lie);
      await until('Atto is asked', () => stage.asked(consent) > asked);
      assert.equal((await partner.consent(consent['consentId'])).status, 404);
      assert.equal((await stored(invitation)).connectionStatus, 'Pending');
    }
  });
});

describe('the return of somebody who was invited', () => {
  for (const state of ['success', 'error']) {
    it(`ends on a page that says nothing of how it went: ${state}`, async () => {
      const invitation = await invited('cust-6');
      const { status, headers, text } = await stage.client.comeBack({
        customer_ref: invitation.reference,
        state,
        consent_id: crypto.randomUUID(),
      });
      assert.equal(status, 200);
      assert.equal(headers['location'], undefined);
      assert.match(text, /<h1>You can close this page<\/h1>/);
      assert.match(text, /Acme &amp; Sons/);
      assert.doesNotMatch(text, /<a |success|connected|error|cust-6/);
      assert.equal((await stored(invitation)).connectionStatus, 'Pending');
    });
  }
});

describe('name and address of whom an invitation goes to', () => {
  it('are said to Atto, and to nobody and nowhere else', async () => {
    const sent = stage.atto.heard.filter(({ body }) => body.includes(ADDRESS));
    assert.ok(sent.length > 0);
    const answers = stage.client.heard.map(({ text }) => ({ where: 'answer', text }));
    const folder = stage.environment['DATA_DIR'] ?? '';
    const files = readdirSync(folder).map((where) => ({ where, text: readFileSync(join(folder, where), 'latin1') }));
    for (const datum of [NAME, ADDRESS])
      assert.deepEqual(tracesOf(datum, [{ where: 'log', text: stage.bff.output() }, ...answers, ...files]), []);
  });
});

async function invited(customer: string): Promise<PartnerInvitation> {
  const { status, body, text } = await partner.invite(customer);
  assert.equal(status, 201, text);
  return body;
}

/** Atto's own id of it. */
function attoIdOf({ reference }: PartnerInvitation): string {
  const all = [...stage.atto.invitations.values()];
  return String(all.find(({ customerReference }) => customerReference === reference)?.['invitationId']);
}

/** As the partner's server reads it; Atto may be asked for it. */
async function read({ id }: PartnerInvitation): Promise<PartnerInvitation> {
  const { status, body, text } = await partner.invitation(id);
  assert.equal(status, 200, text);
  return body;
}

/** As the partner's server was last told, without having anybody asked. */
async function stored(invitation: PartnerInvitation): Promise<PartnerEvent> {
  const last = (await eventsOf(invitation)).at(-1);
  assert.ok(last);
  return last;
}

async function eventsOf({ id }: PartnerInvitation): Promise<PartnerEvent[]> {
  return (await partner.allEvents()).filter(
    ({ type, invitationId }) => type === 'invitation.updated' && invitationId === id,
  );
}

function lookedUp(invitation: PartnerInvitation): number {
  return stage.atto.calls(`${INVITATIONS}/${attoIdOf(invitation)}`);
}

async function givenByInvitation(customer: string): Promise<{ invitation: PartnerInvitation; consent: Consent }> {
  const invitation = await invited(customer);
  const consent = stage.consent(invitation);
  await stage.notify(stage.atto.notification(consent));
  await until('it is active', async () => (await stored(invitation)).connectionStatus === 'Active');
  return { invitation, consent };
}

async function latest(): Promise<string> {
  return (await partner.allEvents()).at(-1)?.cursor ?? '0';
}
