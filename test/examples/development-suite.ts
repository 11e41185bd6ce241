import { leavesOnly, NOTHING } from '../support/ledger.ts';
import { type DevelopmentSite, serveInDevelopment } from './development-site.ts';
import { exampleSuite } from './example-suite.ts';

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
      const replaced = page.waitForEvent('console', (message) => /^\[vite\] hot updated/.test(message.text()));
      await site.edit(component, 'Connected:', 'Saved. Connected:');
      await replaced;
    },
    async afterwards(page) {
      await page.getByText('Saved. Connected:').waitFor();
      await page.evaluate(() => document.querySelector('atto-connect')?.remove());
      await leavesOnly(page, { ...NOTHING, listeners });
    },
  });
}
