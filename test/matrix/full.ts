/**
 * `npm run test:full`: every scenario in every engine that is here. Writes `test/results/matrix.json`; ends with status 1
 * if one failed or an engine is missing. `node test/matrix/full.ts Chromium Firefox` plays in these only and writes nothing.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type EngineName, engineKinds, whyMissing } from './engines.ts';
import { inParallel } from './in-parallel.ts';
import { play, type Result } from './player.ts';
import { everyScenario, nameOf } from './scenario.ts';

const ENGINES_AT_A_TIME = 2;
const SCENARIOS_AT_A_TIME = 3;
const RESULT_FILE = new URL('../results/matrix.json', import.meta.url);

interface EngineResult {
  engine: EngineName;
  version: string;
  played: number;
  passed: number;
  failed: number;
  /** How many had to be played again because they were late. */
  playedTwice: number;
  /** The longest that a page or the partner's server took to know a fact. */
  slowestMilliseconds: number;
  scenarios: Result[];
}

const only = process.argv.slice(2);
const chosen = engineKinds.filter(({ name }) => only.length === 0 || only.includes(name));
const missing = chosen.flatMap(({ name }) => (whyMissing(name) ? [{ engine: name, reason: whyMissing(name) }] : []));
const present = chosen.filter(({ name }) => !whyMissing(name));
const commit = git('rev-parse', 'HEAD');
const isClean =
  git('status', '--porcelain', '--', 'widget/src', 'bff/src', 'demo', 'test/matrix', 'test/support') === '';
const start = Date.now();

const engines = await inParallel(present, ENGINES_AT_A_TIME, async ({ name, start: launch }): Promise<EngineResult> => {
  const engine = await launch();
  const scenarios = await inParallel(everyScenario, SCENARIOS_AT_A_TIME, async (scenario) => {
    const result = await play(engine, scenario);
    console.log(`${result.passed ? 'ok    ' : 'FAILED'} ${name}: ${nameOf(scenario)}, ${result.milliseconds} ms`);
    if (result.failure) console.log(result.failure);
    return result;
  });
  const { version } = engine;
  await engine.close();
  const passed = scenarios.filter((result) => result.passed).length;
  const waits = scenarios.flatMap(({ measured }) => measured.map(({ milliseconds }) => milliseconds));
  return {
    engine: name,
    version,
    played: scenarios.length,
    passed,
    failed: scenarios.length - passed,
    playedTwice: scenarios.filter(({ attempts }) => attempts > 1).length,
    slowestMilliseconds: Math.max(0, ...waits),
    scenarios,
  };
});

const failures = engines.flatMap(({ engine, scenarios }) =>
  scenarios.filter(({ passed }) => !passed).map((scenario) => `${engine}: ${nameOf(scenario)}`),
);
if (only.length === 0) {
  const result = {
    commit,
    isClean,
    at: new Date(start).toISOString(),
    seconds: Math.round((Date.now() - start) / 1000),
    node: process.version,
    missing,
    failures,
    engines,
  };
  writeFileSync(RESULT_FILE, `${JSON.stringify(result, null, 1)}\n`);
}
console.table(engines.map(({ scenarios: _, ...counts }) => counts));
for (const failure of failures) console.log(`failed: ${failure}`);
for (const { engine, reason } of missing) console.log(`missing: ${engine} (${reason})`);
process.exitCode = failures.length + missing.length === 0 ? 0 : 1;

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}
