/**
 * `npm run test:all`: everything there is to prove, in one go. Nothing stops it half-way: a red step does not hide what
 * the next one has to say. Ends in a table, every skip with its reason, and one line of totals.
 *
 * `node test/run.ts bff journey` runs only these suites; `node test/run.ts test/bff/health.test.ts` only that file.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { missingEngines } from './support/engines.ts';
import { runNodeSuite } from './support/node-suite.ts';
import { closingLine, emptyTally, isGood, sum, type Tally } from './support/tally.ts';
import { runWidgetSuite } from './support/widget-suite.ts';

interface Suite {
  name: string;
  run(): Tally | Promise<Tally>;
}

/** Two at a time: the machines that this runs on have two cores, and more only makes waiting tests slow. */
const CONCURRENCY = 2;
const isCi = process.env['CI'] === 'true';

process.chdir(dirname(import.meta.dirname));

const suites: Suite[] = [
  script('check'),
  script('build'),
  engines(),
  nodeSuite('demo'),
  nodeSuite('bff'),
  nodeSuite('package'),
  widgetSuite(),
  nodeSuite('journey'),
  nodeSuite('examples'),
  nodeSuite('matrix'),
  nodeSuite('bench'),
];

const results: { name: string; seconds: number; tally: Tally }[] = [];
for (const suite of chosen(process.argv.slice(2))) {
  console.log(`\n── ${suite.name} ──`);
  const start = performance.now();
  const tally = await attempt(suite);
  results.push({ name: suite.name, seconds: (performance.now() - start) / 1000, tally });
}
report();

/** Our own npm scripts; they test nothing by themselves, but red is red. */
function script(name: string): Suite {
  return {
    name,
    run() {
      const { status } = spawnSync('npm', ['run', '--silent', name], {
        stdio: 'inherit',
        shell: process.platform === 'win32',
      });
      return { ...emptyTally(), failed: status === 0 ? 0 : 1 };
    },
  };
}

/** Suites leave out an engine that is not here; saying so once, by name, is what makes that a counted skip. */
function engines(): Suite {
  return {
    name: 'engines',
    run() {
      const skipped = missingEngines().map(({ name, reason }) => ({ test: `everything in ${name}`, reason }));
      console.log(skipped.length === 0 ? 'Chromium, Firefox and WebKitGTK are here.' : `${skipped.length} missing.`);
      return { ...emptyTally(), skipped };
    },
  };
}

function nodeSuite(name: string): Suite {
  return filesOf(name, globSync(`test/${name}/**/*.test.ts`).sort());
}

function filesOf(name: string, files: string[]): Suite {
  return { name, run: () => (files.length > 0 ? runNodeSuite(files, CONCURRENCY) : emptyTally()) };
}

function widgetSuite(): Suite {
  const [config] = globSync('test/web-test-runner.config.*');
  return { name: 'widget', run: () => (config ? runWidgetSuite(config) : emptyTally()) };
}

/** All of them, or those that are named; what names no suite is taken for a test file. */
function chosen(names: string[]): Suite[] {
  return names.length === 0
    ? suites
    : names.map((name) => suites.find((suite) => suite.name === name) ?? filesOf(basename(name), [name]));
}

async function attempt(suite: Suite): Promise<Tally> {
  try {
    return await suite.run();
  } catch (error) {
    console.error(error);
    return { ...emptyTally(), failed: 1 };
  }
}

function report(): void {
  const total = sum(results.map(({ tally }) => tally));
  console.log('');
  console.table(
    Object.fromEntries(
      results.map(({ name, seconds, tally }) => [
        name,
        { passed: tally.passed, failed: tally.failed, skipped: tally.skipped.length, seconds: Math.round(seconds) },
      ]),
    ),
  );
  for (const { test, reason } of total.skipped) {
    console.log(`skipped: ${test} (${reason})`);
  }
  const good = isGood(total, isCi);
  if (!good && total.failed === 0) {
    console.log(total.passed === 0 ? 'No test ran.' : 'CI=true allows no skips.');
  }
  console.log(`\n${closingLine(total)}`);
  process.exitCode = good ? 0 : 1;
}
