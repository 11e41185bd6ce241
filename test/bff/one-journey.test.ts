import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { configFromEnvironment } from '../../bff/src/config.ts';
import type { Consent } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { withPartners } from '../support/partners-file.ts';
import { Stage } from '../support/stage.ts';
import { bffEnvironment } from '../support/start-bff.ts';

/** Where a partner asks for its bare references, several journeys of a customer have the same. */
let stage: Stage;
let partner: PartnerServer;

before(async () => {
  stage = await Stage.open({ PARTNER_REFERENCE: 'exact' });
  partner = new PartnerServer(() => stage.client, stage.environment['PARTNER_API_KEY']);
});

after(async () => {
  await stage.close();
});

describe('a consent', () => {
  it('connects one journey, however many of its reference claim it at the same time', async () => {
    const journeys = await Promise.all(Array.from({ length: 6 }, () => stage.client.launched('cust-1')));
    const consent = stage.consent(journeys[0] as StartedJourney);
    stage.atto.delayMs = 20;
    const answers = await Promise.all(journeys.map((journey) => stage.client.redeem(journey, raw(journey, consent))));
    stage.atto.delayMs = 0;
    assert.equal(answers.filter(({ body }) => body.status === 'connected').length, 1);
    const views = await Promise.all(journeys.map((journey) => stage.client.view(journey)));
    assert.deepEqual(views.map(({ body }) => body.status).sort(), [
      'connected',
      'expired',
      'expired',
      'expired',
      'expired',
      'expired',
    ]);
  });

  it('connects no journey that is launched after it has connected one', async () => {
    const { consent } = await stage.connected('cust-2');
    const second = await stage.client.launched('cust-2');
    const { status, body } = await stage.client.redeem(second, raw(second, consent));
    assert.deepEqual([status, body.code], [409, 'claim_rejected']);
    assert.equal((await stage.client.view(second)).body.status, 'launched');
  });

  it('connects its journey though the bff was started again while it waited', async () => {
    const journey = await stage.client.launched('cust-3');
    const consent = stage.consent(journey);
    stage.change(consent, { consentStatus: 'Pending' });
    await stage.claim(journey, consent);
    stage.change(consent, {});
    await stage.restart();
    assert.equal((await stage.next(journey, await stage.client.view(journey))).body.status, 'connected');
  });

  it('of a second bank connects a second journey of the same customer', async () => {
    const { consent: first } = await stage.connected('cust-4');
    const { consent: second } = await stage.connected('cust-4');
    const ids = (await partner.consents('?customer=cust-4&status=Active')).body.consents.map(({ id }) => id);
    assert.deepEqual(ids.sort(), [first['consentId'], second['consentId']].sort());
  });

  it('that its giver has disowned connects no other journey either', async () => {
    const [first, second] = [await stage.client.launched('cust-5'), await stage.client.launched('cust-5')];
    const consent = stage.consent(first);
    const returned = { customer_ref: 'cust-5', state: 'success', consent_id: String(consent['consentId']) };
    const handle = await stage.client.handle(returned);
    const headers = { origin: stage.client.credentials.origin, 'content-type': 'application/json' };
    assert.equal((await stage.client.call('POST', `/v1/returns/${handle}/disown`, headers, {})).status, 204);
    for (const journey of [first, second]) {
      const { body } = await stage.client.redeem(journey, raw(journey, consent));
      assert.notEqual(body.status, 'connected');
    }
  });
});

describe('two partners of one application', () => {
  it('cannot both ask for bare references: whose customer would a consent be of?', async () => {
    const plain = bffEnvironment(stage.atto);
    const both = withPartners(plain, { reference: 'exact' }, 'beta', 'gamma').environment;
    const expected = 'partner gamma: reference "exact" is already that of partner beta';
    assert.throws(() => configFromEnvironment(both), { message: expected });
    const one = withPartners(plain, { reference: 'exact' }, 'beta').environment;
    assert.equal(configFromEnvironment(one).partners.size, 2);
    rmSync(plain['DATA_DIR'] ?? '', { recursive: true });
  });
});

function raw({ reference }: StartedJourney, { consentId }: Consent): object {
  return { customerRef: reference, state: 'success', consentId };
}
