import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';
import { createSimulator, type Simulator } from '../../demo/simulator/simulator.ts';
import { type MountedBff, mountBff } from '../support/mount-bff.ts';
import { bffEnvironment, type Environment } from '../support/start-bff.ts';

const HALF_MINUTE_MS = 31_000;

describe('what Atto changed while every webhook was lost', () => {
  // One clock for both, so that half minutes pass at once.
  let ahead = 0;
  const now = () => Date.now() + ahead;
  let atto: Simulator;
  let environment: Environment;
  let store: SqliteStore;
  let bff: MountedBff;

  before(async () => {
    atto = createSimulator({ now, dataStepMs: 1 });
    await atto.start();
    const { applicationId, clientId, clientSecret } = atto.settings;
    environment = {
      ...bffEnvironment({ url: atto.url, applicationId }),
      ATTO_CLIENT_ID: clientId,
      ATTO_CLIENT_SECRET: clientSecret,
      UNBOUND_SECONDS: '60',
    };
    store = new SqliteStore(environment['DATA_DIR'] ?? '');
    bff = await mountBff(environment, store, now);
    await passHalfMinute();
  });
  after(async () => {
    await bff.close();
    await store.close();
    await atto.stop();
    rmSync(environment['DATA_DIR'] ?? '', { recursive: true, force: true });
  });

  async function passHalfMinute(): Promise<void> {
    ahead += HALF_MINUTE_MS;
    await new Promise((resolve) => setTimeout(resolve, 600));
  }

  async function asPartner<Body>(path: string) {
    return bff.client.call<Body>('GET', path, { authorization: `Bearer ${environment['PARTNER_API_KEY']}` });
  }

  async function seenByPartner(journeyId: string) {
    type Seen = { status: string; binding: string; consent?: { id: string; status: string } };
    return (await asPartner<Seen>(`/v1/partner/journeys/${journeyId}`)).body;
  }

  it('shows a consent that nobody has come back with as unbound, and never as connected', async () => {
    const { journeyId, reference } = await bff.client.launched();
    const { consentId } = await atto.completeJourney({ customerRef: reference });
    await passHalfMinute();
    assert.deepEqual((await seenByPartner(journeyId)).consent?.id, consentId);
    await passHalfMinute();
    await passHalfMinute();
    const seen = await seenByPartner(journeyId);
    assert.deepEqual([seen.status, seen.binding], ['launched', 'unbound']);
  });

  it('ends a connection that was ended at the bank', async () => {
    const journey = await bff.client.launched();
    const { consentId } = await atto.completeJourney({ customerRef: journey.reference });
    const returned = { customerRef: journey.reference, state: 'success', consentId };
    assert.equal((await bff.client.redeem(journey, returned)).body.status, 'connected');
    atto.revoke(consentId ?? '');
    await passHalfMinute();
    assert.equal((await seenByPartner(journey.journeyId)).status, 'disconnected');
  });

  it('costs one list however many journeys are open', async () => {
    for (let n = 0; n < 20; n += 1) await bff.client.launched();
    const isList = ({ route, path }: { route: string; path: string }) => (route || path).endsWith('/consents/v1');
    const before = atto.requests.filter(isList).length;
    await passHalfMinute();
    assert.equal(atto.requests.filter(isList).length - before, 1);
  });

  it('adopts nothing that was not started here', async () => {
    const { consentId } = atto.addConsent({ customerReference: 'somebody-else', consentStatus: 'Active' });
    await passHalfMinute();
    assert.equal((await asPartner(`/v1/partner/consents/${consentId}`)).status, 404);
  });
});
