import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { afterAttempt, type Delivery } from '../../bff/src/deliveries/delivery.ts';
import { startBff } from '../../bff/src/start.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { bffEnvironment } from '../support/start-bff.ts';

const HOUR_MS = 3_600_000;

describe("events that are delivered to the partner's own webhook", () => {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const heard: { headers: IncomingMessage['headers']; body: string }[] = [];
  let answer: (body: string) => number = () => 204;
  const receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const status = answer(body);
    if (status < 300) heard.push({ headers: request.headers, body });
    response.writeHead(status).end();
  });
  let atto: OtherAtto;
  let bff: Awaited<ReturnType<typeof startBff>>;
  let environment: Record<string, string | undefined>;

  before(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    atto = await OtherAtto.start();
    environment = bffEnvironment(atto, {
      PARTNER_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/heard`,
      PARTNER_WEBHOOK_SECRET: secret,
    });
    bff = await startBff(environment);
  });
  after(async () => {
    await bff.close();
    await atto.close();
    receiver.close();
  });

  async function start(): Promise<string> {
    const response = await fetch(`${bff.url}/v1/journeys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ partner: 'acme' }),
    });
    return ((await response.json()) as { journeyId: string }).journeyId;
  }

  async function partner<T>(path: string): Promise<T> {
    const headers = { authorization: `Bearer ${environment['PARTNER_API_KEY']}` };
    return (await (await fetch(`${bff.url}/v1/partner/${path}`, { headers })).json()) as T;
  }

  async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 5000; !(await isTrue()); ) {
      assert.ok(Date.now() < deadline, 'it did not happen within five seconds');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('are signed so that the package of the specification accepts them, and say what the events say', async () => {
    const journeyId = await start();
    await until(() => heard.some(({ body }) => body.includes(journeyId)));
    const { headers, body } = heard.find((each) => each.body.includes(journeyId)) ?? assert.fail();
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>) as {
      type: string;
      data: { cursor: string; status: string };
    };
    const { events } = await partner<{ events: { cursor: string; type: string; status: string }[] }>('events');
    const event = events.find(({ cursor }) => cursor === verified.data.cursor);
    assert.deepEqual([verified.type, verified.data.status], [event?.type, event?.status]);
    assert.throws(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>));
  });

  it('are tried again after a refusal, and said to be pending until then', async () => {
    answer = () => 500;
    const journeyId = await start();
    type Listed = { deliveries: { type: string; status: string; attempts: number; problem: string | null }[] };
    await until(async () => {
      const { deliveries } = await partner<Listed>('deliveries?status=pending');
      return deliveries.some(({ attempts, problem }) => attempts === 1 && problem === 'status 500');
    });
    answer = () => 204;
    await bff.close();
    // The next attempt is due in five seconds; a clock that is ahead need not wait for them.
    assert.equal(
      heard.some(({ body }) => body.includes(journeyId)),
      false,
    );
    bff = await startBff(environment);
    for (const deadline = Date.now() + 9000; !heard.some(({ body }) => body.includes(journeyId)); ) {
      assert.ok(Date.now() < deadline, 'it was not tried again');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it("are nobody else's to list", async () => {
    const response = await fetch(`${bff.url}/v1/partner/deliveries`);
    assert.equal(response.status, 401);
  });
});

describe('a delivery that is refused', () => {
  const delivery: Delivery = {
    event: { cursor: 1, partnerId: 'acme', type: 'journey.updated', at: 0, data: {} },
    status: 'pending',
    attempts: 0,
    nextAt: 0,
    problem: null,
  };

  it('is tried for three days, each pause at least as long as the one before, and then has failed', () => {
    let [current, now] = [delivery, 0];
    const pauses: number[] = [];
    while (current.status === 'pending') {
      current = afterAttempt(current, { ok: false, problem: 'status 500' }, now, 0);
      if (current.nextAt === null) break;
      pauses.push(current.nextAt - now);
      now = current.nextAt;
    }
    assert.equal(current.status, 'failed');
    assert.deepEqual(
      pauses,
      pauses.toSorted((one, other) => one - other),
    );
    assert.ok(now > 60 * HOUR_MS && now <= 72 * HOUR_MS, `gave up after ${now / HOUR_MS} hours`);
  });

  it('is done once it is taken, whatever came before', () => {
    const refused = afterAttempt(delivery, { ok: false, problem: 'no answer' }, 0, 0);
    const taken = afterAttempt(refused, { ok: true }, 5000, 0);
    assert.deepEqual([taken.status, taken.attempts, taken.nextAt, taken.problem], ['delivered', 2, null, null]);
  });
});
