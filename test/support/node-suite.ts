import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { emptyTally, type Tally } from './tally.ts';

/** `LONG=1` plays the long forms of the tests that have one. */
const PATIENCE = process.env['LONG'] === '1' ? 6 : 1;

/** The longest that one test, or one file of them, may take before it counts as failed. */
const TIMEOUT_MS = 300_000 * PATIENCE;

/** The longest that a suite may take: whatever hangs, the others have their turn. */
const SUITE_TIMEOUT_MS = 1_200_000 * PATIENCE;

/** A test that fails leaves open what it would have closed: without force, its file would never end. */
const FILE_ARGUMENTS = ['--disable-warning=ExperimentalWarning', '--test-force-exit'];

/** The part of node:test's news of an ended test that is counted here. */
interface EndedTest {
  name: string;
  file?: string;
  skip?: string | boolean;
  todo?: string | boolean;
  details: { type?: 'suite' | 'test'; error?: Error };
}

/** Runs files of node:test, each in a process of its own, and shows how they go. */
export async function runNodeSuite(files: string[], concurrency: number): Promise<Tally> {
  const tally = emptyTally();
  const signal = AbortSignal.timeout(SUITE_TIMEOUT_MS);
  const stream = run({ files, concurrency, signal, timeout: TIMEOUT_MS, execArgv: FILE_ARGUMENTS });
  stream.on('test:pass', (test) => count(tally, test));
  stream.on('test:fail', (test) => count(tally, test));
  for await (const line of stream.compose(new spec())) {
    process.stdout.write(line);
  }
  return tally;
}

function count(tally: Tally, test: EndedTest): void {
  const offReason = reasonNotRun(test);
  if (offReason) {
    tally.skipped.push({ test: test.name, reason: offReason });
  } else if (test.details.error) {
    tally.failed += failedOnlyThroughItsParts(test.details.error) ? 0 : 1;
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

function failedOnlyThroughItsParts(error: Error): boolean {
  return 'failureType' in error && error.failureType === 'subtestsFailed';
}
