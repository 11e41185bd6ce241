import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JourneyStatus } from '../../widget/src/contract.ts';
import type { Phase } from '../../widget/src/journey/phase.ts';
import type { PartnerJourney } from '../support/partner-server.ts';
import { acts } from './acts.ts';
import type { DrivenWindow, Engine } from './drivers/driver.ts';
import { Person } from './person.ts';
import { nameOf, type Scenario } from './scenario.ts';
import { Scene } from './scene.ts';

/** How long a page and the partner's server may take to know a fact. */
const SOON_MS = 5000;
/** For how long it is waited nevertheless, to say how late it was. */
const LATE_MS = 20_000;
/** In which a second ending, if there were one, would have come. */
const AFTERMATH_MS = 1000;
/** Whatever hangs. */
const SCENARIO_MS = 120_000;

/** How long it took until a fact was known. */
export interface Measurement {
  fact: string;
  milliseconds: number;
}

export interface Result extends Scenario {
  passed: boolean;
  /** From first to last. */
  milliseconds: number;
  measured: Measurement[];
  failure?: string;
}

/** One scenario under way: who is in it, and what is expected of it. */
export class Play {
  readonly scene: Scene;
  readonly person: Person;
  readonly measured: Measurement[] = [];
  readonly #people: Person[];
  #fact = '';
  #happenedAt = 0;

  constructor(scene: Scene, person: Person) {
    this.scene = scene;
    this.person = person;
    this.#people = [person];
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

  /** Nothing more comes: each browser was told exactly these, in any order, and no page is still busy. */
  async ends(...told: string[][]): Promise<void> {
    await sleep(AFTERMATH_MS);
    const { endings } = this.scene.partner;
    const byBrowser = [...Map.groupBy(endings, ({ browser }) => browser).values()];
    const types = byBrowser.map((each) => each.map(({ type }) => type).sort());
    assert.deepEqual(types.sort(), told.filter(({ length }) => length > 0).sort(), 'what pages were told');
    const perJourney = byBrowser.map((each) => each.map(({ journeyId }) => journeyId));
    for (const ids of perJourney) assert.equal(new Set(ids).size, ids.length, 'one ending a journey');
    const spinning = (await Promise.all(this.#people.map((person) => person.spinning()))).flat();
    assert.deepEqual(spinning, [], 'pages that are still busy');
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
    this.measured.push({ fact: `${this.#fact}: ${what}`, milliseconds });
    assert.ok(milliseconds <= SOON_MS, `${this.#fact}: ${milliseconds} ms until ${what}`);
  }
}

/** Plays a scenario from beginning to end; it never rejects. */
export async function play(engine: Engine, scenario: Scenario): Promise<Result> {
  const start = performance.now();
  let measured: Measurement[] = [];
  let failure: string | undefined;
  try {
    const scene = await Scene.open(scenario);
    try {
      const person = await Person.arrive(engine, scene, scenario);
      const thePlay = new Play(scene, person);
      measured = thePlay.measured;
      try {
        await Promise.race([acts[scenario.turn](thePlay), tooLong(nameOf(scenario))]);
      } finally {
        await thePlay.close();
      }
    } finally {
      await scene.close();
    }
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : `${error}`;
  }
  const milliseconds = Math.round(performance.now() - start);
  return { ...scenario, passed: failure === undefined, milliseconds, measured, ...(failure && { failure }) };
}

async function tooLong(name: string): Promise<never> {
  await sleep(SCENARIO_MS, undefined, { ref: false });
  throw new Error(`not over after ${SCENARIO_MS} ms: ${name}`);
}
