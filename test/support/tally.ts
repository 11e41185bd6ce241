/** What a suite of tests came to. Skips are kept by name, because a skip that nobody reads about is a hole. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: Skip[];
}

export interface Skip {
  test: string;
  reason: string;
}

export function emptyTally(): Tally {
  return { passed: 0, failed: 0, skipped: [] };
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, each) => total + each.passed, 0),
    failed: tallies.reduce((total, each) => total + each.failed, 0),
    skipped: tallies.flatMap((each) => each.skipped),
  };
}

/** A run that tested nothing proves nothing; where everything is meant to be installed, a skip is a failure. */
export function isGood(total: Tally, isCi: boolean): boolean {
  return total.failed === 0 && total.passed > 0 && !(isCi && total.skipped.length > 0);
}

/** The last line of a run, alone on its line for whoever reads it with a program. */
export function closingLine(total: Tally): string {
  return `${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`;
}
