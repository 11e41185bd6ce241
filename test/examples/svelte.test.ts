import { german } from '../../widget/src/languages/de.ts';
import { serveByVite } from './development-site.ts';
import { developmentSuite } from './development-suite.ts';
import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('svelte', {
  serve: (port, bff) => serveFiles('svelte', 'dist', port, bff),
  /** The language that its bundle brings along is spoken as soon as the page is in it. */
  async afterwards(page) {
    await page.evaluate(() => document.querySelector('atto-connect')?.setAttribute('locale', 'de'));
    await page.getByText(german['done.title']).waitFor();
  },
});
developmentSuite('svelte', { serve: serveByVite, component: 'src/ConnectBank.svelte' });
