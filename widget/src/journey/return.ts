import { RETURN_FRAGMENT, type ReturnByParameters, type ReturnRequest } from '../contract.ts';

/** What an address says about a return (null: something malformed), and the address without it. */
export interface AddressReading {
  returned: ReturnRequest | null;
  cleaned: string;
}

/** Exactly these are Atto's. @see the provider's documentation, "Redirect" */
const PARAMETERS = ['customer_ref', 'state', 'error', 'error_description', 'consent_id'];

/** At the start of a fragment, or behind the route or the parameters that the partner keeps in it. */
const HANDLE = new RegExp(`(^#|[?&])${RETURN_FRAGMENT}=([^&]*)(&?)`);

const STORAGE_KEY = 'atto-connect:return';

/**
 * What was taken out of the address and nobody has dealt with yet. It belongs to the page rather than to an element:
 * frameworks remove and insert elements at will, and several of them may ask.
 */
let held: ReturnRequest | null = null;
let looked = false;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Recognises our return in an address. Everything that is not ours stays as it was, to the letter.
 *
 * @param isPending whether a journey of this reference is pending in this browser; without one, raw parameters are
 *   somebody else's (any OAuth client has a `state` and an `error`)
 */
export function readReturn(address: string, isPending: (reference: string) => boolean): AddressReading | null {
  const url = new URL(address);
  const found = HANDLE.exec(url.hash);
  if (found) {
    const [whole, before = '', handle = '', after] = found;
    url.hash = url.hash.replace(whole, after ? before : '');
    return { returned: /^[\w.~-]{1,200}$/.test(handle) ? { handle } : null, cleaned: url.href };
  }
  const query = new URLSearchParams(url.search);
  const customerRef = query.get('customer_ref');
  const state = query.get('state');
  if (!customerRef || (state !== 'success' && state !== 'error') || !isPending(customerRef)) return null;
  // Not through URLSearchParams, which would spell the partner's own parameters anew.
  url.search = url.search.slice(1).split('&').filter(isForeign).join('&');
  return { returned: rawReturn(query, customerRef, state), cleaned: url.href };
}

/**
 * Takes our parts out of this page's address, so that they are neither bookmarked nor reported by analytics, and holds
 * what they said. Also finds what a reload in the middle of checking left behind.
 */
export function captureReturn(isPending: (reference: string) => boolean): void {
  const reading = readReturn(location.href, isPending);
  if (reading) {
    history.replaceState(history.state, '', reading.cleaned);
    held = reading.returned;
    remember(held);
  } else if (!looked) {
    held ??= remembered();
  }
  looked = true;
}

/** Lets the widgets of a page look at the return one after the other. */
export function inTurn<T>(look: () => Promise<T>): Promise<T> {
  const mine = turn.then(look);
  turn = mine.catch(() => {});
  return mine;
}

/** The return that waits for a taker, if there is one. */
export function heldReturn(): ReturnRequest | null {
  return held;
}

/** Makes the caller the only one who deals with the return. */
export function takeReturn(): ReturnRequest | null {
  const taken = held;
  held = null;
  return taken;
}

/** It was not ours, or we had to leave: somebody else may take it. */
export function putBackReturn(returned: ReturnRequest): void {
  held ??= returned;
}

/** The return is dealt with; a reload need not look at it again. */
export function settleReturn(): void {
  remember(null);
}

function isForeign(pair: string): boolean {
  return !PARAMETERS.includes([...new URLSearchParams(pair).keys()][0] ?? '');
}

function rawReturn(query: URLSearchParams, customerRef: string, state: string): ReturnByParameters {
  const returned: ReturnByParameters = { customerRef, state };
  const error = query.get('error');
  const errorDescription = query.get('error_description');
  const consentId = query.get('consent_id');
  if (error) returned.error = error;
  if (errorDescription) returned.errorDescription = errorDescription;
  if (consentId) returned.consentId = consentId;
  return returned;
}

function remember(returned: ReturnRequest | null): void {
  try {
    if (returned) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(returned));
    else sessionStorage.removeItem(STORAGE_KEY);
  } catch {}
}

function remembered(): ReturnRequest | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null') as ReturnRequest | null;
  } catch {
    return null;
  }
}
