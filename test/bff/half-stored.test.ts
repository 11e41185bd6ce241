/**
 * How a consent stands is stored in two places, one after the other: in its own row, and in the journey that it connected. A
 * process may die, or lose its store, in between.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';
import { StoreUnavailableError } from '../../bff/src/stores/store.ts';
import { type MountedBff, mountBff } from '../support/mount-bff.ts';
import { type Consent, OtherAtto } from '../support/other-atto.ts';
import { PartnerServer } from '../support/partner-server.ts';
import { bffEnvironment, type Environment } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

/** Beyond the time for which a question counts as under way. */
const LATER_MS = 20_000;
const PATIENCE_MS = 15_000;
/** After which a consent that nobody has claimed counts as unbound, and more. */
const UNBOUND_MS = 700_000;

/** Loses, once, what is to be stored of a consent that has ended, or that has just been bound. */
class LosingStore extends SqliteStore {
  loses: 'journey' | 'consent' | 'binding' | null = null;

  override async replaceJourney(...[next, events]: Parameters<SqliteStore['replaceJourney']>) {
    if (next.status === 'disconnected') this.#lose('journey');
    return super.replaceJourney(next, events);
  }

  override async putConsent(...[next, events]: Parameters<SqliteStore['putConsent']>) {
    if (next.facts?.status === 'Revoked') this.#lose('consent');
    if (next.binding === 'bound') this.#lose('binding');
    return super.putConsent(next, events);
  }

  #lose(what: LosingStore['loses']): void {
    if (this.loses !== what) return;
    this.loses = null;
    throw new StoreUnavailableError('gone in between');
  }
}

describe('a consent', () => {
  let atto: OtherAtto;
  let environment: Environment;
  let store: LosingStore;
  let bff: MountedBff;
  let partner: PartnerServer;
  let ahead = 0;

  before(async () => {
    atto = await OtherAtto.start();
    environment = bffEnvironment(atto);
    store = new LosingStore(environment['DATA_DIR'] ?? '');
    bff = await mountBff(environment, store, () => Date.now() + ahead);
    partner = new PartnerServer(() => bff.client, environment['PARTNER_API_KEY']);
  });
  after(async () => {
    await bff.close();
    await store.close();
    await atto.close();
    rmSync(environment['DATA_DIR'] ?? '', { recursive: true, force: true });
  });

  for (const lost of ['journey', 'consent'] as const) {
    it(`that has ended ends with its journey, each told once, though the ${lost} could not be stored at first: Atto says so`, async () => {
      const { journey, consent } = await connected();
      const revoked = revokedAtAtto(consent);
      store.loses = lost;
      await bff.client.webhook(atto.notification(revoked));
      await until('it is lost', () => store.loses === null, PATIENCE_MS);
      ahead += LATER_MS;
      await assertEnded(journey, revoked);
    });

    it(`that has ended ends with its journey, each told once, though the ${lost} could not be stored at first: the partner’s server revokes it`, async () => {
      const { journey, consent } = await connected();
      store.loses = lost;
      assert.equal((await partner.revoke(consent['consentId'])).status, 503);
      assert.ok((await partner.revoke(consent['consentId'])).status < 300);
      await assertEnded(journey, consent);
    });
  }

  it('that has connected a journey is bound, though that could not be stored at first', async () => {
    const { journey, consent, claim } = await launched();
    store.loses = 'binding';
    await bff.client.redeem(journey, claim);
    await until('it is lost', () => store.loses === null, PATIENCE_MS);
    assert.equal((await bff.client.view(journey)).body.status, 'connected');
    for (const _ of [1, 2]) {
      ahead += UNBOUND_MS;
      await until('it is bound', async () => (await bindingOf(consent)) === 'bound', PATIENCE_MS);
    }
    assert.deepEqual(
      (await partner.eventsOf(consent)).map(({ binding }) => binding),
      ['bound'],
    );
  });

  async function bindingOf(consent: Consent): Promise<string> {
    return (await partner.consent(consent['consentId'])).body.binding;
  }

  async function connected(): Promise<{ journey: StartedJourney; consent: Consent }> {
    const { journey, consent, claim } = await launched();
    assert.equal((await bff.client.redeem(journey, claim)).body.status, 'connected');
    return { journey, consent };
  }

  async function launched(): Promise<{ journey: StartedJourney; consent: Consent; claim: object }> {
    const journey = await bff.client.launched();
    const consent = atto.consent({ customerReference: journey.reference });
    atto.consents.set(String(consent['consentId']), consent);
    const claim = { customerRef: journey.reference, state: 'success', consentId: consent['consentId'] };
    return { journey, consent, claim };
  }

  function revokedAtAtto(consent: Consent): Consent {
    const statusUpdated = new Date(Date.parse(String(consent['statusUpdated'])) + 1000).toISOString();
    const revoked = { ...consent, consentStatus: 'Revoked', statusUpdated };
    atto.consents.set(String(consent['consentId']), revoked);
    return revoked;
  }

  async function assertEnded({ journeyId }: StartedJourney, consent: Consent): Promise<void> {
    const hasEnded = async () => {
      const [{ body: journey }, { body: row }] = [
        await partner.journey(journeyId),
        await partner.consent(consent['consentId']),
      ];
      return journey.status === 'disconnected' && row.status === 'Revoked';
    };
    await until('both have ended', hasEnded, PATIENCE_MS);
    const events = (await partner.allEvents()).filter(({ consentId }) => consentId === consent['consentId']);
    const told = events.map(({ type, status }) => `${type} ${status}`);
    assert.equal(told.filter((each) => each === 'journey.updated disconnected').length, 1, told.join());
    assert.equal(told.filter((each) => each === 'consent.updated Revoked').length, 1, told.join());
  }
});
