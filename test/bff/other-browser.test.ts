import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Answer, HeaderValues, Held } from '../support/bff-client.ts';
import { ClockedStage } from '../support/clocked-stage.ts';
import type { Consent } from '../support/other-atto.ts';
import { until } from '../support/until.ts';

const UNBOUND_SECONDS = 600;
const HANDLE_SECONDS = 600;

let stage: ClockedStage;

before(async () => {
  stage = await ClockedStage.open();
});

after(async () => {
  await stage.close();
});

describe('POST /v1/returns/{handle}/resume', () => {
  it('gives the signed-in customer a token of its own, with which the same return connects the journey', async () => {
    const { journey, handle } = await cameBackElsewhere('cust-1');
    const { status, body, headers } = await resume(handle, 'cust-1');
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'no-store');
    assert.deepEqual(Object.keys(body).sort(), ['journeyId', 'journeyToken']);
    assert.equal(body.journeyId, journey.journeyId);
    assert.notEqual(body.journeyToken, journey.journeyToken);
    const { body: view } = await stage.client.redeem(body, { handle });
    assert.equal(view.status, 'connected');
    assert.equal(
      (await stage.client.view(journey)).body.status,
      'connected',
      'the browser that started learns it, too',
    );
    assert.equal((await stage.partner.journey(journey.journeyId)).body.binding, 'bound');
  });

  it('tells who asks without the right customer nothing: the same 404 as for a handle that nobody made', async () => {
    const { handle } = await cameBackElsewhere('cust-1');
    const { handle: guests } = await cameBackElsewhere();
    const answers = [
      await resume(handle, 'cust-10'),
      await resume(handle, 'cust'),
      await resume(guests, 'cust-1'),
      await resume('x'.repeat(43), 'cust-1'),
      await resume(await stage.client.handle({ customer_ref: 'cust-1.unknown', state: 'success' }), 'cust-1'),
      await resume(await stage.client.handle({ state: 'success' }), 'cust-1'),
    ];
    for (const { status, body } of answers) assert.deepEqual([status, codeOf(body)], [404, 'not_found']);
  });

  it('needs a customer token, and takes no journey token for one', async () => {
    const { journey, handle } = await cameBackElsewhere('cust-1');
    assert.equal((await post(`/v1/returns/${handle}/resume`)).status, 401);
    const holder = { authorization: `Bearer ${journey.journeyToken}` };
    assert.equal((await post(`/v1/returns/${handle}/resume`, holder)).status, 401);
    const expired = await stage.client.customerToken('cust-1', { exp: Math.floor(stage.atto.now() / 1000) - 60 });
    assert.equal((await post(`/v1/returns/${handle}/resume`, { authorization: `Bearer ${expired}` })).status, 401);
  });

  it('is refused to pages of foreign origins', async () => {
    const { handle } = await cameBackElsewhere('cust-1');
    const authorization = `Bearer ${await stage.client.customerToken('cust-1')}`;
    for (const origin of ['https://elsewhere.example', 'null'])
      assert.equal((await post(`/v1/returns/${handle}/resume`, { authorization, origin })).status, 403, origin);
  });

  it('is over ten minutes after the return', async () => {
    const { handle } = await cameBackElsewhere('cust-1');
    await stage.moveClock(HANDLE_SECONDS + 1);
    assert.equal((await resume(handle, 'cust-1')).status, 404);
  });

  it('opens no journey that has ended', async () => {
    const { journey, handle } = await cameBackElsewhere('cust-1');
    await disown(handle);
    assert.equal((await stage.client.view(journey)).body.status, 'disowned');
    assert.equal((await resume(handle, 'cust-1')).status, 404);
  });

  it('leads to nothing that was launched after the return', async () => {
    const journey = await stage.client.started('cust-1');
    const handle = await stage.client.handle({ customer_ref: journey.reference, state: 'success', consent_id: 'x' });
    await stage.moveClock(1);
    await stage.client.go(journey.launchUrl);
    assert.equal((await resume(handle, 'cust-1')).status, 404);
  });
});

