import { leavesOnly, NOTHING } from '../support/ledger.ts';
import { until } from '../support/until.ts';
import { type DevelopmentSite, serveInDevelopment } from './development-site.ts';
import { exampleSuite } from './example-suite.ts';

const SAVE_AGAIN_MS = 5000;
const SAVES_AT_MOST = 6;

interface Development {
  /** The file that says `Connected: …`. */
  component: string;
  /** What the framework itself goes on listening to, on the window and the document. */
  listeners?: string[];
}

/**
 * The example as whoever works on it sees it, and saves a file while the customer is at the bank. In React that is
 * StrictMode at work, too: it renders, sets refs and runs effects twice. To be called after the example is installed.
 */
export function developmentSuite(name: string, { component, listeners = [] }: Development): void {
  let site: DevelopmentSite;
  exampleSuite(name, {
    title: `${name}, while it is worked on`,
    build: async () => {},
    async serve(port, bff) {
      site = await serveInDevelopment(name, port, bff);
      return site;
    },
    forgiven: /^Lit is in dev mode/,
    async meanwhile(page) {
      let isReplaced = false;
      page.on('console', (message) => {
        isReplaced ||= /^\[vite\] hot updated/.test(message.text());
      });
      await site.edit(component, 'Connected:', 'Saved. Connected:');
      // A page whose connection to Vite is only just being made hears of nothing: who sees no change saves again.
      for (let saves = 1; !isReplaced && saves < SAVES_AT_MOST; saves += 1) {
        await until('the page is told', () => isReplaced, SAVE_AGAIN_MS).catch(() => site.save(component));
      }
      await until('the page is told', () => isReplaced, SAVE_AGAIN_MS);
    },
    async afterwards(page) {
      await page.getByText('Saved. Connected:').waitFor();
      await page.evaluate(() => document.querySelector('atto-connect')?.remove());
      await leavesOnly(page, { ...NOTHING, listeners });
    },
  });
}
