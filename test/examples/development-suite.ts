import { type Ledger, leavesOnly, NOTHING } from '../support/ledger.ts';
import { until } from '../support/until.ts';
import type { DevelopmentSite, ServeInDevelopment } from './development-site.ts';
import { exampleSuite } from './example-suite.ts';

/** When to save again: each time later, for a tool that is slow today begins anew with each. */
const SAVE_AGAIN_AFTER_MS = [5000, 10_000, 20_000];
const GIVE_UP_AFTER_MS = 40_000;

/** What a widget has taken whose customer is at the bank, in a window beside it. */
const UNDER_WAY: Ledger = {
  listeners: ['online', 'pageshow', 'storage', 'visibilitychange'],
  timers: 3,
  windows: 1,
  requests: 1,
  locks: 1,
};

interface Development {
  serve: ServeInDevelopment;
  /** The file that holds the widget. */
  component: string;
  /** Something in it, and what it is replaced with, for which the tool loads the whole page again. */
  reloads?: readonly [from: string, to: string];
  /** What the framework itself goes on listening to, on the window and the document. */
  listeners?: string[];
}

/**
 * The example as whoever works on it sees it, and saves a file while the customer is at the bank: neither then nor
 * later has the page taken more than it needs, whether its tool keeps the element or puts in another. In React that is
 * StrictMode at work, too: it renders, sets refs and runs effects twice. To be called after the example is installed.
 */
export function developmentSuite(name: string, { serve, component, reloads, listeners = [] }: Development): void {
  const withFramework = (ledger: Ledger) => ({ ...ledger, listeners: [...ledger.listeners, ...listeners].sort() });
  let site: DevelopmentSite;
  exampleSuite(name, {
    title: `${name}, while it is worked on`,
    build: async () => {},
    async serve(port, bff) {
      site = await serve(name, port, bff);
      return site;
    },
    forgiven: /^Lit is in dev mode/,
    async meanwhile(page) {
      await leavesOnly(page, withFramework(UNDER_WAY));
      await edit('<atto-connect', '<atto-connect data-saved', () => page.locator('atto-connect[data-saved]').count());
      await leavesOnly(page, withFramework(UNDER_WAY));
      if (!reloads) return;
      await page.evaluate(() => document.documentElement.setAttribute('data-before', ''));
      await edit(...reloads, () => page.locator('html:not([data-before]) atto-connect').count());
      await leavesOnly(page, withFramework({ ...UNDER_WAY, windows: 0 }));
    },
    async afterwards(page) {
      await page.evaluate(() => document.querySelector('atto-connect')?.remove());
      await leavesOnly(page, withFramework(NOTHING));
    },
  });

  async function edit(from: string, to: string, isSeen: () => unknown): Promise<void> {
    await site.copy.edit(component, from, to);
    // A page whose connection to the tool is only just being made hears of nothing: who sees no change saves again.
    for (const patienceMs of SAVE_AGAIN_AFTER_MS) {
      await until('the page is told', isSeen, patienceMs).catch(() => site.copy.save(component));
    }
    await until('the page is told', isSeen, GIVE_UP_AFTER_MS);
  }
}
