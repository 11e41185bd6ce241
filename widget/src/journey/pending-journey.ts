import type { JourneyKey } from './bff-client.ts';
import { store, stored, storedKeys } from './browser-storage.ts';

/** What has to survive the redirect, and a reload. */
export interface PendingJourney extends JourneyKey {
  /** What comes back as `customer_ref`; absent for a journey that was taken over by its token. */
  reference?: string;
  /** Whose it is: a page may hold widgets of several bffs or partners. */
  bff: string;
  partner: string;
  /** What was asked for, as JSON: another wish needs another journey. Absent for one that was taken over. */
  request?: string;
  /** The bank that the customer chose in our page; empty: any, undefined: the page's own. */
  chosen?: string | undefined;
  /** What the widget that asked was for. */
  purpose?: string;
  /** Whose it is at the partner: empty for a guest. Whoever else uses this browser is not shown it. */
  customer?: string | null;
  /** How often it was launched, and the last launch whose end the page was told of. */
  launches: number;
  told: number;
  /** The bank was last opened in a window of its own; the page that did so tells how it ended. */
  inPopup?: boolean;
  /** When that window came back. Every change of a record is a hint to the other pages, by the storage event. */
  returnedAt?: number;
  /** By this browser's clock, in milliseconds: when it was made, and when it was first seen connected. */
  since: number;
  connectedAt?: number;
}

/** `localStorage`, one record per journey; the same key in `sessionStorage` marks the journeys of this tab. */
export const STORAGE_PREFIX = 'atto-connect:journey:';

/** Tokens are dead after an hour; the rest is for clocks that are put right under way. */
const KEEP_MS = 4 * 60 * 60 * 1000;

/** The record of a journey that has just been made or taken over. */
export function newPending({ journeyId, journeyToken }: JourneyKey, bff: string, partner: string): PendingJourney {
  return { journeyId, journeyToken, bff, partner, launches: 1, told: 0, since: Date.now() };
}

/** Keeps a journey until it ends, as one of this tab. False: this browser keeps nothing for the page. */
export function keepJourney(pending: PendingJourney): boolean {
  const key = STORAGE_PREFIX + pending.journeyId;
  return store('localStorage', key, pending) && store('sessionStorage', key, 1);
}

export function forgetJourney({ journeyId }: PendingJourney): void {
  store('localStorage', STORAGE_PREFIX + journeyId, null);
  store('sessionStorage', STORAGE_PREFIX + journeyId, null);
}

/** True for a journey that this tab started or took over. */
export function isOfThisTab({ journeyId }: PendingJourney): boolean {
  return stored('sessionStorage', STORAGE_PREFIX + journeyId) !== null;
}

/** Every journey pending in this browser: this tab's first, then the newest. */
export function pendingJourneys(): PendingJourney[] {
  return storedKeys('localStorage', STORAGE_PREFIX)
    .map((key) => stored<PendingJourney>('localStorage', key))
    .filter((pending): pending is PendingJourney => pending !== null && Math.abs(Date.now() - pending.since) < KEEP_MS)
    .sort((a, b) => +isOfThisTab(b) - +isOfThisTab(a) || b.since - a.since);
}

/** True, once for each launch: the page is to be told how it ended. Another tab may have done so. */
export function claimTelling(pending: PendingJourney): boolean {
  const latest = stored<PendingJourney>('localStorage', STORAGE_PREFIX + pending.journeyId);
  if (Math.max(latest?.told ?? 0, pending.told) >= pending.launches) return false;
  pending.told = pending.launches;
  // One that was forgotten meanwhile stays so.
  if (latest) keepJourney(pending);
  return true;
}
