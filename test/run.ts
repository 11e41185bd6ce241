/**
 * `npm run test:all`: everything there is to prove, in one go. Nothing stops it half-way: a red part does not hide what
 * the next one has to say. Ends in a table, every skip and every failure with its reason, and one line of totals.
 *
 * `node test/run.ts bff journey` runs only these suites; `node test/run.ts test/bff/health.test.ts` only that file.
 */
import { globSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { missingEngines } from './support/engines.ts';
import { inParallel } from './support/in-parallel.ts';
import { ProcessGroup } from './support/process-group.ts';
import { closingLine, emptyTally, failureOf, isGood, sum, type Tally } from './support/tally.ts';
import { runTestFile } from './support/test-file.ts';
import { runWidgetSuite } from './support/widget-suite.ts';

interface Part {
  suite: string;
  run(): Tally | Promise<Tally>;
}

/** Two at a time: the machines that this runs on have two cores, and more only makes waiting tests slow. */
const CONCURRENCY = 2;
const isCi = process.env['CI'] === 'true';
const start = performance.now();

process.chdir(dirname(import.meta.dirname));
// Each file is a process, and many start others: all of them read the same modules.
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/node');

/** One after the other, since others need what they make. */
const steps: Part[] = [script('build'), engines()];

/**
 * In one line, so that none waits for the last part of another suite; what takes longest comes first. In the matrix a
 * page has five seconds to know a fact: it has one engine at a time, and beside it what is at rest half of the time.
 */
const line: Part[] = [
  widget(),
  script('check'),
  oneAfterTheOther(filesOf('matrix')),
  ...['bff', 'bench', 'examples', 'journey', 'package', 'demo'].flatMap(filesOf),
];

const parts: { suite: string; seconds: number; tally: Tally }[] = [];
const names = process.argv.slice(2);
for (const step of chosen(steps)) await attempt(step);
await inParallel([...chosen(line), ...others()], CONCURRENCY, attempt);
report();

/** Our own npm scripts; they test nothing by themselves, but red is red. */
function script(name: string): Part {
  return {
    suite: name,
    async run() {
      const { child, closed } = ProcessGroup.start('npm', ['run', '--silent', name], {
        shell: process.platform === 'win32',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const said = [child.stdout, child.stderr].map((stream) => (stream ? text(stream) : ''));
      const [code, ...printed] = await Promise.all([closed, ...said]);
      console.log(`\n── ${name} ──\n${printed.join('')}`);
      return { ...emptyTally(), failed: code === 0 ? [] : [failureOf(`npm run ${name}`, `it ended with ${code}`)] };
    },
  };
}

/** Suites leave out an engine that is not here; saying so once, by name, is what makes that a counted skip. */
function engines(): Part {
  return {
    suite: 'engines',
    run() {
      const skipped = missingEngines().map(({ name, reason }) => ({ test: `everything in ${name}`, reason }));
      console.log(skipped.length === 0 ? 'Chromium, Firefox and WebKitGTK are here.' : `${skipped.length} missing.`);
      return { ...emptyTally(), skipped };
    },
  };
}

function widget(): Part {
  return { suite: 'widget', run: () => runWidgetSuite('test/web-test-runner.config.ts') };
}

function filesOf(folder: string): Part[] {
  const found = globSync(`test/${folder}/**/*.test.ts`).sort();
  return found.map((file) => ({ suite: folder, run: () => runTestFile(file) }));
}

function oneAfterTheOther(parts: Part[]): Part {
  return {
    suite: parts[0]?.suite ?? '',
    async run() {
      const tallies: Tally[] = [];
      for (const part of parts) tallies.push(await part.run());
      return sum(tallies);
    },
  };
}

/** All of them, or those that are named. */
function chosen(all: Part[]): Part[] {
  return names.length === 0 ? all : all.filter(({ suite }) => names.includes(suite));
}

/** What names no suite is taken for a test file. */
function others(): Part[] {
  const suites = new Set([...steps, ...line].map(({ suite }) => suite));
  return names
    .filter((name) => !suites.has(name))
    .map((file) => ({ suite: basename(file), run: () => runTestFile(file) }));
}

async function attempt({ suite, run }: Part): Promise<void> {
  const begun = performance.now();
  let tally: Tally;
  try {
    tally = await run();
  } catch (error) {
    console.error(error);
    tally = { ...emptyTally(), failed: [failureOf(suite, error)] };
  }
  parts.push({ suite, seconds: secondsSince(begun), tally });
}

/** A suite's seconds are those of its files, of which two run at a time. */
function report(): void {
  const total = sum(parts.map(({ tally }) => tally));
  const rows = Object.entries(Object.groupBy(parts, ({ suite }) => suite)).map(([suite, own = []]) => {
    const { passed, failed, skipped } = sum(own.map(({ tally }) => tally));
    const seconds = own.reduce((all, each) => all + each.seconds, 0);
    return [suite, { passed, failed: failed.length, skipped: skipped.length, seconds: Math.round(seconds) }];
  });
  console.log('');
  console.table(Object.fromEntries(rows));
  console.log(`In all ${Math.round(secondsSince(start))} seconds.`);
  for (const { test, reason } of total.skipped) {
    console.log(`skipped: ${test} (${reason})`);
  }
  for (const { test, reason } of total.failed) {
    console.log(`failed: ${test} (${reason})`);
  }
  const good = isGood(total, isCi);
  if (!good && total.failed.length === 0) {
    console.log(total.passed === 0 ? 'No test ran.' : 'CI=true allows no skips.');
  }
  console.log(`\n${closingLine(total)}`);
  process.exitCode = good ? 0 : 1;
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1000;
}
