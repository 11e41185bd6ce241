import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Trouble } from '../../bff/src/trouble.ts';
import { freePort } from '../../demo/free-port.ts';
import { OtherAtto } from '../support/other-atto.ts';
import { bffEnvironment, startBffProcess } from '../support/start-bff.ts';

interface Line {
  level: number;
  msg: string;
}

describe('what is tried again and again, and fails', () => {
  it('is said once, again for another reason, and once more when it is over', () => {
    const lines: Line[] = [];
    const trouble = new Trouble(pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line)) }), 'lost');
    trouble.over();
    for (const reason of ['away', 'away', 'full', 'full']) trouble.because(new Error(reason));
    trouble.over();
    trouble.over();
    trouble.because(new Error('full'));
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [
        [50, 'lost'],
        [50, 'lost'],
        [30, 'over: lost'],
        [50, 'lost'],
      ],
    );
  });

  it('does not fill the log while PostgreSQL is away', async () => {
    const atto = await OtherAtto.start();
    const nobody = `postgres://127.0.0.1:${await freePort(0)}/journeys`;
    const bff = await startBffProcess(bffEnvironment(atto, { DATABASE_URL: nobody, LOG_LEVEL: 'info' }));
    for (let times = 0; times < 3; times++) {
      const answer = await bff.client.call('GET', '/v1/journeys/j_1', { authorization: 'Bearer token' });
      assert.equal(answer.status, 503);
    }
    await sleep(2000);
    await bff.close();
    await atto.close();
    const messages = bff.entries<Partial<Line>>().flatMap(({ msg }) => msg ?? []);
    assert.ok(messages.length > 0);
    assert.deepEqual(messages.toSorted(), [...new Set(messages)].toSorted());
  });
});
