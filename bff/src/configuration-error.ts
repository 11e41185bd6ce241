/** The environment is not fit to start with. `message` has one line per fault; the process ends with status 78 (EX_CONFIG). */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** One line: the variable or field, then what is wrong with it. Values are never repeated: one may be a secret. */
export function fault(path: readonly PropertyKey[], message: string): string {
  return `${path.map(String).join('.')}: ${message}`;
}
