import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { german } from '../../widget/src/languages/de.ts';
import { french } from '../../widget/src/languages/fr.ts';
import { english } from '../../widget/src/strings.ts';
import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

const LANGUAGES = { en: english, de: german, fr: french };
/** The browser's own, at each side of the page. */
const MARGIN_PX = 8;
const SCRIPT = /\/widget\/atto-connect-[\d.]+\.js$/;

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
  also: {
    async 'moves nothing when it comes'(page, url) {
      for (const width of [343, 800]) {
        await page.setViewportSize({ width: width + 2 * MARGIN_PX, height: 700 });
        for (const [lang, { 'button.start': start }] of Object.entries(LANGUAGES)) {
          for (const layout of ['full', 'compact']) {
            const release = await openWithoutScript(page, url, lang, layout);
            const before = await heightOf(page);
            release();
            await page.getByRole('button', { name: start }).waitFor();
            assert.equal(await heightOf(page), before, `${lang}, ${layout}, ${width} px`);
          }
        }
      }
    },
    async 'shows another way where the script is blocked, and tells the page’s server'(page, url) {
      await page.route(SCRIPT, (route) => route.abort());
      const told = page.waitForRequest(`${url}/trouble`);
      await page.goto(`${url}/fallback.html`);
      assert.match((await told).postData() ?? '', SCRIPT);
      assert.deepEqual(await atFirst(page.locator('.fallback')), { visibility: 'hidden', height: 0 });
      await page.getByRole('link', { name: 'Send us your statements' }).waitFor();
    },
    async 'shows no other way where the script loads'(page, url) {
      await page.goto(`${url}/fallback.html`);
      await page.getByRole('button', { name: 'Connect your bank' }).waitFor();
      assert.equal(await page.locator('.fallback').evaluate((element) => getComputedStyle(element).display), 'none');
    },
  },
});

/** How it is shown while the script may still come. */
function atFirst(fallback: Locator) {
  return fallback.evaluate((element: HTMLElement) => {
    // However long ago that was: anew.
    element.style.animation = 'none';
    element.getBoundingClientRect();
    element.style.animation = '';
    return { visibility: getComputedStyle(element).visibility, height: element.getBoundingClientRect().height };
  });
}

/** Opens the page, in a language and a layout, up to where its script would come. @returns what lets that in */
async function openWithoutScript(page: Page, url: string, lang: string, layout: string): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await page.route(
    SCRIPT,
    async (route) => {
      await promise;
      await route.continue();
    },
    { times: 1 },
  );
  // `load` would wait for the script.
  await page.goto(url, { waitUntil: 'domcontentloaded' });
  await page.locator('atto-connect').evaluate(
    (element, said) => {
      document.documentElement.lang = said.lang;
      element.setAttribute('layout', said.layout);
    },
    { lang, layout },
  );
  return resolve;
}

async function heightOf(page: Page): Promise<number | undefined> {
  return (await page.locator('atto-connect').boundingBox())?.height;
}
