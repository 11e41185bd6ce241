import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { OtherAtto } from '../support/other-atto.ts';
import { type BffProcess, bffEnvironment, startBffProcess } from '../support/start-bff.ts';
import { until } from '../support/until.ts';

const CANARY = 'canary-value-that-was-sent';

let atto: OtherAtto;
let bff: BffProcess;

before(async () => {
  atto = await OtherAtto.start();
  bff = await startBffProcess(bffEnvironment(atto, { LOG_LEVEL: 'info' }));
});

after(async () => {
  await bff.close();
  await atto.close();
});

describe('the line of a request', () => {
  it('that ended in a problem says which, so that the reference that support is told leads somewhere', async () => {
    const { body } = await bff.client.start({}, CANARY);
    const line = await lineOf(body);
    assert.deepEqual([line.status, line.code, line.pointers], [401, 'invalid_token', undefined]);
  });

  it('with wrong fields names them, and never what stood in them', async () => {
    const { body } = await bff.client.start({ providerId: `${CANARY}?`, customer_ref: CANARY });
    const line = await lineOf(body);
    assert.deepEqual([line.status, line.code], [400, 'invalid_request']);
    assert.deepEqual(line.pointers, ['/providerId', '/customer_ref']);
    assert.doesNotMatch(bff.output(), new RegExp(CANARY));
  });

  it('names no field whose name may be a value, and not more than eight', async () => {
    const letters = Object.fromEntries([...'abcdefghijkl'].map((letter) => [letter, 1]));
    const { body } = await bff.client.start({ 'ada@mail.example': 1, [CANARY]: 1, ...letters });
    const { pointers } = await lineOf(body);
    assert.deepEqual(pointers, ['/a', '/b', '/c', '/d', '/e', '/f', '/g', '/h']);
  });

  it('that went well says nothing of problems', async () => {
    await bff.client.call('GET', '/healthz');
    const line = await written(({ route }) => route === '/healthz');
    assert.deepEqual([line.status, line.code], [200, undefined]);
  });
});

interface Line {
  traceId: string;
  route: string;
  status: number;
  code?: string;
  pointers?: string[];
}

/** The line that belongs to a problem. */
async function lineOf(problem: object): Promise<Line> {
  const { traceId } = problem as Line;
  return written((line) => line.traceId === traceId);
}

/** A line is written after its answer. */
async function written(isMeant: (line: Line) => boolean): Promise<Line> {
  await until('the line is written', () => bff.entries<Line>().some(isMeant));
  return bff.entries<Line>().find(isMeant) as Line;
}
