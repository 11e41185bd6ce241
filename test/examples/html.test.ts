import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { exampleSuite } from './example-suite.ts';
import { serveFiles } from './site.ts';

const LANGUAGES = ['en', 'ar', 'de', 'es', 'fr', 'it', 'nl', 'pl', 'pt', 'sv'];
/** A small phone, a large one, one that is turned on its side, and a screen. */
const WIDTHS = [320, 390, 640, 1280];
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
      for (const lang of LANGUAGES) {
        for (const layout of ['full', 'compact']) {
          const release = await openWithoutScript(page, url, lang, layout);
          const before = await heights(page);
          release();
          await page.waitForFunction(() => document.querySelector('atto-connect')?.shadowRoot?.querySelector('button'));
          assert.deepEqual(await heights(page), before, `${lang}, ${layout}`);
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

/** By the width of the window. */
async function heights(page: Page): Promise<Record<number, number | undefined>> {
  const found: Record<number, number | undefined> = {};
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 700 });
    found[width] = (await page.locator('atto-connect').boundingBox())?.height;
  }
  return found;
}
