import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { JourneyStatus } from '../../widget/src/contract.ts';
import type { Phase } from '../../widget/src/journey/phase.ts';
import type { PartnerJourney } from '../support/partner-server.ts';
import type { DrivenWindow } from './drivers/driver.ts';
import type { Person } from './person.ts';
import type { Scene } from './scene.ts';

/** How long a page and the partner's server may take to know a fact. */
const SOON_MS = 5000;
/** For how long it is waited nevertheless, to say how late it was. */
const LATE_MS = 20_000;
/** In which a second ending, if there were one, would have come. */
const AFTERMATH_MS = 2500;

/** How long it took until a fact was known. */
export interface Measurement {
  fact: string;
  milliseconds: number;
}

/** One scenario under way: who is in it, and what is expected of it. */
export class Play {
  readonly scene: Scene;
  readonly person: Person;
  readonly #measured: Measurement[];
  readonly #people: Person[];
  readonly #makeRoom: () => void;
  #fact = '';
  #happenedAt = 0;

  constructor(scene: Scene, person: Person, measured: Measurement[], makeRoom: () => void) {
    this.scene = scene;
    this.person = person;
    this.#people = [person];
    this.#measured = measured;
    this.#makeRoom = makeRoom;
  }

  async anotherBrowser(): Promise<Person> {
    const other = await this.person.elsewhere();
    this.#people.push(other);
    return other;
  }

  /** From this moment on it is so. */
  happens(fact: string, at = Date.now()): void {
    this.#fact = fact;
    this.#happenedAt = at;
  }

  /** The page shows this soon after the fact. */
  async shows(page: DrivenWindow, phase: Phase): Promise<void> {
    let shown: Phase | null = null;
    await this.#soon(
      `the page shows ${phase}`,
      async () => {
        shown = await this.person.phase(page);
        return shown === phase;
      },
      async () => `${shown} at ${await page.url().catch(String)}`,
    );
  }

  /** The page no longer offers the bank's window; until then its buttons may change places. */
  async missesTheWindow(page: DrivenWindow): Promise<void> {
    const isMissed = async () => !(await this.person.isOfferedTheWindow(page));
    await this.#soon('the page misses the window', isMissed, async () => 'it is offered');
  }

  /** The keyboard goes on in the widget. */
  async hasFocus(page: DrivenWindow): Promise<void> {
    let focused = '';
    const isThere = async () => {
      focused = await page.evaluate(() => document.activeElement?.localName ?? '', null).catch(String);
      return focused === 'atto-connect';
    };
    await this.#soon('the widget has the focus', isThere, async () => focused);
  }

  /** The partner's server knows this soon after the fact; the journey is the first unless another is named. */
  async isKnown(status: JourneyStatus, journeyId = this.scene.journeyIds[0] ?? ''): Promise<void> {
    await this.knows(status, (journey) => journey.status === status, journeyId);
  }

  async knows(
    what: string,
    isSo: (journey: PartnerJourney) => boolean,
    journeyId = this.scene.journeyIds[0] ?? '',
  ): Promise<void> {
    let journey: PartnerJourney | undefined;
    await this.#soon(
      `the partner’s server knows: ${what}`,
      async () => {
        journey = await this.scene.atServer(journeyId);
        return isSo(journey);
      },
      async () => `${journey?.status} ${journey?.binding}`,
    );
  }

  /** Each browser is told exactly these, in any order, nothing more comes, and no page is busy for long. */
  async ends(...told: string[][]): Promise<void> {
    const byBrowser = () => [...Map.groupBy(this.scene.partner.endings, ({ browser }) => browser).values()];
    const types = () =>
      byBrowser()
        .map((each) => each.map(({ type }) => type).sort())
        .sort();
    const isTold = async () => isDeepStrictEqual(types(), told.toSorted());
    await this.#soon('pages are told', isTold, async () => JSON.stringify(this.scene.partner.endings));
    let spinning: string[] = [];
    await this.#soon(
      'no page is busy',
      async () => {
        spinning = (await Promise.all(this.#people.map((person) => person.spinning()))).flat();
        return spinning.length === 0;
      },
      async () => spinning.join(),
    );
    await this.waits(AFTERMATH_MS);
    assert.deepEqual(types(), told.toSorted(), 'what pages were told');
    const perJourney = byBrowser().map((each) => each.map(({ journeyId }) => journeyId));
    for (const ids of perJourney) assert.equal(new Set(ids).size, ids.length, 'one ending a journey');
  }

  /** Nothing happens for so long, and another scenario may go on meanwhile. */
  async waits(ms: number): Promise<void> {
    this.#makeRoom();
    await sleep(ms);
  }

  async close(): Promise<void> {
    await Promise.all(this.#people.map((person) => person.close().catch(() => {})));
  }

  async #soon(what: string, isSo: () => Promise<boolean>, seen: () => Promise<string>): Promise<void> {
    const now = () => Date.now() - this.#happenedAt;
    while (!(await isSo())) {
      if (now() > LATE_MS) throw new Error(`${this.#fact}: never ${what}; last seen: ${await seen()}`);
      await sleep(50);
    }
    const milliseconds = Math.max(now(), 0);
    this.#measured.push({ fact: `${this.#fact}: ${what}`, milliseconds });
    if (milliseconds > SOON_MS) throw new TooLate(`${this.#fact}: ${milliseconds} ms until ${what}`);
  }
}

/** What was to come has come, but not soon. */
export class TooLate extends Error {
  override readonly name = 'TooLate';
}
