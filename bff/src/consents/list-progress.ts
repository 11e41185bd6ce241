/** While journeys are open, what Atto has changed is looked through so often; else only now and then. */
const WHILE_OPEN_MS = 30_000;
const WHILE_QUIET_MS = 300_000;
/** With many questions due, which a list answers for less. */
const WHILE_MANY_MS = 10_000;
/** How far a scheduled round reaches back beyond the last one: clocks differ, and lists may lag. */
const OVERLAP_MS = 120_000;
/** And one that is not scheduled: what it misses, the next scheduled one finds. */
const SHORT_OVERLAP_MS = 10_000;

/** How far the lists of one application have been looked through, for all processes. Milliseconds since the epoch. */
export interface Progress {
  /** Up to when changes have been seen. */
  readonly seenUntil: number;
  /** When the next scheduled round begins. */
  readonly nextAt: number;
  readonly round: Round | null;
  /** Whoever goes on with the round has until then. */
  readonly leasedUntil: number;
}

/** One look through a list, page by page. */
export interface Round {
  readonly isScheduled: boolean;
  readonly startedAt: number;
  /** Changes since then. */
  readonly from: number;
  readonly offset: number;
}

/** Before the first round there is nothing to make up for. */
export function firstProgress(now: number): Progress {
  return { seenUntil: now, nextAt: now + WHILE_OPEN_MS, round: null, leasedUntil: 0 };
}

/** As it was stored; an earlier release knew of no rounds under way. */
export function parsedProgress(stored: string): Progress {
  return { round: null, leasedUntil: 0, ...(JSON.parse(stored) as Pick<Progress, 'seenUntil' | 'nextAt'>) };
}

/** The round to begin or to go on with; null: nothing to do yet. */
export function nextRound(
  { seenUntil, nextAt, round, leasedUntil }: Progress,
  isMany: boolean,
  now: number,
): Round | null {
  if (leasedUntil > now) return null;
  if (round !== null) return round;
  if (nextAt <= now) return { isScheduled: true, startedAt: now, from: seenUntil - OVERLAP_MS, offset: 0 };
  if (!isMany || seenUntil + WHILE_MANY_MS > now) return null;
  return { isScheduled: false, startedAt: now, from: seenUntil - SHORT_OVERLAP_MS, offset: 0 };
}

/** The round has come to its end. */
export function ended({ nextAt }: Progress, { isScheduled, startedAt }: Round, hasOpenJourneys: boolean): Progress {
  const period = hasOpenJourneys ? WHILE_OPEN_MS : WHILE_QUIET_MS;
  const next = isScheduled ? startedAt + period : nextAt;
  return { seenUntil: startedAt, nextAt: next, round: null, leasedUntil: 0 };
}
