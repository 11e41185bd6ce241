import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { AttoError } from '../../bff/src/atto/atto-connection.ts';
import { AttoBudget, type Purpose } from '../../bff/src/atto/budget.ts';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';
import { Stage } from '../support/stage.ts';

const MINUTE_MS = 60_000;

describe("Atto's quota", () => {
  const directory = mkdtempSync(join(tmpdir(), 'atto-budget-'));
  const store = new SqliteStore(directory);
  let now = 1_700_000_000_000;
  let application = 0;

  after(async () => {
    await store.close();
    rmSync(directory, { recursive: true, force: true });
  });

  function budget(perMinute: number, applicationId = `application-${++application}`): AttoBudget {
    return new AttoBudget(store, { applicationId, budget: perMinute }, () => now);
  }

  async function isGiven(purse: AttoBudget, purpose: Purpose): Promise<boolean> {
    return purse.take(purpose).then(
      () => true,
      (error: unknown) => {
        assert.ok(error instanceof AttoError && error.status === 429);
        return false;
      },
    );
  }

  async function takeAll(purse: AttoBudget, purpose: Purpose): Promise<number> {
    let taken = 0;
    while (await isGiven(purse, purpose)) taken += 1;
    return taken;
  }

  it('is never exceeded in any sixty seconds, however the calls are spread', async () => {
    const purse = budget(50);
    const calls: number[] = [];
    for (let step = 0; step < 400; step += 1) {
      now += (step * 7919) % 900;
      if (await isGiven(purse, 'return')) calls.push(now);
    }
    for (const from of calls) {
      const within = calls.filter((at) => at >= from && at < from + MINUTE_MS).length;
      assert.ok(within <= 50, `${within} calls in a minute`);
    }
    assert.ok(calls.length > 100);
  });

  it('keeps something back for returns, whatever webhooks and reconciliation take', async () => {
    const purse = budget(100);
    assert.equal(await takeAll(purse, 'launch'), 45);
    assert.equal(await takeAll(purse, 'reconciliation'), 5);
    assert.equal(await takeAll(purse, 'notification'), 5);
    assert.equal(await purse.available('notification'), 0);
    assert.equal(await takeAll(purse, 'claim'), 15);
    assert.equal(await takeAll(purse, 'many'), 10);
    assert.equal(await takeAll(purse, 'return'), 20);
  });

  it('is one for all processes that share a store', async () => {
    const [one, two] = [budget(40, 'shared'), budget(40, 'SHARED')];
    const results = await Promise.all(Array.from({ length: 60 }, (_, n) => isGiven(n % 2 === 0 ? one : two, 'return')));
    assert.equal(results.filter(Boolean).length, 40);
  });

  it('says when there is some again, and then there is', async () => {
    const purse = budget(3);
    await takeAll(purse, 'return');
    const error = await purse.take('return').catch((thrown: unknown) => thrown as AttoError);
    const seconds = (error as AttoError).retryAfterSeconds ?? 0;
    assert.ok(seconds > 55 && seconds <= 61, `${seconds} s`);
    now += seconds * 1000;
    assert.equal(await isGiven(purse, 'return'), true);
  });

  it('is closed for all while Atto refuses', async () => {
    const [one, two] = [budget(100, 'refused'), budget(100, 'refused')];
    await one.close(7);
    assert.equal(await isGiven(two, 'return'), false);
    now += 7000;
    assert.equal(await isGiven(two, 'return'), true);
  });

  it('is not lost for an hour when the clock, or that of another machine, was an hour ahead', async () => {
    const purse = budget(30);
    now += 3_600_000;
    await takeAll(purse, 'return');
    await purse.close(60);
    now -= 3_600_000;
    assert.equal(await takeAll(purse, 'return'), 30);
  });
});

describe('a customer who has come back', () => {
  it('is not kept waiting because nothing is left of the quota for webhooks', async () => {
    const stage = await Stage.open({ ATTO_BUDGET: '20', ATTO_VALIDATION_TOKEN: 'off' });
    try {
      for (let spent = 0; spent < 11; spent += 1) await stage.connected();
      const journey = await stage.client.launched();
      const consent = stage.consent(journey, { consentStatus: 'Pending' });
      const returned = await stage.claim(journey, consent);
      assert.equal(returned.body.status, 'returned');
      stage.change(consent, { consentStatus: 'Active' });
      assert.equal((await stage.next(journey, returned, 5)).body.status, 'connected');
    } finally {
      await stage.close();
    }
  });
});
