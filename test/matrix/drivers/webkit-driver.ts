import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../demo/free-port.ts';
import { miniBrowserPath, webKitDriverPath } from '../../support/browsers.ts';
import { type Display, environmentOn, openDisplay } from '../../support/display.ts';
import { until } from '../../support/until.ts';
import { type DrivenWindow, type Engine, PATIENCE_MS, type PageFunction, type Profile } from './driver.ts';
import { call, WebDriverSession } from './webdriver.ts';

/** WebKitGTK. Each profile is a MiniBrowser of its own with a driver of its own, for a driver has one session at a time. */
export async function startWebKit(): Promise<Engine> {
  const engine = new WebKitEngine(await openDisplay());
  // The version is told at the start of a session only.
  const probe = await engine.profile();
  await probe.close();
  return engine;
}

class WebKitEngine implements Engine {
  version = '';
  readonly #display: Display;

  constructor(display: Display) {
    this.#display = display;
  }

  get deaths(): number {
    return this.#display.process?.exitCode == null ? 0 : 1;
  }

  async profile(): Promise<Profile> {
    const base = `http://127.0.0.1:${await freePort(0)}`;
    const driver = spawn(webKitDriverPath() ?? '', [`--port=${new URL(base).port}`, '--host=127.0.0.1'], {
      env: environmentOn(this.#display),
      stdio: 'ignore',
    });
    await until('the driver answers', () => call('GET', `${base}/status`).catch(() => false), PATIENCE_MS);
    const { session, version } = await WebDriverSession.start(base, {
      browserName: 'MiniBrowser',
      pageLoadStrategy: 'none',
      'webkitgtk:browserOptions': { binary: miniBrowserPath(), args: ['--automation'] },
    });
    this.version = version;
    return new WebKitProfile(session, driver);
  }

  async close(): Promise<void> {
    this.#display.process?.kill();
  }
}

class WebKitProfile implements Profile {
  readonly #session: WebDriverSession;
  readonly #driver: ChildProcess;
  readonly #windows = new Map<string, WebKitWindow>();
  /** The window that a session begins with, while nobody has used it. */
  #isFresh = true;

  constructor(session: WebDriverSession, driver: ChildProcess) {
    this.#session = session;
    this.#driver = driver;
  }

  async open(url: string): Promise<DrivenWindow> {
    const window = this.#windowOf(await this.#newHandle());
    await window.goto(url);
    return window;
  }

  async windows(): Promise<DrivenWindow[]> {
    const handles = await this.#session.command<string[]>('GET', 'window/handles');
    return handles.map((handle) => this.#windowOf(handle));
  }

  async close(): Promise<void> {
    await this.#session.end().catch(() => {});
    this.#driver.kill();
  }

  async #newHandle(): Promise<string> {
    if (this.#isFresh) {
      this.#isFresh = false;
      return this.#session.command<string>('GET', 'window');
    }
    return (await this.#session.command<{ handle: string }>('POST', 'window/new', { type: 'window' })).handle;
  }

  #windowOf(handle: string): WebKitWindow {
    const window = this.#windows.get(handle) ?? new WebKitWindow(this.#session, handle);
    this.#windows.set(handle, window);
    return window;
  }
}

class WebKitWindow implements DrivenWindow {
  readonly #session: WebDriverSession;
  readonly #handle: string;

  constructor(session: WebDriverSession, handle: string) {
    this.#session = session;
    this.#handle = handle;
  }

  url(): Promise<string> {
    return this.#session.commandIn(this.#handle, 'GET', 'url');
  }

  async goto(url: string): Promise<void> {
    await this.#session.commandIn(this.#handle, 'POST', 'url', { url });
  }

  evaluate<Argument, Result>(
    script: PageFunction<Argument, Result | Promise<Result>>,
    argument: Argument,
  ): Promise<Result> {
    return this.#session.evaluateIn<Result>(this.#handle, asScript(script), [argument]);
  }

  async click(find: PageFunction<string, Element | null>, argument: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        if (await this.#session.clickIn(this.#handle, asScript(find), [argument])) return;
      } catch (error) {
        // The document, or the element, may just have given way to the next.
        if (Date.now() > end) throw error;
      }
      if (Date.now() > end) throw new Error(`nothing to click on: ${argument} at ${await this.url()}`);
      await sleep(50);
    }
  }

  async back(): Promise<void> {
    await this.#session.commandIn(this.#handle, 'POST', 'back', {});
  }

  async reload(): Promise<void> {
    await this.#session.commandIn(this.#handle, 'POST', 'refresh', {});
  }

  async show(): Promise<void> {
    await this.#session.commandIn(this.#handle, 'GET', 'url');
  }

  async close(): Promise<void> {
    await this.#session.commandIn(this.#handle, 'DELETE', 'window');
  }
}

function asScript(script: PageFunction<never, unknown>): string {
  return `return (${script})(...arguments)`;
}
