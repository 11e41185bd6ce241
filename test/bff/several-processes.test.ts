import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { BffClient } from '../support/bff-client.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { type BffProcess, bffEnvironment, credentialsOf, startBffProcess } from '../support/start-bff.ts';

describe('two processes on one PostgreSQL', () => {
  let atto: OtherAtto;
  let postgres: PostgresServer;
  let one: BffProcess;
  let two: BffProcess;
  /** Talks to the second process, whose address to the world is that of both. */
  let other: BffClient;

  before(async () => {
    [atto, postgres] = await Promise.all([OtherAtto.start(), startPostgres()]);
    const [port, otherPort] = [await freePort(0), await freePort(0)];
    const shared = bffEnvironment(atto, { DATABASE_URL: postgres.url, PUBLIC_URL: `http://127.0.0.1:${port}` });
    const folder = () => mkdtempSync(join(tmpdir(), 'atto-connect-bff-'));
    [one, two] = await Promise.all([
      startBffProcess({ ...shared, PORT: String(port) }),
      startBffProcess({ ...shared, PORT: String(otherPort), DATA_DIR: folder() }),
    ]);
    other = new BffClient(`http://127.0.0.1:${otherPort}`, credentialsOf(shared));
  });
  after(async () => {
    await Promise.all([other.close(), one.close(), two.close()]);
    await Promise.all([postgres.close(), atto.close()]);
  });

  /** A journey that is connected, and how to tell of its data. */
  async function connected() {
    const journey = await one.client.launched();
    const consentId = crypto.randomUUID();
    atto.consents.set(consentId, {
      consentId,
      applicationId: atto.applicationId,
      customerReference: journey.reference,
      consentStatus: 'Active',
      consentStart: new Date().toISOString(),
      statusUpdated: new Date().toISOString(),
    });
    const claim = { customerRef: journey.reference, state: 'success', consentId };
    const { body } = await one.client.redeem(journey, claim);
    assert.equal(body.status, 'connected');
    const told = (dataAvailability: string) => ({
      consentId,
      applicationId: atto.applicationId,
      customerReference: journey.reference,
      providerAuthentication: 'Success',
      dataAvailability,
      paymentConfirmation: null,
      reauthentication: false,
      errorMessage: null,
    });
    return { journey, version: body.version, told };
  }

  async function until(isTrue: () => Promise<boolean>, seconds: number): Promise<void> {
    for (const deadline = Date.now() + seconds * 1000; !(await isTrue()); await sleep(50))
      assert.ok(Date.now() < deadline, `it did not happen within ${seconds} s`);
  }

  it('know the same journeys, and take the same tokens', async () => {
    const { journey } = await connected();
    assert.equal((await other.view(journey)).body.status, 'connected');
    const authorization = `Bearer ${await one.client.webhookToken()}`;
    const { status } = await other.webhook({ eventId: 'e', eventType: 'New', data: {} }, { authorization });
    assert.equal(status, 204);
  });

  it('wake each other: a webhook to one answers who waits at the other', async () => {
    const journeys = await Promise.all(Array.from({ length: 20 }, connected));
    const waits = journeys.map(async ({ journey, version }) => {
      const headers = { 'if-none-match': `"${version}"`, prefer: 'wait=20' };
      return (await other.view(journey, headers)).body.dataAvailability;
    });
    await sleep(500);
    await Promise.all(journeys.map(({ told }) => one.client.webhook(told('Partial'))));
    assert.deepEqual([...new Set(await Promise.all(waits))], ['Partial']);
  });

  it('lose no webhook that they acknowledged while PostgreSQL was away', async () => {
    const { journey, told } = await connected();
    await one.client.webhookToken();
    await postgres.stop();
    const { status } = await one.client.webhook(told('Processed'));
    assert.equal(status, 204);
    const unavailable = await other.view(journey);
    assert.deepEqual(
      [unavailable.status, unavailable.body.code, Number(unavailable.headers['retry-after']) > 0],
      [503, 'store_unavailable', true],
    );
    await postgres.start();
    await until(async () => (await other.view(journey)).body.dataAvailability === 'Processed', 15);
  });

  it('may be started while PostgreSQL is away: such a one refuses until it is back, and then works', async () => {
    const { journey, told } = await connected();
    const authorization = `Bearer ${await one.client.webhookToken()}`;
    await postgres.stop();
    await one.kill();
    one = await startBffProcess(one.environment);
    const early = await one.client.webhook(told('Error'), { authorization });
    assert.deepEqual([early.status, early.body.code], [503, 'store_unavailable']);
    await postgres.start();
    await until(async () => (await one.client.call('GET', '/readyz')).status === 200, 15);
    assert.equal((await one.client.webhook(told('Partial'), { authorization })).status, 204);
    await until(async () => (await one.client.view(journey)).body.dataAvailability === 'Partial', 15);
  });

  it('hand over what one of them kept when it was killed', async () => {
    const { journey, told } = await connected();
    await one.client.webhookToken();
    await postgres.stop();
    assert.equal((await one.client.webhook(told('Complete'))).status, 204);
    await one.kill();
    await postgres.start();
    one = await startBffProcess(one.environment);
    await until(async () => (await other.view(journey)).body.dataAvailability === 'Complete', 15);
  });
});
