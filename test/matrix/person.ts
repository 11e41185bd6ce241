import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { english } from '../../widget/src/strings.ts';
import { until } from '../support/until.ts';
import { type DrivenWindow, type Engine, PATIENCE_MS, type Profile } from './drivers/driver.ts';
import type { Scenario } from './scenario.ts';
import type { Scene } from './scene.ts';

type Button = 'start' | 'again' | 'here' | 'disown';

/** After which somebody clicks again. */
const AGAIN_MS = 5000;

const BUSY: readonly (Phase | null)[] = ['starting', 'checking'];

/** A customer in one browser profile, on the partner's page and at the bank. */
export class Person {
  readonly scene: Scene;
  readonly presentation: Scenario['presentation'];
  readonly #engine: Engine;
  readonly #profile: Profile;
  /** The visits to the bank so far, by the part of the address that tells them apart. */
  readonly #visits = new Set<string>();

  private constructor(engine: Engine, profile: Profile, scene: Scene, presentation: Scenario['presentation']) {
    this.#engine = engine;
    this.#profile = profile;
    this.scene = scene;
    this.presentation = presentation;
  }

  static async arrive(engine: Engine, scene: Scene, { presentation }: Scenario): Promise<Person> {
    return new Person(engine, await engine.profile(), scene, presentation);
  }

  /** The same person at another device. */
  async elsewhere(): Promise<Person> {
    return new Person(this.#engine, await this.#engine.profile(), this.scene, this.presentation);
  }

  open(url = this.scene.partner.url): Promise<DrivenWindow> {
    return this.#profile.open(url);
  }

  async press(page: DrivenWindow, button: Button): Promise<void> {
    await page.click(buttonNamed, english[`button.${button}`]);
  }

  /** Whether the page offers to show the window in which the bank is. */
  async isOfferedTheWindow(page: DrivenWindow): Promise<boolean> {
    const isOffered = (name: string) =>
      (document.querySelector('atto-connect')?.shadowRoot?.textContent ?? '').includes(name);
    return page.evaluate(isOffered, english['button.there']);
  }

  /** @returns the window in which the bank is now */
  async leave(page: DrivenWindow, button: Button = 'start'): Promise<DrivenWindow> {
    await this.press(page, button);
    let bank: DrivenWindow | undefined;
    await until(
      'a window at the bank',
      async () => {
        bank = await this.#newVisit();
        return bank;
      },
      PATIENCE_MS,
    );
    return bank as DrivenWindow;
  }

  /** Agrees and logs in, to the bank's last page, where only the way back is left. */
  async connect(bank: DrivenWindow): Promise<void> {
    await goOn(bank, 'form[action$="/consent"] button.primary', 'form[action$="/login"] button.primary');
    await goOn(bank, 'form[action$="/login"] button.primary', 'a.button.primary');
  }

  /** The address behind the link to the partner. */
  async wayBack(bank: DrivenWindow): Promise<string> {
    return bank.evaluate(() => document.querySelector<HTMLAnchorElement>('a.button.primary')?.href ?? '', null);
  }

  async comeBack(bank: DrivenWindow): Promise<void> {
    await bank.click(find, 'a.button.primary');
  }

  /** By the Back button to where the visit to the bank began, and as far as there is a way back. */
  async goBack(bank: DrivenWindow): Promise<void> {
    for (let steps = 0; steps < 4 && (await this.#isAtBank(bank)); steps++) {
      const from = await bank.url().catch(() => '');
      await bank.back();
      await until('another page', async () => (await bank.url()) !== from, 3000).catch(() => {});
    }
  }

  async phase(page: DrivenWindow): Promise<Phase | null> {
    return page.evaluate(() => document.querySelector('atto-connect')?.phase ?? null, null).catch(() => null);
  }

  /**
   * Waits until the window shows the partner's page; false if it closed instead. Its address is no sign: WebKit gives
   * that of the page which is still to come.
   */
  async isBackAtPartner(window: DrivenWindow): Promise<boolean> {
    const { origin } = new URL(this.scene.partner.url);
    const here = () => location.origin;
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(20)) {
      if (!(await this.#profile.windows()).includes(window)) return false;
      if ((await window.evaluate(here, null).catch(() => '')) === origin) return true;
    }
    throw new Error('neither back nor closed');
  }

  /** The partner's pages that still spin, in any window. */
  async spinning(): Promise<string[]> {
    const windows = await this.#profile.windows();
    const phases = await Promise.all(windows.map((window) => this.phase(window)));
    return phases.filter((phase) => BUSY.includes(phase)).map(String);
  }

  async close(): Promise<void> {
    await this.#profile.close();
  }

  async #isAtBank(window: DrivenWindow): Promise<boolean> {
    return (await window.url().catch(() => '')).startsWith(this.scene.bankGate.url);
  }

  async #newVisit(): Promise<DrivenWindow | undefined> {
    for (const window of await this.#profile.windows()) {
      const url = await window.url().catch(() => '');
      const [visit] = /^.+\/journey\/[^/]+/.exec(url) ?? [];
      if (visit?.startsWith(this.scene.bankGate.url) && !this.#visits.has(visit)) {
        this.#visits.add(visit);
        return window;
      }
    }
    return undefined;
  }
}

function buttonNamed(name: string): Element | null {
  const buttons = document.querySelector('atto-connect')?.shadowRoot?.querySelectorAll('button') ?? [];
  return [...buttons].find(({ textContent }) => textContent?.trim() === name) ?? null;
}

function find(selector: string): Element | null {
  return document.querySelector(selector);
}

/** Clicks until the next page is there: a click on a page that is just being replaced is lost. */
async function goOn(bank: DrivenWindow, selector: string, next: string): Promise<void> {
  const isNext = () => bank.evaluate(isThere, next).catch(() => false);
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    if (await isNext()) return;
    await bank.click(find, selector).catch(() => {});
    await until('the next page', isNext, AGAIN_MS).catch(() => {});
  }
  throw new Error(`not within ${PATIENCE_MS} ms: ${next}; there is: ${await bank.url()}`);
}

function isThere(selector: string): boolean {
  return document.querySelector(selector) !== null;
}
