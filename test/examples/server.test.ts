import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import express from 'express';
import { mountBff } from '../../demo/examples/server/mount-bff.ts';
import { listen } from '../support/listen.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { Stage } from '../support/stage.ts';
import { bffEnvironment, credentialsOf, forget } from '../support/start-bff.ts';
import { exampleFolder } from './project.ts';
import { fillIn } from './site.ts';

const EXAMPLE = exampleFolder('server');
/** Inside of the example, where `jose` is found as the example finds it. */
const COPY = join(EXAMPLE, 'dist');
const FILE = 'check-receipt.ts';

describe('the example server, which checks a receipt', () => {
  let stage: Stage;
  let checkReceipt: (receipt: string, customer: string | null) => Promise<Record<string, unknown>>;

  before(async () => {
    stage = await Stage.open();
    const { url, credentials } = stage.client;
    await cp(join(EXAMPLE, FILE), join(COPY, FILE));
    await fillIn(COPY, {
      url,
      directUrl: url,
      partnerId: credentials.partner,
      signingSecret: credentials.signingSecret,
    });
    process.env['PARTNER_API_KEY'] = stage.environment['PARTNER_API_KEY'];
    ({ checkReceipt } = await import(join(COPY, FILE)));
  });
  after(async () => {
    delete process.env['PARTNER_API_KEY'];
    await stage?.close();
    await rm(COPY, { recursive: true, force: true });
  });

  it('learns what the customer has connected', async () => {
    const { journey, consent } = await stage.connected('cust-1042');
    const claims = await checkReceipt(await receiptOf(stage, journey), 'cust-1042');
    assert.deepEqual(
      [claims['consent_id'], claims['journey_id'], claims['provider_id']],
      [consent['consentId'], journey.journeyId, '4021'],
    );
  });

  it('learns so also where the form took longer than the receipt is good for, as long as it is true', async () => {
    const { journey, consent } = await stage.connected('cust-1042');
    const receipt = await receiptOf(stage, journey);
    mock.timers.enable({ apis: ['Date'], now: Date.now() + 31 * 60_000 });
    try {
      assert.equal((await checkReceipt(receipt, 'cust-1042'))['consent_id'], consent['consentId']);
      await assert.rejects(checkReceipt(receipt, 'cust-2077'), { claim: 'sub' });
      await stage.client.call(
        'POST',
        `/v1/journeys/${journey.journeyId}/disconnect`,
        { authorization: `Bearer ${journey.journeyToken}`, 'content-type': 'application/json' },
        {},
      );
      await assert.rejects(checkReceipt(receipt, 'cust-1042'), { code: 'ERR_JWT_EXPIRED' });
    } finally {
      mock.timers.reset();
    }
  });

  it('refuses the receipt of another customer, of another bff and of nobody', async () => {
    const { journey } = await stage.connected('cust-1042');
    await assert.rejects(checkReceipt(await receiptOf(stage, journey), 'cust-2077'), { claim: 'sub' });
    const other = await Stage.open();
    try {
      const elsewhere = await other.connected('cust-1042');
      await assert.rejects(checkReceipt(await receiptOf(other, elsewhere.journey), 'cust-1042'), {
        code: 'ERR_JWKS_NO_MATCHING_KEY',
      });
    } finally {
      await other.close();
    }
    await assert.rejects(checkReceipt('', 'cust-1042'), { code: 'ERR_JWS_INVALID' });
  });
});

describe('the example server, in which the bff is mounted', () => {
  it('starts a journey for whoever its session says is there, and for nobody else', async () => {
    const atto = await OtherAtto.start();
    const app = express();
    const server = createServer(app);
    const { port, close } = await listen(server);
    const environment = bffEnvironment(atto, { PUBLIC_URL: `http://127.0.0.1:${port}/bank`, PARTNER_GUESTS: 'false' });
    Object.assign(process.env, environment);
    const bff = mountBff(app, (request) => request.get('x-session') ?? null);
    for (const name of Object.keys(environment)) delete process.env[name];
    try {
      const start = (headers: Record<string, string>) =>
        fetch(`http://127.0.0.1:${port}/bank/v1/journeys`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
          body: JSON.stringify({ partner: credentialsOf(environment).partner }),
        });
      const started = await start({ 'x-session': 'ann' });
      assert.equal(started.status, 201);
      assert.match(((await started.json()) as { reference: string }).reference, /^ann\./);
      assert.equal((await start({})).status, 401);
    } finally {
      await bff.close();
      await close();
      await atto.close();
      forget(environment);
    }
  });
});

async function receiptOf(stage: Stage, journey: { journeyId: string; journeyToken: string }): Promise<string> {
  return (await stage.client.view(journey)).body.receipt ?? '';
}
