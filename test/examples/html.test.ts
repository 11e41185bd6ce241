import assert from 'node:assert/strict';
import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

exampleSuite('html', {
  // There is nothing to build: the files are the page.
  build: async () => {},
  serve: (port, bff) => serveFiles('html', '.', port, bff),
  /** It looks as the page says. */
  async afterwards(page) {
    const looks = await page.locator('atto-connect').evaluate((element) => {
      const part = (name: string) => getComputedStyle(element.shadowRoot?.querySelector(`[part~=${name}]`) ?? element);
      return {
        title: part('title').fontFamily,
        ground: part('panel').backgroundColor,
        corners: part('panel').borderRadius,
        place: getComputedStyle(element).minBlockSize,
      };
    });
    assert.deepEqual(looks, {
      title: 'Georgia, serif',
      ground: 'rgb(240, 255, 240)',
      corners: '4px',
      place: '192px',
    });
  },
});
