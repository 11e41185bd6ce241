/**
 * `npm run screenshots`: every phase in every way that it may have to be shown, a sheet for each, into
 * `test/results/screenshots`. What was found in them stands beside them in `findings.md`, by hand.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { chromiumPath } from '../support/browsers.ts';
import { launchChromium } from '../support/chromium.ts';
import { ScenePage } from '../support/scene-page.ts';

/** One way to look at the widget. */
interface Variant {
  name: string;
  context: BrowserContextOptions;
  locale: string;
  /** What the page around says of looks, in CSS. */
  style: string;
}

const COLUMN_PX = 420;
/** Every scene fits in: to make the page another size for each picture takes the browser seconds. */
const HEIGHT_PX = 1200;
const QUALITY = 60;

const variants: Variant[] = [
  variant('light', {}),
  variant('dark', { colorScheme: 'dark' }),
  variant('forced-colours', { forcedColors: 'active', colorScheme: 'dark' }),
  variant('right-to-left', {}, 'ar'),
  variant('text-200', {}, 'en', 'body { font-size: 200% }'),
  variant('320px', { viewport: { width: 320, height: HEIGHT_PX } }, 'de'),
  variant('in-other-looks', {}, 'en', otherLooks()),
];

function variant(name: string, context: BrowserContextOptions, locale = 'en', style = ''): Variant {
  return { name, context: { viewport: { width: COLUMN_PX, height: HEIGHT_PX }, ...context }, locale, style };
}

/** What the README shows that a page may say. */
function otherLooks(): string {
  return `
    staying-connect { --atto-accent: rebeccapurple; --atto-radius: 4px }
    staying-connect::part(title) { font-family: Georgia, serif }
    staying-connect:state(done) { --atto-background: honeydew; --atto-text: #111 }`;
}

/** `npm run screenshots -- dark 320px` makes only these again. */
const wanted = process.argv.slice(2);
const folder = fileURLToPath(new URL('../results/screenshots/', import.meta.url));
if (!chromiumPath()) throw new Error('Chromium is not installed.');

const browser = await launchChromium();
mkdirSync(folder, { recursive: true });
for (const one of variants.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  const pictures = await picturesOf(browser, one);
  const sheet = await sheetOf(browser, one, pictures);
  writeFileSync(`${folder}${one.name}.webp`, sheet);
  console.log(`${one.name}: ${pictures.length} pictures, ${Math.round(sheet.length / 1024)} KiB`);
}
await browser.close();

async function picturesOf(browser: Browser, { context: options, locale, style }: Variant): Promise<[string, Buffer][]> {
  const context = await browser.newContext({ ...options, reducedMotion: 'reduce' });
  const scenes = await ScenePage.open(context, style);
  const pictures: [string, Buffer][] = [];
  for (const name of await scenes.names()) {
    await scenes.show(name, locale);
    pictures.push([name, await scenes.page.locator('html').screenshot()]);
  }
  await context.close();
  return pictures;
}

/** All of them on one picture, each with its name. */
async function sheetOf(
  browser: Browser,
  { context: { viewport } }: Variant,
  pictures: [string, Buffer][],
): Promise<Buffer> {
  const width = viewport?.width ?? COLUMN_PX;
  const columns = Math.floor(1700 / width);
  const page = await browser.newPage({ viewport: { width: columns * (width + 12), height: 600 } });
  const figures = pictures.map(
    ([name, picture]) =>
      `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${picture.toString('base64')}"></figure>`,
  );
  await page.setContent(`<!doctype html><style>
    body { margin: 0; columns: ${columns}; column-gap: 12px; background: #ddd; font: 13px sans-serif }
    figure { margin: 0 0 8px; break-inside: avoid } img { max-width: 100% }</style>${figures.join('')}`);
  const size = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    height: document.documentElement.scrollHeight,
  }));
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, ...size, scale: 1 },
  });
  await page.close();
  return Buffer.from(data, 'base64');
}
