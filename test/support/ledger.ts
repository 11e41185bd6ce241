import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { BrowserContext } from 'playwright-core';
import type { Evaluating } from './evaluating.ts';
import { until } from './until.ts';

/** What the scripts of a page have taken and not given back. */
export interface Ledger {
  /** On the window and the document: `online`, … */
  listeners: string[];
  timers: number;
  /** That were opened and are still there. */
  windows: number;
  requests: number;
  locks: number;
}

export const NOTHING: Ledger = { listeners: [], timers: 0, windows: 0, requests: 0, locks: 0 };

/** Keeps the ledger of every page of an origin, from before the first script runs. */
export async function keepLedger(context: BrowserContext, origin: string): Promise<void> {
  await context.addInitScript(keep, origin);
}

export function readLedger(page: Evaluating): Promise<Ledger> {
  return page.evaluate(() => (window as unknown as { ledger(): Promise<Ledger> }).ledger(), null);
}

/** Waits until this is all that is left: what was stopped may need a moment to notice. */
export async function leavesOnly(page: Evaluating, expected: Ledger): Promise<void> {
  const isSo = async () => isDeepStrictEqual(await readLedger(page), expected);
  await until('no more is left', isSo).catch(async () => assert.deepEqual(await readLedger(page), expected));
}

/** Runs in the page, by an init script or by a file that the page loads first. */
export function keep(origin: string): void {
  if (location.origin !== origin) return;
  const ownFile = document.currentScript?.getAttribute('src') ?? 'no file';
  const listeners = new Map<string, string>();
  const timers = new Set<number>();
  const windows: Window[] = [];
  let requests = 0;

  const numbers = new WeakMap<object, number>();
  let last = 0;
  const numberOf = (one: object) => {
    const number = numbers.get(one) ?? ++last;
    numbers.set(one, number);
    return number;
  };
  const optionsOf = (options: unknown): AddEventListenerOptions =>
    typeof options === 'object' ? (options ?? {}) : { capture: Boolean(options) };
  const keyOf = (target: EventTarget, type: string, listener: object, { capture = false }: AddEventListenerOptions) =>
    [numberOf(target), type, numberOf(listener), capture].join();
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  /** What drives the browser takes things too, by scripts without an address or of its own name, and so does a development server. */
  const isOfPage = () => {
    const { stack = '' } = new Error();
    const address = stack.match(/\bhttps?:[^\s)]+/g)?.find((each) => !each.includes(ownFile));
    return address && !/\bInjectedScript\b/.test(stack) && !/\/@vite\/|_next_dist_|_hmr-client_/.test(address);
  };
  const note = (target: EventTarget, type: string, listener: object, options: AddEventListenerOptions) => {
    if (!isOfPage()) return;
    const key = keyOf(target, type, listener, options);
    const drop = () => listeners.delete(key);
    if (options.signal?.aborted) return;
    listeners.set(key, type);
    if (options.signal) add.call(options.signal, 'abort', drop);
    if (options.once) add.call(target, type, drop, { once: true });
  };
  EventTarget.prototype.addEventListener = function (this: EventTarget | undefined, type, listener, options) {
    const target = this ?? window;
    if (listener && (target === window || target === document)) note(target, type, listener, optionsOf(options));
    add.call(target, type, listener, options);
  };
  EventTarget.prototype.removeEventListener = function (this: EventTarget | undefined, type, listener, options) {
    const target = this ?? window;
    if (listener) listeners.delete(keyOf(target, type, listener, optionsOf(options)));
    remove.call(target, type, listener, options);
  };

  const { setTimeout: later, setInterval: often, clearTimeout: forget, open: openWindow, fetch: ask } = window;
  const clear = (timer?: number) => {
    timers.delete(timer ?? 0);
    forget(timer);
  };
  const taken = (timer: number) => {
    if (isOfPage()) timers.add(timer);
    return timer;
  };
  Object.assign(window, {
    clearTimeout: clear,
    clearInterval: clear,
    setTimeout(act: (...given: unknown[]) => void, milliseconds?: number, ...given: unknown[]) {
      const timer = later(() => {
        timers.delete(timer);
        act(...given);
      }, milliseconds);
      return taken(timer);
    },
    setInterval: (act: () => void, milliseconds?: number) => taken(often(act, milliseconds)),
    open(...given: Parameters<typeof open>) {
      const opened = openWindow.apply(window, given);
      if (opened) windows.push(opened);
      return opened;
    },
    async fetch(...given: Parameters<typeof fetch>) {
      requests += 1;
      return ask(...given).finally(() => {
        requests -= 1;
      });
    },
    async ledger(): Promise<Ledger> {
      const { held = [], pending = [] } = (await navigator.locks?.query()) ?? {};
      return {
        listeners: [...listeners.values()].sort(),
        timers: timers.size,
        windows: windows.filter(({ closed }) => !closed).length,
        requests,
        locks: held.length + pending.length,
      };
    },
  });
}
