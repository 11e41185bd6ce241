import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, type BrowserContext, firefox, type Page } from 'playwright-core';
import { firefoxPath } from '../../support/browsers.ts';
import { launchChromium } from '../../support/chromium.ts';
import { FIREFOX_PREFERENCES } from '../../support/firefox.ts';
import { type DrivenWindow, type Engine, PATIENCE_MS, type PageFunction, type Profile } from './driver.ts';

export async function startChromium(): Promise<Engine> {
  return new PlaywrightEngine(await launchChromium());
}

/** Third parties keep nothing, as in a private window; Chromium's profiles here are private by themselves. */
const firefoxUserPrefs = { ...FIREFOX_PREFERENCES, 'network.cookie.cookieBehavior': 1 };

/** Not Playwright's own build: Mozilla's, by WebDriver BiDi, which is what the channel says. */
export async function startFirefox(): Promise<Engine> {
  const executablePath = firefoxPath() ?? '';
  return new PlaywrightEngine(await firefox.launch({ executablePath, channel: 'moz-firefox', firefoxUserPrefs }));
}

class PlaywrightEngine implements Engine {
  readonly #browser: Browser;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  get version(): string {
    return this.#browser.version();
  }

  get deaths(): number {
    return this.#browser.isConnected() ? 0 : 1;
  }

  async profile(): Promise<Profile> {
    const context = await this.#browser.newContext();
    context.setDefaultTimeout(PATIENCE_MS);
    return new PlaywrightProfile(context);
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

class PlaywrightProfile implements Profile {
  readonly #context: BrowserContext;
  readonly #windows = new Map<Page, DrivenWindow>();

  constructor(context: BrowserContext) {
    this.#context = context;
  }

  async open(url: string): Promise<DrivenWindow> {
    const window = this.#windowOf(await this.#context.newPage());
    await window.goto(url);
    return window;
  }

  async windows(): Promise<DrivenWindow[]> {
    return this.#context.pages().map((page) => this.#windowOf(page));
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  #windowOf(page: Page): DrivenWindow {
    const window = this.#windows.get(page) ?? new PlaywrightWindow(page);
    this.#windows.set(page, window);
    return window;
  }
}

class PlaywrightWindow implements DrivenWindow {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  url(): Promise<string> {
    // Not what Playwright remembers, which in Firefox stays as it was when a page is restored.
    return this.evaluate(() => location.href, null);
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url, { waitUntil: 'commit' });
  }

  async evaluate<Argument, Result>(
    script: PageFunction<Argument, Result | Promise<Result>>,
    argument: Argument,
  ): Promise<Result> {
    return (await this.#page.evaluate(script as (given: unknown) => Result, argument)) as Result;
  }

  async click(find: PageFunction<string, Element | null>, argument: string): Promise<void> {
    // Not Playwright's own click: in Firefox it waits for the end of a navigation that a restored page does not have.
    const end = Date.now() + PATIENCE_MS;
    for (let before = ''; Date.now() < end; await sleep(30)) {
      const script = `(${centreOf})((${find})(${JSON.stringify(argument)}))`;
      const at = await this.#page.evaluate<[number, number] | null>(script).catch(() => null);
      if (at && before === `${at}`) return this.#page.mouse.click(...at);
      before = `${at}`;
    }
    throw new Error(`nothing to click on: ${argument} at ${this.#page.url()}`);
  }

  async back(): Promise<void> {
    // Playwright's own goBack waits for a load event, which a page that is restored does not have.
    await this.evaluate(() => history.back(), null).catch(() => {});
  }

  async reload(): Promise<void> {
    await this.#page.reload({ waitUntil: 'commit' });
  }

  async show(): Promise<void> {
    await this.#page.bringToFront();
  }

  async close(): Promise<void> {
    await this.#page.close();
  }
}

/** Runs in the page: where to click. */
function centreOf(element: Element | null): [number, number] | null {
  element?.scrollIntoView({ block: 'nearest' });
  const { x = 0, y = 0, width = 0, height = 0 } = element?.getBoundingClientRect() ?? {};
  return width > 0 ? [x + width / 2, y + height / 2] : null;
}
