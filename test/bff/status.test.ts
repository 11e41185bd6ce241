import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import { cancel, type Journey } from '../../bff/src/journey/journey.ts';
import { updateJourney } from '../../bff/src/journey/update-journey.ts';
import { SqliteStore } from '../../bff/src/stores/sqlite-store.ts';
import { StoreUnavailableError } from '../../bff/src/stores/store.ts';
import { assertProblem } from '../support/assert-problem.ts';
import type { Answer, BffClient, HeaderValues, ViewOrProblem } from '../support/bff-client.ts';
import { mountBff } from '../support/mount-bff.ts';
import { Stage } from '../support/stage.ts';
import { bffEnvironment, type Environment, forget } from '../support/start-bff.ts';

/** Not held: far less than the 20 s that it would be, also on a machine that has much else to do. */
const SHORT_MS = 8000;

let stage: Stage;
let client: BffClient;

before(async () => {
  stage = await Stage.open();
  ({ client } = stage);
});

after(async () => {
  await stage.close();
});

describe('GET /v1/journeys/{id}', () => {
  it('needs a token', async () => {
    const journey = await client.started();
    const answer = await client.view(journey, { authorization: undefined });
    assertProblem(answer, 401, 'missing_token');
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
  });

  for (const token of ['x', 'A'.repeat(43), 'a'.repeat(8000), "' OR 1=1 --"]) {
    it(`needs a token of ours, not ${token.slice(0, 12)}`, async () => {
      const journey = await client.started();
      const answer = await client.view(journey, { authorization: `Bearer ${token}` });
      assertProblem(answer, 401, 'invalid_token');
    });
  }

  it('tells another journey apart from one that never was by nothing', async () => {
    const [mine, yours] = [await client.started('cust-1'), await client.started('cust-2')];
    const answers = [
      await client.view({ ...mine, journeyId: yours.journeyId }),
      await client.view({ ...mine, journeyId: 'j_AAAAAAAAAAAAAAAAAAAAAA' }),
      await client.view({ ...mine, journeyId: '__proto__' }),
    ];
    for (const answer of answers) assertProblem(answer, 404, 'not_found');
    const [first, ...others] = answers.map(({ text }) => text.replace(/"traceId":"[^"]+"/, ''));
    for (const other of others) assert.equal(other, first);
  });

  it('opens no journey with another one’s token, on any route', async () => {
    const journeys = await Promise.all(Array.from({ length: 8 }, (_, index) => client.launched(`cust-${index}`)));
    const asks = [
      (held: StartedJourney) => client.view(held),
      (held: StartedJourney) => client.launchAgain(held),
      (held: StartedJourney) => client.cancel(held),
      (held: StartedJourney) => client.redeem(held, { handle: 'x' }),
    ];
    for (const { journeyId } of journeys) {
      for (const holder of journeys.filter((other) => other.journeyId !== journeyId)) {
        for (const ask of asks) assert.equal((await ask({ ...holder, journeyId })).status, 404);
      }
    }
    for (const journey of journeys) assert.equal((await client.view(journey)).body.status, 'launched');
  });

  it('says that the hour is over, with 200', async () => {
    const short = await Stage.open({ JOURNEY_SECONDS: '1' });
    const journey = await short.client.launched();
    const seen = await short.client.view(journey);
    await sleep(1100);
    const { status, body, headers } = await short.client.view(journey);
    const again = await short.client.launchAgain(journey);
    await short.close();
    assert.equal(status, 200);
    assert.equal(body.status, 'expired');
    assert.notEqual(headers['etag'], seen.headers['etag']);
    assert.deepEqual(body.error, {
      code: 'journey_expired',
      category: 'expired',
      retryable: true,
      action: 'retry',
      reference: journey.reference,
    });
    assert.equal(again.status, 200);
    assert.equal(again.body.status, 'expired');
  });
});

describe('the tag of a view', () => {
  it('saves sending what the page has', async () => {
    const journey = await client.started();
    const tag = await tagOf(journey);
    for (const header of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const { status, text, headers } = await client.view(journey, { 'if-none-match': header });
      assert.equal(status, 304, header);
      assert.equal(text, '');
      assert.equal(headers['etag'], tag);
      assert.equal(headers['cache-control'], 'no-store');
    }
  });

  it('is another one for whatever the page does not have', async () => {
    const journey = await client.started();
    for (const header of ['"0"', '""', 'x', '', '"1'])
      assert.equal((await client.view(journey, { 'if-none-match': header })).status, 200, header);
  });

  it('changes with every change that the page sees, and only then', async () => {
    const journey = await client.started();
    const tags = [await tagOf(journey), await tagOf(journey)];
    await client.go(journey.launchUrl);
    tags.push(await tagOf(journey));
    await client.launchAgain(journey);
    tags.push(await tagOf(journey));
    await client.cancel(journey);
    tags.push(await tagOf(journey));
    const [first, second, third, fourth, fifth] = tags;
    assert.equal(first, second);
    assert.notEqual(second, third);
    assert.equal(third, fourth);
    assert.notEqual(fourth, fifth);
  });
});

describe('waiting for a change', { concurrency: 16 }, () => {
  it('answers at once where the page has something older, or says nothing of what it has', async () => {
    const journey = await client.started();
    for (const headers of [{ prefer: 'wait=20' }, { prefer: 'wait=20', 'if-none-match': '"0"' }]) {
      const { answer, ms } = await timed(() => client.view(journey, headers));
      assert.equal(answer.status, 200);
      assert.ok(ms < SHORT_MS, `${ms} ms`);
    }
  });

  it('ends with 304 when the time is over, and says that it waited', async () => {
    const journey = await client.started();
    const tag = await tagOf(journey);
    const { answer, ms } = await timed(() => waiting(journey, tag, 'wait=1'));
    assert.equal(answer.status, 304);
    assert.equal(answer.headers['etag'], tag);
    assert.equal(answer.headers['preference-applied'], 'wait=1');
    assert.ok(ms >= 990 && ms < SHORT_MS, `${ms} ms`);
  });

  for (const prefer of ['respond-async, wait=1', 'wait=1; foo="some parameter"', 'WAIT = 1', 'wait="1"']) {
    it(`is understood as "${prefer}"`, async () => {
      const journey = await client.started();
      const { answer, ms } = await timed(async () => waiting(journey, await tagOf(journey), prefer));
      assert.equal(answer.status, 304);
      assert.ok(ms >= 990, `${ms} ms`);
    });
  }

  for (const prefer of ['wait=0', 'wait=-1', 'wait', 'wait=soon', 'await=20', 'wait=20s', 'respond-async']) {
    it(`is not understood as "${prefer}"`, async () => {
      const journey = await client.started();
      const { answer, ms } = await timed(async () => waiting(journey, await tagOf(journey), prefer));
      assert.equal(answer.status, 304);
      assert.ok(ms < SHORT_MS, `${ms} ms`);
    });
  }

  it('ends with the view as soon as it changes, and counts more than 25 s as 25', async () => {
    const journey = await client.started();
    const tag = await tagOf(journey);
    const answer = waiting(journey, tag, 'wait=600');
    await sleep(500);
    await client.cancel(journey);
    const { status, body, headers } = await answer;
    assert.equal(status, 200);
    assert.equal(body.status, 'cancelled');
    assert.equal(headers['preference-applied'], 'wait=25');
    assert.notEqual(headers['etag'], tag);
  });

  it('goes on over a change that the page does not see', async () => {
    const journey = await client.launched();
    const consent = stage.consent(journey, { consentStatus: 'Pending' });
    const { headers } = await stage.claim(journey, consent);
    const { answer, ms } = await timed(() => waiting(journey, headers['etag'] ?? '', 'wait=4'));
    assert.ok(stage.asked(consent) >= 2, 'Atto was asked in between');
    assert.equal(answer.status, 304);
    assert.ok(ms >= 3990, `${ms} ms`);
  });

  it('ends with the hour of the journey', async () => {
    const short = await Stage.open({ JOURNEY_SECONDS: '2' });
    const journey = await short.client.launched();
    const seen = await short.client.view(journey);
    const { answer, ms } = await timed(() => short.next(journey, seen, 20));
    const ended = await timed(() => short.next(journey, answer, 20));
    await short.close();
    assert.equal(answer.body.status, 'expired');
    assert.ok(ms < 2000 + SHORT_MS, `${ms} ms`);
    assert.equal(ended.answer.status, 304);
    assert.ok(ended.ms < SHORT_MS, `${ended.ms} ms`);
  });

  it('goes on after the connection, for news of the data', async () => {
    const { journey, consent } = await stage.connected();
    const seen = await client.view(journey);
    const answer = stage.next(journey, seen, 10);
    await sleep(200);
    await client.webhook(stage.atto.notification(consent, { dataAvailability: 'Partial' }));
    assert.equal((await answer).body.dataAvailability, 'Partial');
  });

  const ended: Record<string, () => Promise<StartedJourney>> = {
    'was disconnected': async () => {
      const { journey } = await stage.connected();
      await client.call('POST', `/v1/journeys/${journey.journeyId}/disconnect`, bearer(journey), {});
      return journey;
    },
    'was disowned': async () => {
      const journey = await client.launched();
      const consent_id = String(stage.consent(journey)['consentId']);
      const handle = await client.handle({ customer_ref: journey.reference, state: 'success', consent_id });
      await client.call('POST', `/v1/returns/${handle}/disown`, bearer(journey), {});
      return journey;
    },
    'failed for good': async () => {
      const journey = await client.launched();
      for (let count = 0; count < 5; count += 1) await stage.claim(journey, stage.consent({ reference: 'cust-9' }));
      return journey;
    },
  };
  for (const [what, end] of Object.entries(ended)) {
    it(`does not hold where the journey ${what}`, async () => {
      const journey = await end();
      const { answer, ms } = await timed(async () => waiting(journey, await tagOf(journey), 'wait=20'));
      assert.equal(answer.status, 304);
      assert.notEqual((await client.view(journey)).body.status, 'launched');
      assert.ok(ms < SHORT_MS, `${ms} ms`);
    });
  }

  it('is over for the first when a sixth comes', async () => {
    const journey = await client.started();
    const tag = await tagOf(journey);
    const order: number[] = [];
    const waits = Array.from({ length: 6 }, async (_, index) => {
      await sleep(index * 60);
      const answer = await waiting(journey, tag, 'wait=20');
      order.push(index);
      return answer;
    });
    await waits[0];
    await sleep(300);
    assert.deepEqual(order, [0]);
    await client.cancel(journey);
    const [first, ...others] = await Promise.all(waits);
    assert.equal(first?.status, 304);
    for (const { body } of others) assert.equal(body.status, 'cancelled');
  });

  it('finds no seat where an address has taken its share, and says when to come back', async () => {
    const narrow = await Stage.open({ LIMIT_WAITS_PER_ADDRESS: '1' });
    const [first, second] = [await narrow.client.started(), await narrow.client.started()];
    const wait = (journey: StartedJourney, seconds: number) =>
      timed(() => narrow.client.view(journey, { 'if-none-match': '"1"', prefer: `wait=${seconds}` }));
    const held = wait(first, 20);
    await sleep(500);
    const { answer, ms } = await wait(second, 20);
    await narrow.client.cancel(first);
    await held;
    const free = await wait(second, 1);
    await narrow.close();
    assert.equal(answer.status, 304);
    assert.match(answer.headers['retry-after'] ?? '', /^\d+$/);
    assert.equal(answer.headers['preference-applied'], undefined);
    assert.ok(ms < SHORT_MS, `${ms} ms`);
    assert.ok(free.ms >= 990, `${free.ms} ms`);
  });

  it('leaves no partner more than two fifths of the seats', async () => {
    const narrow = await Stage.open({ LIMIT_WAITS: '5' });
    const journeys = await Promise.all(Array.from({ length: 3 }, () => narrow.client.started()));
    const waits = await Promise.all(
      journeys.map((journey) => timed(() => narrow.client.view(journey, { 'if-none-match': '"1"', prefer: 'wait=4' }))),
    );
    await narrow.close();
    const turnedAway = waits.filter(({ answer }) => answer.headers['retry-after'] !== undefined);
    assert.equal(turnedAway.length, 1);
    assert.ok(waits.filter(({ ms }) => ms >= 3990).length === 2);
  });
});

describe('an answer that was waited for', () => {
  it('says all that one says that was not', async () => {
    const journey = await client.started();
    const { headers: plain } = await client.view(journey);
    const answer = waiting(journey, plain['etag'] ?? '', 'wait=20');
    await sleep(300);
    await client.cancel(journey);
    const { headers } = await answer;
    const names = ['access-control-allow-origin', 'access-control-expose-headers', 'vary', 'cache-control'];
    const more = ['content-type', 'content-security-policy', 'x-content-type-options', 'strict-transport-security'];
    for (const name of [...names, ...more]) {
      assert.ok(plain[name], name);
      assert.equal(headers[name], plain[name], name);
    }
  });

  it('is as long as it says', async () => {
    const journey = await client.started();
    const { headers, text } = await client.view(journey);
    assert.equal(headers['content-length'], String(Buffer.byteLength(text)));
  });
});

describe('a page that waits and goes away', () => {
  it('leaves its seat to another', async () => {
    const narrow = await Stage.open({ LIMIT_WAITS_PER_ADDRESS: '1' });
    const [first, second] = [await narrow.client.started(), await narrow.client.started()];
    const leaving = new AbortController();
    const { origin } = narrow.client.credentials;
    const held = fetch(`${narrow.client.url}/v1/journeys/${first.journeyId}`, {
      headers: { authorization: `Bearer ${first.journeyToken}`, origin, 'if-none-match': '"1"', prefer: 'wait=20' },
      signal: leaving.signal,
    });
    await sleep(500);
    leaving.abort();
    await assert.rejects(held);
    await sleep(200);
    const { answer, ms } = await timed(() => narrow.client.view(second, { 'if-none-match': '"1"', prefer: 'wait=1' }));
    await narrow.close();
    assert.equal(answer.headers['retry-after'], undefined);
    assert.ok(ms >= 990, `${ms} ms`);
  });

  it('before it was seated takes none', async () => {
    let isSlow = false;
    const slowly = async (read: ReadJourney) => {
      if (isSlow) await sleep(500);
      return read();
    };
    const answer = await whereReading(slowly, { LIMIT_WAITS_PER_ADDRESS: '1' }, async (bff) => {
      const [first, second] = [await bff.started(), await bff.started()];
      const waits = { origin: bff.credentials.origin, 'if-none-match': '"1"', prefer: 'wait=20' };
      isSlow = true;
      const leaving = fetch(`${bff.url}/v1/journeys/${first.journeyId}`, {
        headers: { ...waits, authorization: `Bearer ${first.journeyToken}` },
        signal: AbortSignal.timeout(200),
      });
      await assert.rejects(leaving);
      isSlow = false;
      await sleep(600);
      return bff.view(second, { ...waits, prefer: 'wait=1' });
    });
    assert.equal(answer.headers['retry-after'], undefined);
    assert.equal(answer.headers['preference-applied'], 'wait=1');
  });
});

describe('a store that fails while a page waits', () => {
  it('is a problem that the page may read, when there is news', async () => {
    const seen = await newsWhereReadingFails(Number.POSITIVE_INFINITY);
    assertProblem(seen, 503, 'store_unavailable');
    assert.equal(seen.headers['access-control-allow-origin'], client.credentials.origin);
    assert.match(seen.headers['content-security-policy'] ?? '', /default-src 'none'/);
  });

  it('is read once more', async () => {
    assert.equal((await newsWhereReadingFails(1)).body.status, 'cancelled');
  });

  /** What a page that waits is answered with when its journey is cancelled, and cannot be read so many times. */
  function newsWhereReadingFails(times: number): Promise<Answer<ViewOrProblem>> {
    let failures = 0;
    const failing = async (read: ReadJourney) => {
      if (failures-- > 0) throw new StoreUnavailableError('away');
      return read();
    };
    return whereReading(failing, {}, async (bff, store) => {
      const journey = await bff.started();
      const answer = bff.view(journey, { 'if-none-match': '"1"', prefer: 'wait=20' });
      await sleep(300);
      failures = times;
      await updateJourney(store, journey.journeyId, (current) => cancel(current, Date.now()));
      return answer;
    });
  }
});

describe('a page that is about to wait', () => {
  it('misses no change that comes between looking and sitting down', async () => {
    let meanwhile = async (_journey: Journey) => {};
    const late = async (read: ReadJourney) => {
      const journey = await read();
      if (journey !== null) await meanwhile(journey);
      return journey;
    };
    const { answer, ms } = await whereReading(late, {}, async (bff, store) => {
      const journey = await bff.started();
      meanwhile = async ({ id }) => {
        meanwhile = async () => {};
        await updateJourney(store, id, (current) => cancel(current, Date.now()));
      };
      return timed(() => bff.view(journey, { 'if-none-match': '"1"', prefer: 'wait=20' }));
    });
    assert.equal(answer.body.status, 'cancelled', answer.text);
    assert.ok(ms < SHORT_MS, `${ms} ms`);
  });
});

describe('a webhook', () => {
  it('reaches a page that waits within 100 ms', async () => {
    const delays: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      const { journey, consent } = await stage.connected();
      const seen = await client.view(journey);
      const answer = stage.next(journey, seen, 10).then(() => performance.now());
      await sleep(100);
      await client.webhook(stage.atto.notification(consent, { dataAvailability: 'Complete' }));
      const acknowledged = performance.now();
      delays.push((await answer) - acknowledged);
    }
    const median = delays.sort((a, b) => a - b)[4] ?? Number.NaN;
    assert.ok(median < 100, `${delays.map(Math.round)} ms`);
  });
});

