import type { PartnerEvent } from '../partner-events/partner-event.ts';

/** An event on its way to the partner's own webhook. */
export interface Delivery {
  readonly event: PartnerEvent;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  /** When it is tried next; null where it is not. Milliseconds since the epoch. */
  readonly nextAt: number | null;
  /** Why the last attempt failed: `status 500`, `no answer`. */
  readonly problem: string | null;
}

/** What one attempt came to. */
export type Attempt = { readonly ok: true } | { readonly ok: false; readonly problem: string };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** After each failed attempt; then every eight hours, until three days have passed. */
const BACKOFF = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR];
const GIVE_UP_AFTER = 72 * HOUR;

/**
 * The delivery after an attempt. Three days after the event it has failed for good.
 * @param chance between 0 and 1: attempts are spread by up to a tenth, so that not all come back together
 */
export function afterAttempt(delivery: Delivery, attempt: Attempt, now: number, chance: number): Delivery {
  const attempts = delivery.attempts + 1;
  if (attempt.ok) return { ...delivery, attempts, status: 'delivered', nextAt: null, problem: null };
  const { problem } = attempt;
  const pause = BACKOFF[Math.min(attempts, BACKOFF.length) - 1] ?? HOUR;
  const nextAt = now + Math.round(pause * (1 + chance / 10));
  if (nextAt - delivery.event.at > GIVE_UP_AFTER)
    return { ...delivery, attempts, status: 'failed', nextAt: null, problem };
  return { ...delivery, attempts, nextAt, problem };
}
