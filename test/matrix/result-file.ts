import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { EngineName } from './engines.ts';
import type { Result } from './player.ts';
import { nameOf } from './scenario.ts';

const RESULT_FILE = new URL('../results/matrix.json', import.meta.url);
const PLAYED = ['widget/src', 'bff/src', 'demo', 'test/matrix', 'test/support'];

/** What was played, and when. */
export interface Run {
  commit: string;
  /** Nothing of what is played differs from the commit. */
  isClean: boolean;
  at: string;
}

/** How one engine did, so far: a run that was broken off has played less than was planned. */
export interface EngineResult extends Run {
  engine: EngineName;
  version: string;
  node: string;
  seconds: number;
  planned: number;
  played: number;
  passed: number;
  failed: number;
  /** How many had to be played again, because they were late or the engine died. */
  playedTwice: number;
  /** The longest that a page or the partner's server took to know a fact. */
  slowestMilliseconds: number;
  failures: string[];
  scenarios: Result[];
}

export function currentRun(): Run {
  return {
    commit: git('rev-parse', 'HEAD'),
    isClean: git('status', '--porcelain', '--', ...PLAYED) === '',
    at: new Date().toISOString(),
  };
}

export function resultOf(
  run: Run,
  engine: EngineName,
  version: string,
  planned: number,
  scenarios: Result[],
): EngineResult {
  const passed = scenarios.filter((result) => result.passed).length;
  const waits = scenarios.flatMap(({ measured }) => measured.map(({ milliseconds }) => milliseconds));
  return {
    engine,
    version,
    ...run,
    node: process.version,
    seconds: Math.round((Date.now() - Date.parse(run.at)) / 1000),
    planned,
    played: scenarios.length,
    passed,
    failed: scenarios.length - passed,
    playedTwice: scenarios.filter(({ attempts }) => attempts > 1).length,
    slowestMilliseconds: Math.max(0, ...waits),
    failures: scenarios.filter((result) => !result.passed).map(nameOf),
    scenarios,
  };
}

/** Puts this in the place of what the file said of the engine; what it says of the others stays. */
export function record(result: EngineResult): void {
  const others = recorded().filter(({ engine }) => engine !== result.engine);
  const engines = [...others, result].sort((a, b) => a.engine.localeCompare(b.engine));
  const part = new URL('matrix.json.part', RESULT_FILE);
  writeFileSync(part, `${JSON.stringify({ engines }, null, 1)}\n`);
  renameSync(part, RESULT_FILE);
}

function recorded(): EngineResult[] {
  try {
    return (JSON.parse(readFileSync(RESULT_FILE, 'utf8')) as { engines: EngineResult[] }).engines;
  } catch {
    return [];
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