type ReadJourney = () => Promise<Journey | null>;

/** A bff that reads journeys by their tokens in another way; beside it the store as it is. */
async function whereReading<T>(
  byToken: (read: ReadJourney) => Promise<Journey | null>,
  changes: Environment,
  use: (bff: BffClient, store: SqliteStore) => Promise<T>,
): Promise<T> {
  const environment = bffEnvironment(stage.atto, changes);
  const plain = new SqliteStore(environment['DATA_DIR'] ?? '');
  const store = new Proxy(plain, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      if (name !== 'journeyByToken') return method.bind(target);
      return (...given: unknown[]) => byToken(() => method.apply(target, given));
    },
  });
  const bff = await mountBff(environment, store);
  try {
    return await use(bff.client, plain);
  } finally {
    await bff.close();
    await plain.close();
    forget(environment);
  }
}

function bearer({ journeyToken }: StartedJourney): HeaderValues {
  return { authorization: `Bearer ${journeyToken}`, 'content-type': 'application/json' };
}

async function tagOf(journey: StartedJourney): Promise<string> {
  return (await client.view(journey)).headers['etag'] ?? '';
}

async function waiting(journey: StartedJourney, tag: string, prefer: string): Promise<Answer<ViewOrProblem>> {
  const headers: HeaderValues = { 'if-none-match': tag, prefer };
  return client.view(journey, headers);
}

async function timed<T>(act: () => Promise<T>): Promise<{ answer: T; ms: number }> {
  const start = performance.now();
  const answer = await act();
  return { answer, ms: Math.round(performance.now() - start) };
}
