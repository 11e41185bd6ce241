import type { JourneyError, Problem } from './contract.ts';

/** What is known about a failure besides its code. */
export interface ErrorFacts extends Pick<JourneyError, 'category' | 'action' | 'reference'> {
  /** The HTTP status of the bff's answer; 0: there was none. */
  status: number;
  /** The bff's own account of it, where it gave one. */
  problem?: Problem | undefined;
  /** How long the bff asked us to stay away, in milliseconds. */
  retryAfterMs?: number;
}

export interface AttoConnectError extends ErrorFacts {}

/**
 * Why a launch did not end as hoped. `code` is for programs; what the customer reads is chosen by it from `strings`,
 * and never comes from the network.
 *
 * Codes of our own: `network` (no answer, or none in time), `invalid_answer` (not our bff), `configuration` (attributes
 * missing or malformed), `customer_token` (the page's function threw, or gave a page), `storage` (the browser keeps nothing
 * for this page), `unsafe_launch_url`, `data_unavailable`. All others are the bff's or Atto's.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the constructor assigns every one of them
export class AttoConnectError extends Error {
  declare readonly code: string;
  /** True where the customer may usefully try the same again. */
  readonly retryable: boolean;

  constructor(code: string, facts?: Partial<ErrorFacts>, cause?: unknown) {
    super(code, { cause });
    Object.assign(
      this,
      { name: 'AttoConnectError', code, status: 0, category: 'unexpected', action: 'retry', reference: '' },
      facts,
    );
    this.retryable = this.action === 'retry';
  }
}

/** Whatever was thrown, as one of ours. */
export function asAttoConnectError(thrown: unknown, code = 'unexpected_error'): AttoConnectError {
  return thrown instanceof AttoConnectError ? thrown : new AttoConnectError(code, {}, thrown);
}
