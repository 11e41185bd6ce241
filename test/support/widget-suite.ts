import { pathToFileURL } from 'node:url';
import { defaultReporter, startTestRunner } from '@web/test-runner';
import { emptyTally, failureOf, type Tally } from './tally.ts';

type Session = NonNullable<Awaited<ReturnType<typeof startTestRunner>>>['sessions'] extends { all(): Iterable<infer S> }
  ? S
  : never;
type SuiteResult = NonNullable<Session['testResults']>;

/** Runs the widget's tests in the browsers that their configuration finds on this machine. */
export async function runWidgetSuite(configFile: string): Promise<Tally> {
  const { default: config } = await import(pathToFileURL(configFile).href);
  // Others run beside it: a progress bar would write over what they say.
  const reporters = [defaultReporter({ reportTestProgress: false })];
  const runner = await startTestRunner({
    config: { ...config, reporters },
    readCliArgs: false,
    readFileConfig: false,
    autoExitProcess: false,
  });
  if (!runner) {
    throw new Error('The browser test runner did not start.');
  }
  await new Promise((stopped) => runner.on('stopped', stopped));
  const tally = emptyTally();
  for (const session of runner.sessions.all()) {
    countSession(tally, session);
  }
  return tally;
}

/** A file that did not load, or an error outside a test, is a failure of its own. */
function countSession(tally: Tally, session: Session): void {
  if (session.testResults) {
    countSuite(tally, session.testResults, session.browser.name);
  }
  if (!session.passed && (!session.testResults || session.errors.length > 0)) {
    tally.failed.push(failureOf(`${session.testFile} (${session.browser.name})`, session.errors[0]?.message));
  }
}

function countSuite(tally: Tally, suite: SuiteResult, browser: string): void {
  for (const test of suite.tests) {
    const name = `${test.name} (${browser})`;
    if (test.skipped) {
      tally.skipped.push({ test: name, reason: 'skipped in its file' });
    } else if (test.passed) {
      tally.passed += 1;
    } else {
      tally.failed.push(failureOf(name, test.error?.message));
    }
  }
  for (const inner of suite.suites) {
    countSuite(tally, inner, browser);
  }
}
