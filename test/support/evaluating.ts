/** A page that somebody drives, by whichever protocol. */
export interface Evaluating {
  evaluate<Argument, Result>(
    script: (argument: Argument) => Promise<Result> | Result,
    argument: Argument,
  ): Promise<Result>;
}
