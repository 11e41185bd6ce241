import type { Wish } from './connect.ts';
import { type Outcome, outcomes } from './scenarios.ts';

/** Reads the simulator's own controls under the login form. What cannot be read is left to the plan. */
export function readWish(form: Record<string, unknown>): Wish {
  const [ending, data] = String(form['ending'] ?? '').split(':');
  const outcome = outcomes.find((each): each is Outcome => each === ending);
  return {
    ...(outcome ? { outcome } : {}),
    ...(data === 'Partial' || data === 'Error' ? { data } : {}),
    ...(form['slow'] === 'yes' ? { bankDelayMs: 5_000 } : {}),
    ...(form['with_description'] === 'yes'
      ? { errorDescription: 'The bank said: no further details <simulated>.' }
      : {}),
    ...(form['without_consent_id'] === 'yes' ? { consentIdOnError: false } : {}),
  };
}
