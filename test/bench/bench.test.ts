/** The benchmarks in brief: that they run, and say what they found. What they find beside other tests proves nothing. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { NODE_OPTIONS } from './bff-under-load.ts';
import type { Bound } from './rows/row.ts';
import { shortfalls } from './rows/row.ts';

const BENCH = new URL('./bench.ts', import.meta.url).pathname;

interface Report {
  commit: string;
  rows: { figure: string; met: boolean; bounds: Bound[]; measured: object }[];
  shortfalls: string[];
}

describe('the benchmarks', () => {
  it('measure every server row of the design, and say which bounds are missed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'atto-bench-'));
    const file = join(directory, 'bench.json');
    try {
      await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', BENCH, '--brief', file]);
      const report = JSON.parse(await readFile(file, 'utf8')) as Report;
      const expected = [
        /start to ready/,
        /memory/,
        /status poll/,
        /304/,
        /waiting/,
        /SQLite/,
        /PostgreSQL/,
        /calls/,
        /knows/,
      ];
      for (const figure of expected)
        assert.ok(
          report.rows.some((row) => figure.test(row.figure)),
          String(figure),
        );
      for (const { figure, bounds, measured } of report.rows) {
        assert.ok(bounds.length > 0 && Object.keys(measured).length > 0, figure);
        for (const bound of bounds) assert.ok(Number.isFinite(bound.measured), `${figure}: ${bound.name}`);
      }
      const missed = report.rows.filter(({ met }) => !met).map(({ figure }) => figure);
      assert.deepEqual(
        new Set(report.shortfalls.map((line) => missed.find((figure) => line.startsWith(figure)))),
        new Set(missed),
      );
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('run the bff as the README has it run', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    assert.ok(readme.includes(`NODE_OPTIONS=${NODE_OPTIONS} npx atto-connect-bff`));
  });

  it('call a bound missed that is missed, on either side', () => {
    const row = {
      figure: 'the figure',
      bounds: [
        { name: 'low', measured: 0.5, atLeast: 0.6 },
        { name: 'high', measured: 30, atMost: 20 },
        { name: 'fine', measured: 1, atLeast: 1, atMost: 1 },
      ],
      measured: {},
      cause: 'Because.',
    };
    assert.deepEqual(shortfalls(row), [
      'the figure: low is 0.5, wanted at least 0.6. Because.',
      'the figure: high is 30, wanted at most 20. Because.',
    ]);
  });
});
