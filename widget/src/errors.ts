import type { ErrorAction, ErrorCategory, JourneyError, Problem } from './contract.ts';

/** What is known about a failure besides its code; everything may be left out. */
export interface ErrorFacts {
  /** The HTTP status of the bff's answer; 0 when there was none. */
  status?: number;
  /** The bff's own account of it. */
  problem?: Problem | undefined;
  category?: ErrorCategory;
  action?: ErrorAction;
  /** What the customer tells support. */
  reference?: string;
  /** How long the bff asked us to stay away, in milliseconds. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/**
 * Why a launch did not end as hoped. `code` is for programs; what the customer reads is chosen by it from `strings`,
 * and never comes from the network.
 *
 * Codes of our own: `network` (no answer, or none in time), `invalid_answer` (not our bff), `configuration` (attributes
 * missing or malformed), `customer_token` (the page's function threw), `storage` (the browser keeps nothing for this
 * page), `unsafe_launch_url`, `data_unavailable`. All others are the bff's or Atto's.
 */
export class AttoConnectError extends Error {
  override readonly name = 'AttoConnectError';
  readonly code: string;
  readonly status: number;
  readonly problem: Problem | null;
  readonly category: ErrorCategory;
  readonly action: ErrorAction;
  readonly reference: string;
  readonly retryAfterMs: number | undefined;

  constructor(code: string, facts: ErrorFacts = {}) {
    super(facts.problem?.title ?? code, { cause: facts.cause });
    this.code = code;
    this.status = facts.status ?? 0;
    this.problem = facts.problem ?? null;
    this.category = facts.category ?? 'unexpected';
    this.action = facts.action ?? 'retry';
    this.reference = facts.reference ?? facts.problem?.traceId ?? '';
    this.retryAfterMs = facts.retryAfterMs;
  }

  /** True where the customer may usefully try the same again. */
  get retryable(): boolean {
    return this.action === 'retry';
  }

  /** True where the same request may well succeed a little later, without anybody doing anything. */
  get transient(): boolean {
    return this.code === 'network' || [408, 425, 429].includes(this.status) || this.status >= 500;
  }

  /** A journey's own account of its end. */
  static from(error: JourneyError): AttoConnectError {
    return new AttoConnectError(error.code, error);
  }
}

/** Whatever was thrown, as one of ours. */
export function asAttoConnectError(thrown: unknown, code = 'network'): AttoConnectError {
  return thrown instanceof AttoConnectError ? thrown : new AttoConnectError(code, { cause: thrown });
}
