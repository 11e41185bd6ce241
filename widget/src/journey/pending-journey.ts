import type { StartedJourney } from '../contract.ts';
import { AttoConnectError } from '../errors.ts';

/** What has to survive the redirect, and a reload. */
export interface PendingJourney {
  journeyId: string;
  journeyToken: string;
  /** What comes back as `customer_ref`; empty for a journey that was taken over by its token. */
  reference: string;
  /** Whose it is: a page may hold widgets of several bffs or partners, and two of the same under different names. */
  bff: string;
  partner: string;
  name: string;
  /** `sub` of the customer token it was started with, so that the next customer at this browser does not meet it. */
  customer: string;
  /** What was asked for, as JSON; empty for a journey that was taken over. Another wish needs another journey. */
  request: string;
  /** How often it was launched, and the last launch whose end the page was told of. */
  launches: number;
  told: number;
  /** By this browser's clock, in milliseconds: when it was kept, and when it was first seen connected (0: not yet). */
  keptAt: number;
  connectedAt: number;
}

/** Whose journeys are meant. */
export type Owner = Pick<PendingJourney, 'bff' | 'partner' | 'name'>;

/** `localStorage`, one record per journey; the same key in `sessionStorage` marks the journeys of this tab. */
export const STORAGE_PREFIX = 'atto-connect:journey:';

/** Tokens are dead after an hour; the rest is for browsers whose clock is wrong, or changes under way. */
const KEEP_MS = 24 * 60 * 60 * 1000;

/** Keeps a journey until it ends. Storage that is full or forbidden throws an AttoConnectError `storage`. */
export function keepJourney(pending: PendingJourney): void {
  try {
    localStorage.setItem(STORAGE_PREFIX + pending.journeyId, JSON.stringify(pending));
    sessionStorage.setItem(STORAGE_PREFIX + pending.journeyId, '1');
  } catch (cause) {
    throw new AttoConnectError('storage', { cause });
  }
}

/** Asked before a journey is made: one that cannot be remembered could never be finished. */
export function assertStorage(): void {
  try {
    localStorage.setItem(STORAGE_PREFIX, '');
    localStorage.removeItem(STORAGE_PREFIX);
  } catch (cause) {
    throw new AttoConnectError('storage', { cause });
  }
}

/** The record of a journey that has just been made or taken over. */
export function newPending(
  journey: Pick<StartedJourney, 'journeyId' | 'journeyToken'> & { reference?: string },
  owner: Owner,
  { customer, request }: Pick<PendingJourney, 'customer' | 'request'> = { customer: '', request: '' },
): PendingJourney {
  const { journeyId, journeyToken, reference = '' } = journey;
  const { bff, partner, name } = owner;
  const counts = { launches: 1, told: 0, keptAt: Date.now(), connectedAt: 0 };
  return { journeyId, journeyToken, reference, bff, partner, name, customer, request, ...counts };
}

/** Writes what changed about a journey, unless it has been forgotten meanwhile; a failure only costs a repetition. */
export function updateJourney(pending: PendingJourney): void {
  try {
    if (localStorage.getItem(STORAGE_PREFIX + pending.journeyId)) keepJourney(pending);
  } catch {}
}

/** As another tab may have left it. */
export function rereadJourney(pending: PendingJourney): PendingJourney {
  return read(STORAGE_PREFIX + pending.journeyId) ?? pending;
}

export function forgetJourney(journeyId: string): void {
  try {
    localStorage.removeItem(STORAGE_PREFIX + journeyId);
    sessionStorage.removeItem(STORAGE_PREFIX + journeyId);
  } catch {}
}

/** True for a journey that this tab started or took over. */
export function isOfThisTab({ journeyId }: PendingJourney): boolean {
  try {
    return sessionStorage.getItem(STORAGE_PREFIX + journeyId) !== null;
  } catch {
    return false;
  }
}

/** True if the journey is exactly this widget's. */
export function isOwnedBy({ bff, partner, name }: Owner, pending: PendingJourney): boolean {
  return pending.bff === bff && pending.partner === partner && pending.name === name;
}

/** Every journey pending in this browser: this tab's first, then the newest. */
export function pendingJourneys(): PendingJourney[] {
  const found: PendingJourney[] = [];
  try {
    for (const key of Object.keys(localStorage)) {
      const pending = key.startsWith(STORAGE_PREFIX) && read(key);
      if (pending) found.push(pending);
    }
  } catch {}
  return found.sort((a, b) => Number(isOfThisTab(b)) - Number(isOfThisTab(a)) || b.keptAt - a.keptAt);
}

function read(key: string): PendingJourney | null {
  try {
    const pending = JSON.parse(localStorage.getItem(key) ?? '') as PendingJourney;
    if (Math.abs(Date.now() - pending.keptAt) < KEEP_MS) return pending;
    localStorage.removeItem(key);
  } catch {}
  return null;
}
