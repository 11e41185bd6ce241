import { RETURN_FRAGMENT, type ReturnRequest } from '../contract.ts';
import { store, stored } from './browser-storage.ts';
import { pendingJourneys } from './pending-journey.ts';

/** What an address says about a return (null: something malformed), and the address without it. */
export interface AddressReading {
  returned: ReturnRequest | null;
  href: string;
}

/** One of Atto's five parameters, as it spells them. @see the provider's documentation, "Redirect" */
const PARAMETER = /^(customer_ref|state|error|error_description|consent_id)=/;

/** At the start of a fragment, or behind the route or the parameters that the partner keeps in it. */
const HANDLE = new RegExp(`(^#|[?&])${RETURN_FRAGMENT}=([^&]*)(&?)`);

const STORAGE_KEY = 'atto-connect:return';

/**
 * What was taken out of the address and nobody has dealt with yet. It belongs to the page rather than to an element:
 * frameworks remove and insert elements at will, and several of them may ask.
 */
let held: ReturnRequest | null | undefined;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Recognises our return in an address. Everything that is not ours stays as it was, to the letter.
 *
 * @param isPending whether a journey of this reference is pending in this browser; without one, raw parameters are
 *   somebody else's (any OAuth client has a `state` and an `error`)
 */
export function readReturn(address: string, isPending: (reference: string) => boolean): AddressReading | null {
  const url = new URL(address);
  const [whole, before = '', handle = '', after] = HANDLE.exec(url.hash) ?? [];
  if (whole) {
    url.hash = url.hash.replace(whole, after ? before : '');
    return { returned: /^[\w.~-]{1,200}$/.test(handle) ? { handle } : null, href: url.href };
  }
  // Not through `searchParams`, which would spell the partner's own parameters anew.
  const pairs = url.search.slice(1).split('&');
  const said = new URLSearchParams(pairs.filter((pair) => PARAMETER.test(pair)).join('&'));
  if (!/^(success|error)$/.test(said.get('state') ?? '') || !isPending(said.get('customer_ref') ?? '')) return null;
  url.search = pairs.filter((pair) => !PARAMETER.test(pair)).join('&');
  const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const fields = [...said].flatMap(([name, value]) => (value ? [[camelCase(name), value]] : []));
  return { returned: Object.fromEntries(fields), href: url.href };
}

/**
 * Takes our parts out of this page's address, so that they are neither bookmarked nor reported by analytics, and holds
 * what they said. Also finds what a reload in the middle of checking left behind.
 */
export function captureReturn(): void {
  const isPending = (reference: string) => pendingJourneys().some((pending) => pending.reference === reference);
  const reading = readReturn(location.href, isPending);
  if (reading) {
    history.replaceState(history.state, '', reading.href);
    holdReturn(reading.returned);
  } else if (held === undefined) held = stored('sessionStorage', STORAGE_KEY);
}

/** The return that waits for a taker, if there is one. */
export function heldReturn(): ReturnRequest | null {
  return held ?? null;
}

/** Keeps a return until it is dealt with, over a reload too. Null: it is dealt with. */
export function holdReturn(returned: ReturnRequest | null): void {
  held = returned;
  store('sessionStorage', STORAGE_KEY, returned);
}

/** Takes the return in hand, so that no other widget looks at it; a reload still finds it. */
export function takeReturn(): void {
  held = null;
}

/** Lets the widgets of a page look at the return one after the other. */
export function inTurn<T>(look: () => Promise<T>): Promise<T> {
  const mine = turn.then(look);
  turn = mine.catch(() => {});
  return mine;
}
