/**
 * What a suite of tests came to. Skips are kept by name, because a skip that nobody reads about is a hole; failures,
 * because whoever reads the end of a log sees nothing else.
 */
export interface Tally {
  passed: number;
  failed: NotPassed[];
  skipped: NotPassed[];
}

export interface NotPassed {
  test: string;
  reason: string;
}

export function emptyTally(): Tally {
  return { passed: 0, failed: [], skipped: [] };
}

/** A failure, told by what was thrown or by its text. */
export function failureOf(test: string, error: unknown): NotPassed {
  return { test, reason: error instanceof Error ? error.message : String(error ?? 'no reason given') };
}

export function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, each) => total + each.passed, 0),
    failed: tallies.flatMap((each) => each.failed),
    skipped: tallies.flatMap((each) => each.skipped),
  };
}

/** A run that tested nothing proves nothing; where everything is meant to be installed, a skip is a failure. */
export function isGood(total: Tally, isCi: boolean): boolean {
  return total.failed.length === 0 && total.passed > 0 && !(isCi && total.skipped.length > 0);
}

/** The last line of a run, alone on its line for whoever reads it with a program. */
export function closingLine(total: Tally): string {
  return `${total.passed} passed, ${total.failed.length} failed, ${total.skipped.length} skipped`;
}
