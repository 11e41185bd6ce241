/** Webhooks that come before we know enough to believe them, or that leave out what we could find out. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ClockedStage } from '../support/clocked-stage.ts';
import { until } from '../support/until.ts';

const PATIENCE_MS = 20_000;

let stage: ClockedStage;

before(async () => {
  stage = await ClockedStage.open();
});
after(() => stage.close());

describe('that a consent ends soon', () => {
  it('is told, after its status, though it comes before Atto has attested the consent', async () => {
    const consent = stage.consent(await stage.client.launched('cust-1'));
    stage.atto.delayMs = 800;
    await stage.notify(stage.atto.notification(consent));
    await stage.notify(stage.atto.notification({ ...consent, consentStatus: 'UpcomingExpiration' }));
    const told = async () => (await stage.partner.eventsOf(consent)).map(({ status }) => status).join();
    await until('both are told', async () => (await told()) === 'Active,UpcomingExpiration', PATIENCE_MS).catch(
      async (error: Error) => assert.fail(`${error.message}, but ${await told()}`),
    );
    stage.atto.delayMs = 0;
  });
});

describe('news of the data', () => {
  it('reaches the journey, though the webhook (v1) does not say whose the consent is', async () => {
    const { journey, consent } = await stage.connected('cust-1');
    const told = { ...stage.atto.notificationV1(consent, { dataAvailability: 'Complete' }), customerReference: null };
    await stage.notify(told);
    const isTold = async () => (await stage.partner.journey(journey.journeyId)).body.dataAvailability === 'Complete';
    await until('the journey knows', isTold, PATIENCE_MS);
  });
});

describe('news of a consent whose claim is waiting no more', () => {
  it('is asked about: the journey was cancelled meanwhile', async () => {
    const journey = await stage.client.launched('cust-1');
    const pending = stage.consent(journey, { consentStatus: 'Pending' });
    await stage.claim(journey, pending);
    await stage.client.cancel(journey);
    const asked = stage.asked(pending);
    await stage.notify(stage.atto.notification(stage.change(pending, { consentStatus: 'Active' })));
    await until('Atto is asked', () => stage.asked(pending) > asked, 5000);
  });
});

describe('what the partner’s server sees of a journey that nobody has finished', () => {
  const customer = 'cust-5';

  it('is nothing of the consent that it is to renew', async () => {
    const { consent } = await stage.connected(customer, { consentEnd: soon() });
    const token = await stage.client.customerToken(customer, { consent_id: consent['consentId'] });
    const renewal = (await stage.client.start({ consentId: consent['consentId'] }, token)).body;
    const { body } = await stage.partner.journey(renewal.journeyId);
    assert.deepEqual([body.status, body.binding, body.consent, body.evidence], ['created', 'none', undefined, []]);
  });
});

describe('a consent from before our time', () => {
  it('is there for all who look at it in the same moment', async () => {
    const consent = stage.change(stage.atto.consent({ customerReference: 'cust-6' }), {});
    const token = await stage.client.customerToken('cust-6', { consent_id: consent['consentId'] });
    const { origin } = stage.client.credentials;
    const look = () =>
      stage.client.call('GET', `/v1/consents/${consent['consentId']}`, { authorization: `Bearer ${token}`, origin });
    const answers = await Promise.all([look(), look(), look()]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
  });
});

function soon(): string {
  return new Date(stage.bff.now() + 5 * 86_400_000).toISOString();
}
