/** What PostgreSQL cannot store or look for is refused at the door, and keeps nothing else from being stored. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { Batches } from '../../bff/src/batches.ts';
import { LocalInbox } from '../../bff/src/notifications/local-inbox.ts';
import { ClockedStage } from '../support/clocked-stage.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

describe('U+0000, with PostgreSQL', () => {
  let postgres: PostgresServer;
  let stage: ClockedStage;

  before(async () => {
    postgres = await startPostgres();
    stage = await ClockedStage.open({ DATABASE_URL: postgres.url, WEBHOOK_AUTH: 'none' });
  });
  after(async () => {
    await stage.close();
    await postgres.close();
  });

  it('makes a return unusable, and no error', async () => {
    for (const [customerRef, consentId] of [
      ['%00', 'x'],
      ['x', '%00'],
    ]) {
      const path = `/v1/return/acme?customer_ref=${customerRef}&state=success&consent_id=${consentId}`;
      assert.equal((await stage.client.call('GET', path, { 'sec-fetch-mode': 'navigate' })).status, 303);
    }
  });

  it('is refused in the address of a customer’s consent', async () => {
    const { status, body } = await stage.client.call<{ code: string }>('GET', '/v1/consents/a%00b');
    assert.deepEqual([status, body.code], [400, 'invalid_request']);
  });

  it('is refused in the addresses of the partner’s server', async () => {
    for (const answer of [stage.partner.consent('%00'), stage.partner.journey('%00'), stage.partner.invitation('%00')])
      assert.equal((await answer).status, 400);
  });

  it('is refused in a body, and nothing beside it is', async () => {
    const journey = await stage.client.launched('cust-1');
    const consent = stage.consent(journey);
    const bad = { ...stage.atto.notification(consent), eventId: 'x\u0000y' };
    const good = Array.from({ length: 20 }, () => stage.atto.notification(consent));
    const answers = await Promise.all([...good.slice(0, 10), bad, ...good.slice(10)].map((body) => send(body)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [...Array(10).fill(204), 400, ...Array(10).fill(204)],
    );
    const claim = { customerRef: journey.reference, state: 'success', consentId: 'a\u0000b' };
    assert.equal((await stage.client.redeem(journey, claim)).status, 400);
  });

  it('is none where a backslash stands before its name', async () => {
    const consent = stage.consent(await stage.client.launched('cust-1'));
    assert.equal((await send({ ...stage.atto.notification(consent), extra: '\\u0000' })).status, 204);
    assert.equal((await send({ ...stage.atto.notification(consent), extra: '\\\u0000' })).status, 400);
  });

  it('nor is anything else that no index takes: a reference of 20 kB is nobody’s', async () => {
    const consent = stage.consent(await stage.client.launched('cust-1'));
    const long = 'x'.repeat(20_000);
    const { eventId: _, ...event } = stage.atto.notification(consent);
    const data = { ...(event['data'] as object), customerReference: long };
    assert.equal((await send({ ...event, eventId: 'long', data })).status, 204);
    assert.doesNotMatch(stage.bff.output(), /could not be worked off/);
  });

  function send(body: object) {
    return stage.client.webhook(body, { authorization: undefined });
  }
});

describe('an address that no URL can have', () => {
  it('is read all the same: a whole URL with an impossible port', async () => {
    const stage = await ClockedStage.open();
    const { port } = new URL(stage.client.url);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'GET http://a:99999/v1/return/acme?customer_ref=canary-1&state=error&error=x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    );
    const answer = await text(socket);
    await stage.close();
    assert.match(answer, /^HTTP\/1\.1 303 /);
    assert.doesNotMatch(stage.bff.output(), /canary-1/);
  });
});

describe('what is refused for itself', () => {
  it('does not fail those that it is written with', async () => {
    const written: number[] = [];
    const batches = new Batches<number, number>(
      async (numbers) => {
        if (numbers.includes(13)) throw new Error('not 13');
        written.push(...numbers);
        return numbers;
      },
      100,
      () => true,
    );
    const results = await Promise.allSettled([1, 12, 13, 14].map((number) => batches.put(number)));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(written, [1, 12, 14]);
  });

  it('does not hold up the inbox, and stays in it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'atto-connect-inbox-'));
    const inbox = new LocalInbox(directory);
    for (const key of ['bad', 'good']) await inbox.put({ key, body: '{}', receivedAt: 0 });
    const taken: string[] = [];
    const accept = async ({ key }: { key: string }) => {
      if (key === 'bad') throw new Error('refused');
      taken.push(key);
    };
    const isAway = () => false;
    await assert.rejects(inbox.drain(accept, isAway), /refused/);
    assert.deepEqual(taken, ['good']);
    await inbox.drain(async ({ key }) => void taken.push(key), isAway);
    rmSync(directory, { recursive: true, force: true });
    assert.deepEqual(taken, ['good', 'bad']);
  });
});
