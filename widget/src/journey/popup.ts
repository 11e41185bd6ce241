import { store, stored } from './browser-storage.ts';

/** How the bank's pages are opened. */
export type Presentation = 'auto' | 'popup' | 'redirect';

/** In the `sessionStorage` of a window that was opened here, where it outlives every page and opener policy. */
const MARK = 'atto-connect:popup';

/** Wide enough for no bank to take it for a phone. */
const WIDTH = 1000;
const HEIGHT = 800;

/**
 * Opens a blank window for the bank's pages; to be called inside the customer's gesture, before anything is waited for.
 * `auto` opens none where fingers are the pointer: on phones it would be a tab that covers ours, in apps often nothing.
 *
 * @param previous one that was opened before: if it is there, the bank is shown in it again
 * @returns null: none is wanted, nobody pressed anything, or the browser blocked it
 */
export function openWindow(presentation: Presentation | undefined, previous: Window | null): Window | null {
  const hasFingers = matchMedia('(pointer: coarse)').matches;
  if (presentation === 'redirect' || (presentation !== 'popup' && hasFingers)) return null;
  if (previous?.closed === false) {
    previous.focus();
    return previous;
  }
  if (navigator.userActivation?.isActive === false) return null;
  let opened: Window | null = null;
  try {
    opened = open('', '_blank', `popup,width=${WIDTH},height=${HEIGHT}`);
    if (!opened || opened.closed) return null;
    opened.sessionStorage.setItem(MARK, '1');
    return opened;
  } catch {
    opened?.close();
    return null;
  }
}

/** True in a window that was opened for a bank, once it shows one of the partner's pages again. */
export function isBankWindow(): boolean {
  return stored('sessionStorage', MARK) !== null;
}

/** From now on this window is like any other. */
export function keepWindow(): void {
  store('sessionStorage', MARK, null);
}
