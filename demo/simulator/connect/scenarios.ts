import { z } from 'zod';
import type { Bank } from '../banks.ts';
import { connectErrors, type DataAvailability } from '../consents/consent.ts';
import type { Settings } from '../settings.ts';

/** How the customer's visit to the bank ends. `abandoned`: the window is closed and nobody comes back. */
export const outcomes = ['success', ...connectErrors, 'abandoned'] as const;
export type Outcome = (typeof outcomes)[number];

/** A complete plan for one visit to the bank. */
export interface Scenario {
  outcome: Outcome;
  /** The last data step after a success; null leaves the data pending. */
  data: DataAvailability | null;
  /** `error_description` of an error redirect, or null for none. */
  errorDescription: string | null;
  /** Whether an error redirect names the consent. */
  consentIdOnError: boolean;
  bankDelayMs: number;
}

/** Checks for the parts of a scenario that may be asked for. */
export const wishShape = {
  outcome: z.enum(outcomes).optional(),
  data: z.enum(['Error', 'Partial', 'Complete', 'Processed']).nullable().optional(),
  errorDescription: z.string().nullable().optional(),
  consentIdOnError: z.boolean().optional(),
  bankDelayMs: z.number().nonnegative().optional(),
};

const planSchema = z.strictObject({ ...wishShape, customerReference: z.string().optional() });
const planOrOutcome = z.union([z.enum(outcomes).transform((outcome) => ({ outcome })), planSchema]);

/** Part of a scenario, for one customer reference or for whoever comes next. The outcome alone will do. */
export type ScenarioPlan = z.input<typeof planOrOutcome>;
type Plan = z.output<typeof planSchema>;

/** Scenarios waiting for a customer to reach the bank. */
export class Scenarios {
  readonly #settings: Settings;
  #planned: Plan[] = [];

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The next matching visit to a bank ends like this. Throws a ZodError for a plan it does not understand. */
  plan(plan: unknown): void {
    this.#planned.push(planOrOutcome.parse(plan));
  }

  clear(): void {
    this.#planned = [];
  }

  /** What will happen now: what this person asked for, else what was planned, else the bank's habit, else success. */
  take(bank: Bank, customerReference: string, asked: Plan | undefined): Scenario {
    // Someone who names the outcome leaves the plan for the next customer.
    const planned = asked?.outcome === undefined ? this.#takePlanned(customerReference) : undefined;
    return {
      outcome: bank.habit?.outcome ?? 'success',
      data: this.#settings.dataReaches,
      errorDescription: null,
      consentIdOnError: this.#settings.consentIdOnError,
      bankDelayMs: this.#settings.bankDelayMs + (bank.habit?.delayMs ?? 0),
      ...withoutUndefined(planned ?? {}),
      ...withoutUndefined(asked ?? {}),
    };
  }

  #takePlanned(customerReference: string): Plan | undefined {
    const mine = this.#planned.find((plan) => (plan.customerReference ?? customerReference) === customerReference);
    this.#planned = this.#planned.filter((plan) => plan !== mine);
    return mine;
  }
}

function withoutUndefined({ customerReference: _, ...plan }: Plan): Partial<Scenario> {
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined));
}
