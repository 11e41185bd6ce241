/**
 * `npm run test:full`: every scenario in every engine, one engine after the other: two at a time make each other late
 * where there are two cores, and what is to be shown within 5 s is not. Each engine has its own part of
 * `test/results/matrix.json`, written anew after every scenario; ends with status 1 unless everything was played and
 * passed. `npm run test:full -- Chromium` plays in this one only, and leaves what the file says of the others.
 */
import { inParallel } from '../support/in-parallel.ts';
import { LastingEngine } from './drivers/lasting-engine.ts';
import { AT_A_TIME, BUSY_AT_A_TIME, engineKinds, whyMissing } from './engines.ts';
import { Places } from './places.ts';
import { play, type Result } from './player.ts';
import { currentRun, type EngineResult, record, resultOf } from './result-file.ts';
import { everyScenario, nameOf } from './scenario.ts';

const ENGINES_AT_A_TIME = 1;

const only = process.argv.slice(2);
const unknown = only.filter((name) => !engineKinds.some((kind) => kind.name === name));
if (unknown.length > 0) throw new Error(`no such engine: ${unknown.join(', ')}`);
const chosen = engineKinds.filter(({ name }) => only.length === 0 || only.includes(name));

const results = await inParallel(chosen, ENGINES_AT_A_TIME, (kind) =>
  playAllIn(kind).catch((error) => {
    console.error(`${kind.name}: ${error}`);
    return null;
  }),
);
console.table(results.flatMap((result) => (result ? [countsOf(result)] : [])));
for (const { engine, failures } of results.filter((result) => result !== null))
  for (const failure of failures) console.log(`failed: ${engine}: ${failure}`);
// Not by itself: a browser that hangs must not keep us.
process.exit(results.every((result) => result?.passed === everyScenario.length) ? 0 : 1);

async function playAllIn({ name, start }: (typeof engineKinds)[number]): Promise<EngineResult> {
  const why = whyMissing(name);
  if (why) throw new Error(why);
  const run = currentRun();
  const engine = await LastingEngine.start(start);
  const places = new Places(BUSY_AT_A_TIME);
  const scenarios: Result[] = [];
  const soFar = () => resultOf(run, name, engine.version, everyScenario.length, scenarios);
  await inParallel(everyScenario, AT_A_TIME, async (scenario) => {
    const result = await play(engine, scenario, places);
    scenarios.push(result);
    record(soFar());
    const { passed, milliseconds, playedAgainBecause, failure } = result;
    const count = `${scenarios.length}/${everyScenario.length}`;
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} ${count}: ${nameOf(scenario)}, ${milliseconds} ms`);
    if (playedAgainBecause) console.log(`       played twice: ${playedAgainBecause}`);
    if (failure) console.log(failure);
  });
  await engine.close().catch(console.error);
  return soFar();
}

function countsOf({
  engine,
  version,
  seconds,
  played,
  passed,
  failed,
  playedTwice,
  slowestMilliseconds,
}: EngineResult) {
  return { engine, version, seconds, played, passed, failed, playedTwice, slowestMilliseconds };
}
