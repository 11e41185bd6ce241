import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { BffClient } from '../support/bff-client.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { startPostgres } from '../support/postgres.ts';
import { bffEnvironment, credentialsOf, startBffProcess } from '../support/start-bff.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';

export interface WakeResult {
  /** Milliseconds from sending a webhook that tells of data to the answer of who waits at the other process. */
  readonly data: Percentiles;
  /** The same of a webhook that is a reason to ask the Consent API. */
  readonly status: Percentiles;
}

/** Two processes on one PostgreSQL: webhooks go to one, who waits is at the other. */
export async function wake(count: number): Promise<WakeResult> {
  const [atto, postgres] = await Promise.all([OtherAtto.start(), startPostgres()]);
  const [port, otherPort] = [await freePort(0), await freePort(0)];
  const shared = bffEnvironment(atto, { DATABASE_URL: postgres.url, PUBLIC_URL: `http://127.0.0.1:${port}` });
  const dataDirectory = mkdtempSync(join(tmpdir(), 'atto-connect-bff-'));
  const one = await startBffProcess({ ...shared, PORT: String(port) });
  const two = await startBffProcess({ ...shared, PORT: String(otherPort), DATA_DIR: dataDirectory });
  const other = new BffClient(`http://127.0.0.1:${otherPort}`, credentialsOf(shared));
  try {
    const data: number[] = [];
    const status: number[] = [];
    for (let n = 0; n < count; n += 1) {
      const journey = await one.client.launched();
      const pending = atto.consent({ customerReference: journey.reference, consentStatus: 'Pending' });
      const consentId = String(pending['consentId']);
      atto.consents.set(consentId, pending);
      await one.client.redeem(journey, { customerRef: journey.reference, state: 'success', consentId });
      const told = async (body: object) => {
        const { headers } = await other.view(journey);
        const held = other.view(journey, { 'if-none-match': headers['etag'], prefer: 'wait=20' });
        // Long enough to have sat down; a waiter that came later would only be answered sooner.
        await sleep(20);
        const start = performance.now();
        await one.client.webhook(body);
        await held;
        return performance.now() - start;
      };
      const now = new Date().toISOString();
      const active = { ...pending, consentStatus: 'Active', consentStart: now, statusUpdated: now };
      atto.consents.set(consentId, active);
      status.push(await told(atto.notification(active)));
      data.push(await told(atto.notification(active, { dataAvailability: 'Partial' })));
    }
    return { data: percentilesOf(data), status: percentilesOf(status) };
  } finally {
    await Promise.all([other.close(), one.close(), two.close()]);
    await Promise.all([postgres.close(), atto.close()]);
  }
}
