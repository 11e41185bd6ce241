import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { build, type Rollup } from 'vite';

/** Of this machine, so that the browser takes it for a safe one; nobody answers but we. */
const URL_OF_PAGE = 'http://widget.localhost/';

/** A page on which the scenes of the widget's tests can be looked at, and worked with by hand. */
export class ScenePage {
  readonly page: Page;
  readonly #script: string;

  private constructor(page: Page, script: string) {
    this.page = page;
    this.#script = script;
  }

  /** @param style what the page says of looks, in CSS */
  static async open(context: BrowserContext, style = ''): Promise<ScenePage> {
    const page = await context.newPage();
    const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A scene</title><style>
      :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
      body { margin: 12px }
      ${style}</style>`;
    await page.route('**/*', (route) =>
      route.request().url() === URL_OF_PAGE ? route.fulfill({ contentType: 'text/html', body }) : route.abort(),
    );
    return new ScenePage(page, await bundle());
  }

  async names(): Promise<string[]> {
    await this.#load();
    return this.page.evaluate(() => Reflect.get(window, 'names') as string[]);
  }

  /** Shows a scene to somebody who was never here. */
  async show(name: string, locale = 'en'): Promise<void> {
    await this.#load();
    await this.page.evaluate(() => {
      localStorage.clear();
      sessionStorage.clear();
    });
    await this.page.evaluate(([scene, language]) => Reflect.get(window, 'show')(scene, language), [name, locale]);
  }

  async #load(): Promise<void> {
    await this.page.goto(URL_OF_PAGE);
    await this.page.addScriptTag({ content: this.#script });
  }
}

let bundled: Promise<string> | undefined;

/** The scenes with the widget, from source. */
function bundle(): Promise<string> {
  bundled ??= (async () => {
    const entry = fileURLToPath(new URL('scene-page-script.ts', import.meta.url));
    const lib = { entry, formats: ['iife' as const], name: 'scenePage' };
    const built = await build({ configFile: false, logLevel: 'warn', build: { write: false, lib } });
    return (built as Rollup.RollupOutput[])[0]?.output[0].code ?? '';
  })();
  return bundled;
}
