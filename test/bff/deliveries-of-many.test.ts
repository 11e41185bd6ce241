import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { startBff } from '../../bff/src/start.ts';
import { BffClient } from '../support/bff-client.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { type FilePartner, withPartners } from '../support/partners-file.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';
import { bffEnvironment, credentialsOf, type Environment, forget } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

/** More than go to one partner at a time. */
const JOURNEYS = 25;
const AT_A_TIME = 10;
/** One who does not answer is given up after ten seconds; closing waits for nobody as long as that. */
const LONG_MS = 8000;

for (const engine of ['SQLite', 'PostgreSQL']) {
  describe(`deliveries to several partners, of whom one does not answer, on ${engine}`, () => {
    /** Requests of the one who does not answer, and of which journeys. */
    let held: ServerResponse[] = [];
    let isHung = true;
    const heldJourneys: string[] = [];
    const heard = new Set<string>();
    const receiver = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { data } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { data: { journeyId: string } };
      if (request.url === '/hung' && isHung) {
        held.push(response);
        heldJourneys.push(data.journeyId);
        return;
      }
      heard.add(data.journeyId);
      response.writeHead(204).end();
    });
    let postgres: PostgresServer | null = null;
    let atto: OtherAtto;
    let environment: Environment;
    let other: FilePartner;
    let bff: Awaited<ReturnType<typeof startBff>>;
    let client: BffClient;
    let journeys: string[];

    before(async () => {
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
      const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
      const webhookSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
      atto = await OtherAtto.start();
      if (engine === 'PostgreSQL') postgres = await startPostgres();
      const ours = bffEnvironment(atto, {
        DATABASE_URL: postgres?.url,
        PARTNER_WEBHOOK_URL: `${address}/hung`,
        PARTNER_WEBHOOK_SECRET: webhookSecret(),
      });
      const both = withPartners(ours, { webhookUrl: `${address}/quick`, webhookSecret: webhookSecret() }, 'beta');
      environment = both.environment;
      other = both.others[0] ?? assert.fail();
      await open();
    });
    after(async () => {
      await client.close();
      await bff.close();
      await Promise.all([atto.close(), postgres?.close()]);
      receiver.closeAllConnections();
      receiver.close();
      forget(environment);
    });

    async function open(): Promise<void> {
      bff = await startBff(environment);
      client = new BffClient(bff.url, credentialsOf(environment));
    }

    async function start(partner: string, origin: string): Promise<string> {
      const headers = { origin, 'content-type': 'application/json' };
      const { status, body, text } = await client.call<StartedJourney>('POST', '/v1/journeys', headers, { partner });
      assert.equal(status, 201, text);
      return body.journeyId;
    }

    it('reach all others at once, and the one no more than ten at a time', async () => {
      const starts = Array.from({ length: JOURNEYS }, () => start('acme', client.credentials.origin));
      journeys = await Promise.all(starts);
      await until('as many as may be are under way', () => held.length === AT_A_TIME);
      const quick = await start('beta', other.origin);
      await until('the other partner hears', () => heard.has(quick));
      assert.equal(held.length, AT_A_TIME);
      assert.equal(new Set(heldJourneys).size, AT_A_TIME);
    });

    it('go on as soon as one place is free', async () => {
      held.shift()?.writeHead(204).end();
      await until('the next one goes', () => held.length === AT_A_TIME);
      assert.equal(heldJourneys.length, AT_A_TIME + 1);
    });

    it('are broken off on closing, and made by whoever comes next, each as the first attempt', async () => {
      await client.close();
      assert.notEqual(await Promise.race([bff.close(), sleep(LONG_MS, 'late', { ref: false })]), 'late');
      [isHung, held] = [false, []];
      await open();
      const [answered] = heldJourneys;
      const rest = journeys.filter((id) => id !== answered);
      await until('all are delivered', () => rest.every((id) => heard.has(id)));
      type Listed = { deliveries: { attempts: number; status: string }[] };
      const headers = { authorization: `Bearer ${environment['PARTNER_API_KEY']}` };
      const delivered = async () => {
        const { body } = await client.call<Listed>('GET', '/v1/partner/deliveries?status=delivered', headers);
        return body.deliveries;
      };
      await until('all are known to be', async () => (await delivered()).length === JOURNEYS);
      assert.deepEqual(new Set((await delivered()).map(({ attempts }) => attempts)), new Set([1]));
    });
  });
}