describe('POST /v1/returns/{handle}/disown', () => {
  it('ends the journey: it never connects, and the partner’s server knows', async () => {
    const { journey, handle, consent } = await cameBackElsewhere('cust-2');
    const { status, text } = await disown(handle);
    assert.deepEqual([status, text], [204, '']);
    const { body: view } = await stage.client.view(journey);
    assert.deepEqual(
      [view.status, view.error?.code, view.error?.category, view.error?.action],
      ['disowned', 'disowned', 'denied', 'retry'],
    );
    const told = (await stage.partner.journey(journey.journeyId)).body;
    assert.deepEqual([told.status, told.binding], ['disowned', 'disowned']);
    await until('the consent is known', async () => (await stage.partner.consent(consent['consentId'])).status === 200);
    assert.equal((await stage.partner.consent(consent['consentId'])).body.binding, 'disowned');
    const claimed = await stage.client.redeem(journey, { handle });
    assert.deepEqual([claimed.status, claimed.body.code], [409, 'claim_rejected']);
    assert.equal((await stage.client.launchAgain(journey)).status, 409);
    assert.equal((await stage.client.cancel(journey)).status, 409);
  });

  it('never revokes by itself', async () => {
    const { handle, consent } = await cameBackElsewhere('cust-2');
    await disown(handle);
    assert.equal(stage.atto.calls(`/consents/v1/${consent['consentId']}/revoke`), 0);
  });

  it('stays, though a webhook says that the consent is Active and its ten minutes pass', async () => {
    const { journey, handle, consent } = await cameBackElsewhere('cust-2');
    await stage.notify(stage.atto.notification(consent));
    await disown(handle);
    await stage.moveClock(UNBOUND_SECONDS + 1);
    await stage.notify(stage.atto.notification(consent, { dataAvailability: 'Complete' }));
    await until(
      'the data is complete',
      async () => (await stage.partner.consent(consent['consentId'])).body.dataAvailability === 'Complete',
    );
    assert.equal((await stage.partner.consent(consent['consentId'])).body.binding, 'disowned');
    const { body } = await stage.client.view(journey);
    assert.deepEqual([body.status, body.dataAvailability, body.consent], ['disowned', null, undefined]);
  });

  const powerless: Record<string, (came: Came) => Promise<string>> = {
    'that nobody made': async () => 'x'.repeat(43),
    'of a return without consent_id': async ({ journey }) =>
      stage.client.handle({ customer_ref: journey.reference, state: 'success' }),
    'of a return whose consent_id nobody knows': async ({ journey }) =>
      stage.client.handle({ customer_ref: journey.reference, state: 'success', consent_id: crypto.randomUUID() }),
    'of a return with the consent of another customer': async ({ journey }) => {
      const { consent } = await cameBackElsewhere('cust-3');
      const consent_id = String(consent['consentId']);
      return stage.client.handle({ customer_ref: journey.reference, state: 'success', consent_id });
    },
    'of a consent that is not Active yet': async ({ handle, consent }) => {
      stage.change(consent, { consentStatus: 'Pending' });
      return handle;
    },
    'that the journey’s own browser redeemed': async ({ handle, journey, consent }) => {
      stage.change(consent, { consentStatus: 'Pending' });
      await stage.client.redeem(journey, { handle });
      stage.change(consent, {});
      return handle;
    },
    'that is older than ten minutes': async ({ handle }) => {
      await stage.moveClock(HANDLE_SECONDS + 1);
      return handle;
    },
  };
  for (const [what, handleOf] of Object.entries(powerless)) {
    it(`does nothing with a handle ${what}, and says the same`, async () => {
      const came = await cameBackElsewhere('cust-2');
      const handle = await handleOf(came);
      const { status, text } = await disown(handle);
      assert.deepEqual([status, text], [204, '']);
      assert.notEqual((await stage.client.view(came.journey)).body.status, 'disowned');
    });
  }

  it('does nothing to a journey that is connected', async () => {
    const { journey, consent, handle } = await cameBackElsewhere('cust-2');
    const raw = { customerRef: journey.reference, state: 'success', consentId: consent['consentId'] };
    assert.equal((await stage.client.redeem(journey, raw)).body.status, 'connected');
    await disown(handle);
    assert.equal((await stage.client.view(journey)).body.status, 'connected');
    assert.equal((await stage.partner.consent(consent['consentId'])).body.binding, 'bound');
  });

  it('does nothing while Atto cannot be asked', async () => {
    const { journey, handle, consent } = await cameBackElsewhere('cust-2');
    stage.atto.instead(`/consents/v1/${consent['consentId']}`, (_request, response) => response.writeHead(500).end());
    assert.equal((await disown(handle)).status, 204);
    assert.equal((await stage.client.view(journey)).body.status, 'launched');
  });
});

