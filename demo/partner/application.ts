import { randomInt } from 'node:crypto';
import { z } from 'zod';

/** What the form sends. */
export const applicationSchema = z.strictObject({
  amount: z.number().min(1000).max(25_000),
  months: z.number().int().min(12).max(60),
  purpose: z.enum(['car', 'home', 'wedding', 'study', 'debts', 'other']),
  name: z.string().trim().min(1).max(120),
  email: z.email().max(254),
  monthlyIncome: z.number().min(0).max(1_000_000),
});

/** A number that a person can read out on the telephone. */
export function newApplicationNumber(): string {
  return `LF-${randomInt(10_000, 100_000)}`;
}
