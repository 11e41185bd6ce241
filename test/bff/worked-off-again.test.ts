/** A process may die after it has applied a webhook and before it has noted that it did: then it is worked off again. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';
import { type Store, StoreUnavailableError } from '../../bff/src/stores/store.ts';
import { type MountedBff, mountBff } from '../support/mount-bff.ts';
import { type Consent, OtherAtto } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { bffEnvironment, type Environment } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

/** Beyond the lease of a webhook that somebody began to work off. */
const LEASE_MS = 11_000;

describe('a webhook that is worked off again', () => {
  let atto: OtherAtto;
  let environment: Environment;
  let kept: SqliteStore;
  let bff: MountedBff;
  let partner: PartnerServer;
  let ahead = 0;
  /** How many webhooks will not be noted as worked off, and how many were. */
  let forgets = 0;
  let noted = 0;

  before(async () => {
    atto = await OtherAtto.start();
    environment = bffEnvironment(atto);
    kept = new SqliteStore(environment['DATA_DIR'] ?? '');
    bff = await mountBff(environment, forgetful(kept), () => Date.now() + ahead);
    partner = new PartnerServer(() => bff.client, environment['PARTNER_API_KEY']);
  });
  after(async () => {
    await bff.close();
    await kept.close();
    await atto.close();
    rmSync(environment['DATA_DIR'] ?? '', { recursive: true, force: true });
  });

  /** Does not note the next `forgets` webhooks as worked off. */
  function forgetful(store: Store): Store {
    const settleNotification: Store['settleNotification'] = async (id) => {
      if (forgets > 0) {
        forgets -= 1;
        throw new StoreUnavailableError('gone before it was noted');
      }
      await store.settleNotification(id);
      noted += 1;
    };
    return new Proxy(store, {
      get(target, name) {
        if (name === 'settleNotification') return settleNotification;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  async function connected(): Promise<Consent> {
    const journey = await bff.client.launched();
    const consent = atto.consent({ customerReference: journey.reference });
    atto.consents.set(String(consent['consentId']), consent);
    const claim = { customerRef: journey.reference, state: 'success', consentId: consent['consentId'] };
    assert.equal((await bff.client.redeem(journey, claim)).body.status, 'connected');
    return consent;
  }

  /** Sends them, and waits until each is noted as worked off. */
  async function workedOff(...webhooks: Consent[]): Promise<void> {
    const all = noted + webhooks.length;
    await Promise.all(webhooks.map((webhook) => bff.client.webhook(webhook)));
    await until('it is forgotten', () => forgets === 0);
    ahead += LEASE_MS;
    await until('all is worked off', () => noted === all, 15_000);
  }

  const news: Record<string, (consent: Consent) => Consent> = {
    'of the data': (consent) => atto.notification(consent, { dataAvailability: 'Partial' }),
    'of the data (v1)': (consent) => atto.notificationV1(consent, { dataAvailability: 'Complete' }),
    'that the consent ends soon': (consent) => atto.notification({ ...consent, consentStatus: 'UpcomingExpiration' }),
  };
  for (const [what, tell] of Object.entries(news)) {
    it(`tells the partner its news ${what} once`, async () => {
      const consent = await connected();
      const before = (await partner.eventsOf(consent)).length;
      forgets = 1;
      await workedOff(tell(consent));
      assert.equal((await partner.eventsOf(consent)).length - before, 1);
    });
  }

  it('does not keep two announcements of one moment from being told both', async () => {
    const consent = await connected();
    const before = (await partner.eventsOf(consent)).length;
    const ending = { ...consent, consentStatus: 'UpcomingExpiration' };
    await workedOff(...[1, 2, 3].map(() => atto.notification(ending)));
    assert.equal((await partner.eventsOf(consent)).length - before, 3);
  });
});
