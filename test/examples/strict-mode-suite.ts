import assert from 'node:assert/strict';
import { NOTHING, readLedger } from '../support/ledger.ts';
import { until } from '../support/until.ts';
import { exampleSuite } from './example-suite.ts';
import { buildForDevelopment } from './project.ts';
import { serveFiles } from './site.ts';

/** What React itself goes on listening to. */
const REACT = ['selectionchange'];

/** In development React's StrictMode does everything twice: renders, sets refs, and runs effects. */
export function strictModeSuite(name: string): void {
  exampleSuite(name, {
    title: `${name}, in the StrictMode of its development`,
    build: () => buildForDevelopment(name),
    serve: (port, bff) => serveFiles(name, 'dist/development', port, bff),
    forgiven: /^Lit is in dev mode/,
    async afterwards(page) {
      await page.evaluate(() => document.querySelector('atto-connect')?.remove());
      const left = async () => JSON.stringify(await readLedger(page));
      const react = JSON.stringify({ ...NOTHING, listeners: REACT });
      await until('only React is left', async () => (await left()) === react).catch(async () =>
        assert.equal(await left(), react),
      );
    },
  });
}
