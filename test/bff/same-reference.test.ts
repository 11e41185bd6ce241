import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { BffClient } from '../support/bff-client.ts';
import { ClockedStage } from '../support/clocked-stage.ts';
import { type Consent, OtherAtto } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { withPartners } from '../support/partners-file.ts';
import { Stage } from '../support/stage.ts';
import { bffEnvironment } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

/** Two partners that send Atto bare references, each with an application of its own, at an Atto that knows no other's. */
interface Side {
  readonly stage: Stage;
  readonly partner: PartnerServer;
}

let acme: Side;
let beta: Side;
let clocked: ClockedStage;
let customers = 0;

before(async () => {
  const [own, others] = [await OtherAtto.start(), await OtherAtto.start()];
  const atto = { ATTO_API_URL: others.url, ATTO_APPLICATION_ID: others.applicationId, ATTO_CLIENT_ID: randomUUID() };
  const plain = bffEnvironment(own, { PARTNER_REFERENCE: 'exact' });
  const {
    environment,
    others: [second],
  } = withPartners(plain, { reference: 'exact', atto }, 'beta');
  assert.ok(second);
  clocked = await ClockedStage.of(own, environment);
  acme = { stage: clocked, partner: new PartnerServer(() => clocked.client, plain['PARTNER_API_KEY']) };
  const { bff } = clocked;
  const { id, ...known } = second;
  const client = new BffClient(bff.client.url, { ...bff.client.credentials, partner: id, ...known }, bff.now);
  others.now = bff.now;
  beta = {
    stage: new Stage(others, { ...bff, client, close: () => client.close() }),
    partner: new PartnerServer(() => client, second.apiKey),
  };
});

after(async () => {
  await beta.stage.close();
  await acme.stage.close();
});

for (const whose of ['acme', 'beta'] as const) {
  describe(`a consent at the application of ${whose}, whose customer has the reference of the other’s`, () => {
    let owner: Side;
    let other: Side;
    let journey: StartedJourney;
    let others: StartedJourney;

    /** The journey of `newest` began last. */
    async function bothLaunched(newest: Side): Promise<void> {
      [owner, other] = whose === 'acme' ? [acme, beta] : [beta, acme];
      customers += 1;
      const customer = `cust-${customers}`;
      const older = newest === owner ? other : owner;
      const first = await older.stage.client.launched(customer);
      const second = await newest.stage.client.launched(customer);
      [journey, others] = newest === owner ? [second, first] : [first, second];
    }

    async function isFiled({ consentId }: Consent): Promise<void> {
      await until('its owner sees it', async () => (await owner.partner.consent(consentId)).status === 200);
      assert.equal((await owner.partner.journey(journey.journeyId)).body.consent?.id, consentId);
      assert.equal((await other.partner.consent(consentId)).status, 404);
      assert.equal((await other.partner.journey(others.journeyId)).body.consent, undefined);
    }

    for (const newest of ['acme', 'beta'] as const) {
      it(`is filed there when a webhook tells of it, though the newest journey is ${newest}’s`, async () => {
        await bothLaunched(newest === 'acme' ? acme : beta);
        const consent = owner.stage.consent(journey);
        await clocked.notify(owner.stage.atto.notification(consent));
        await isFiled(consent);
      });
    }

    it('is filed there when a list tells of it', async () => {
      await bothLaunched(whose === 'acme' ? beta : acme);
      const consent = owner.stage.consent(journey);
      await clocked.moveClock(60);
      await isFiled(consent);
    });

    it('is filed there by a list, whatever webhooks have said of it before', async () => {
      await bothLaunched(whose === 'acme' ? beta : acme);
      const consent = owner.stage.consent(journey);
      const lies = [{ applicationId: other.stage.atto.applicationId }, { customerReference: 'somebody-else' }];
      for (const lie of lies) await clocked.notify(owner.stage.atto.notification(consent, lie));
      await until('Atto was asked', () => other.stage.asked(consent) > 0);
      await clocked.moveClock(60);
      await isFiled(consent);
    });

    it('is asked about though somebody claims it at the other application, which does not know it', async () => {
      await bothLaunched(whose === 'acme' ? acme : beta);
      const consent = owner.stage.consent(journey);
      assert.equal((await other.stage.claim(others, consent)).body.status, 'returned');
      await clocked.notify(owner.stage.atto.notification(consent));
      await isFiled(consent);
    });

    it('connects the journey of its owner, whatever webhooks have said of it before', async () => {
      await bothLaunched(whose === 'acme' ? beta : acme);
      const consent = owner.stage.consent(journey);
      await clocked.notify(owner.stage.atto.notification(consent, { applicationId: other.stage.atto.applicationId }));
      await until('Atto was asked', () => other.stage.asked(consent) > 0);
      assert.equal((await owner.stage.claim(journey, consent)).body.status, 'connected');
      assert.equal((await owner.partner.consent(consent['consentId'])).body.binding, 'bound');
      assert.equal((await other.partner.consent(consent['consentId'])).status, 404);
    });
  });
}
