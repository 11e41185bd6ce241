import { setTimeout as sleep } from 'node:timers/promises';
import type { Phase } from '../../widget/src/journey/phase.ts';
import { english } from '../../widget/src/strings.ts';
import { until } from '../support/until.ts';
import { type DrivenWindow, type Engine, PATIENCE_MS, type Profile } from './drivers/driver.ts';
import type { Scenario } from './scenario.ts';

type Button = 'start' | 'again' | 'here' | 'disown';

/** What there is to press on the bank's pages. */
const CONSENT = 'form[action$="/consent"] button.primary';
const LOGIN = 'form[action$="/login"] button.primary';
const WAY_BACK = 'a.button.primary';

/** After which somebody presses again. */
const AGAIN_MS = 8000;

const BUSY: readonly (Phase | null)[] = ['starting', 'checking'];

/** Where the person goes. */
interface Addresses {
  readonly partner: { readonly url: string };
  readonly bankGate: { readonly url: string };
}

/** A customer in one browser profile, on the partner's page and at the bank. */
export class Person {
  readonly scene: Addresses;
  readonly presentation: Scenario['presentation'];
  readonly #engine: Engine;
  readonly #profile: Profile;
  /** The visits to the bank so far, by the part of the address that tells them apart. */
  readonly #visits = new Set<string>();

  private constructor(engine: Engine, profile: Profile, scene: Addresses, presentation: Scenario['presentation']) {
    this.#engine = engine;
    this.#profile = profile;
    this.scene = scene;
    this.presentation = presentation;
  }

  static async arrive(
    engine: Engine,
    scene: Addresses,
    { presentation }: Pick<Scenario, 'presentation'>,
  ): Promise<Person> {
    return new Person(engine, await engine.profile(), scene, presentation);
  }

  /** The same person at another device. */
  async elsewhere(): Promise<Person> {
    return new Person(this.#engine, await this.#engine.profile(), this.scene, this.presentation);
  }

  open(url = this.scene.partner.url): Promise<DrivenWindow> {
    return this.#profile.open(url);
  }

  /** The windows that are open now. */
  windows(): Promise<DrivenWindow[]> {
    return this.#profile.windows();
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

  /** @returns the window in which the bank is now, and shows its first page */
  async leave(page: DrivenWindow, button: Button = 'start'): Promise<DrivenWindow> {
    await this.press(page, button);
    return this.arriveAtBank();
  }

  /** Waits for the window in which the bank shows its first page. */
  async arriveAtBank(): Promise<DrivenWindow> {
    let bank: DrivenWindow | undefined;
    await until(
      'a window at the bank',
      async () => {
        bank = await this.#newVisit();
        return bank;
      },
      PATIENCE_MS,
    );
    await until('the bank’s first page', () => isAt(bank as DrivenWindow, CONSENT), PATIENCE_MS);
    return bank as DrivenWindow;
  }

  /** Agrees and logs in, to the bank's last page, where only the way back is left. */
  async connect(bank: DrivenWindow): Promise<void> {
    await goOn(bank, CONSENT, LOGIN);
    await goOn(bank, LOGIN, WAY_BACK);
  }

  /** The address behind the link to the partner. */
  async wayBack(bank: DrivenWindow): Promise<string> {
    return bank.evaluate((link) => document.querySelector<HTMLAnchorElement>(link)?.href ?? '', WAY_BACK);
  }

  /** Follows the way back, until the bank's last page is gone from its window, or the window is. */
  async comeBack(bank: DrivenWindow): Promise<void> {
    const isGone = async () => !(await isAt(bank, WAY_BACK));
    await insist(bank, 'the way back is gone', isGone, () => bank.click(find, WAY_BACK));
  }

  /** Agrees, and then wants to go back: to the partner's page, or in a window of its own to the first of the bank's. */
  async goBack(bank: DrivenWindow): Promise<void> {
    await goOn(bank, CONSENT, LOGIN);
    await back(bank, LOGIN, CONSENT);
    if (this.presentation === 'redirect') await back(bank, CONSENT, 'atto-connect');
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

/** Clicks, to the page that has the next thing to press. */
async function goOn(bank: DrivenWindow, selector: string, next: string): Promise<void> {
  const click = () => bank.click(find, selector);
  await insist(bank, next, () => isAt(bank, next), click);
}

/** By the Back button, from a page that has this to the one before, which has that. */
async function back(bank: DrivenWindow, from: string, before: string): Promise<void> {
  const goBack = async () => {
    if (await isAt(bank, from)) await bank.back();
  };
  await insist(bank, before, () => isAt(bank, before), goBack);
}

/** Acts until it is so: what is done on a page that is just being replaced is lost. */
async function insist(
  bank: DrivenWindow,
  what: string,
  isSo: () => Promise<boolean>,
  act: () => Promise<void>,
): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    await act().catch(() => {});
    const is = await until(what, isSo, AGAIN_MS).then(
      () => true,
      () => false,
    );
    if (is) return;
  }
  throw new Error(`not within ${PATIENCE_MS} ms: ${what}; there is: ${await bank.url()}`);
}

/** Whether the window shows a page that has this. */
async function isAt(window: DrivenWindow, selector: string): Promise<boolean> {
  return window.evaluate((wanted) => document.querySelector(wanted) !== null, selector).catch(() => false);
}
