import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { emptyTally, failureOf, type Tally } from './tally.ts';

/** `LONG=1` plays the long forms of the tests that have one. */
const PATIENCE = process.env['LONG'] === '1' ? 6 : 1;

/** The longest that one test, or one file of them, may take before it counts as failed. */
const TIMEOUT_MS = 300_000 * PATIENCE;

/** Where even that does not end a file: whatever hangs, the others have their turn. */
const FILE_TIMEOUT_MS = 600_000 * PATIENCE;

/** A test that fails leaves open what it would have closed: without force, its file would never end. */
const FILE_ARGUMENTS = [
  '--disable-warning=ExperimentalWarning',
  '--test-force-exit',
  `--import=${new URL('./blocking-output.ts', import.meta.url).href}`,
];

/** The part of node:test's news of an ended test that is counted here. */
interface EndedTest {
  name: string;
  file?: string;
  skip?: string | boolean;
  todo?: string | boolean;
  details: { type?: 'suite' | 'test'; error?: Error };
}

/** Runs a file of node:test in a process of its own. Says how it went when it has ended, since others run beside it. */
export async function runTestFile(file: string): Promise<Tally> {
  const tally = emptyTally();
  const signal = AbortSignal.timeout(FILE_TIMEOUT_MS);
  const stream = run({ files: [file], signal, timeout: TIMEOUT_MS, execArgv: FILE_ARGUMENTS });
  stream.on('test:pass', (test) => count(tally, file, test));
  stream.on('test:fail', (test) => count(tally, file, test));
  let report = '';
  for await (const line of stream.compose(new spec())) report += line;
  process.stdout.write(`\n── ${file} ──\n${report}`);
  return tally;
}

function count(tally: Tally, file: string, test: EndedTest): void {
  const offReason = reasonNotRun(test);
  if (offReason) {
    tally.skipped.push({ test: test.name, reason: offReason });
  } else if (test.details.error) {
    if (failedOnlyThroughItsParts(test.details.error)) return;
    tally.failed.push(failureOf(`${test.name}, ${file}`, causeOf(test.details.error)));
  } else if (test.details.type !== 'suite' && test.name !== test.file) {
    // A file with no test in it passes under its own name: that is not a test.
    tally.passed += 1;
  }
}

/** A todo counts as a skip, whether it passed or failed: it vouches for nothing yet. */
function reasonNotRun({ skip, todo }: EndedTest): string | undefined {
  if (skip) {
    return typeof skip === 'string' ? skip : 'no reason given';
  }
  return todo ? `to do${typeof todo === 'string' ? `: ${todo}` : ''}` : undefined;
}

/** node:test wraps what a test threw. */
function causeOf(error: Error): unknown {
  return error.cause ?? error;
}

function failedOnlyThroughItsParts(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}