describe('a journey that came back nowhere we know of', () => {
  it('is unbound after ten minutes, still bindable, and connects with token and id in one place', async () => {
    const { journey, consent } = await cameBackElsewhere('cust-4');
    await stage.notify(stage.atto.notification(consent));
    await until('the consent is known', async () => (await stage.partner.consent(consent['consentId'])).status === 200);
    await stage.moveClock(UNBOUND_SECONDS - 5);
    assert.equal((await stage.partner.consent(consent['consentId'])).body.binding, 'none');
    await stage.moveClock(6);
    await until(
      'the consent is unbound',
      async () => (await stage.partner.consent(consent['consentId'])).body.binding === 'unbound',
    );
    assert.equal((await stage.client.view(journey)).body.status, 'launched');
    assert.equal((await stage.claim(journey, consent)).body.status, 'connected');
    assert.equal((await stage.partner.consent(consent['consentId'])).body.binding, 'bound');
    assert.equal((await stage.partner.journey(journey.journeyId)).body.binding, 'bound');
  });

  it('is expired to the browser when its hour is over, and its consent stays unbound', async () => {
    const { journey, consent } = await cameBackElsewhere('cust-4');
    await stage.notify(stage.atto.notification(consent));
    await until('the consent is known', async () => (await stage.partner.consent(consent['consentId'])).status === 200);
    await stage.moveClock(3601);
    await until(
      'the consent is unbound',
      async () => (await stage.partner.consent(consent['consentId'])).body.binding === 'unbound',
    );
    const { body } = await stage.client.view(journey);
    assert.deepEqual([body.status, body.error?.code, body.consent], ['expired', 'journey_expired', undefined]);
    const late = await stage.claim(journey, consent);
    assert.deepEqual([late.status, late.body.status], [200, 'expired']);
    assert.equal((await stage.partner.consent(consent['consentId'])).body.binding, 'unbound');
  });
});

interface Came {
  readonly journey: StartedJourney;
  readonly consent: Consent;
  readonly handle: string;
}

/** The bank's app sent the customer to another browser than the one that started. */
async function cameBackElsewhere(customer?: string): Promise<Came> {
  const journey = await stage.client.launched(customer);
  const consent = stage.consent(journey);
  const returned = { customer_ref: journey.reference, state: 'success', consent_id: String(consent['consentId']) };
  return { journey, consent, handle: await stage.client.handle(returned) };
}

async function resume(handle: string, customer: string): Promise<Answer<Held>> {
  const authorization = `Bearer ${await stage.client.customerToken(customer)}`;
  return post(`/v1/returns/${handle}/resume`, { authorization });
}

function disown(handle: string): Promise<Answer> {
  return post(`/v1/returns/${handle}/disown`);
}

function post<Body>(path: string, headers: HeaderValues = {}): Promise<Answer<Body>> {
  const page = { origin: stage.client.credentials.origin, 'content-type': 'application/json' };
  return stage.client.call('POST', path, { ...page, ...headers }, {});
}

function codeOf(body: unknown): unknown {
  return (body as { code?: string }).code;
}
