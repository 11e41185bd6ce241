import { setTimeout as sleep } from 'node:timers/promises';
import { acts } from './acts.ts';
import type { Engine } from './drivers/driver.ts';
import { Person } from './person.ts';
import type { Places } from './places.ts';
import { type Measurement, Play, TooLate } from './play.ts';
import { nameOf, type Scenario } from './scenario.ts';
import { Scene } from './scene.ts';

/** Whatever hangs. */
const SCENARIO_MS = 180_000;
const CLOSING_MS = 20_000;

export interface Result extends Scenario {
  passed: boolean;
  /** 2: it was played again, and why; how it went then is what is told. */
  attempts: number;
  playedAgainBecause?: string;
  /** From first to last. */
  milliseconds: number;
  measured: Measurement[];
  failure?: string;
}

/**
 * Plays a scenario from beginning to end, as soon as there is a place; it never rejects. One that is late and nothing
 * else is played once more, since a machine that is busy with something else makes pages late too; so is one whose
 * engine died. The result says so.
 */
export async function play(engine: Engine, scenario: Scenario, places: Places): Promise<Result> {
  const { deaths } = engine;
  const once = () => places.take((makeRoom) => attempt(engine, scenario, makeRoom));
  const first = await once();
  const isForgiven = first.error instanceof TooLate || (first.error && engine.deaths > deaths);
  if (!isForgiven) return { ...resultOf(scenario, first), attempts: 1 };
  return { ...resultOf(scenario, await once()), attempts: 2, playedAgainBecause: (first.error as Error).message };
}

interface Attempt {
  milliseconds: number;
  measured: Measurement[];
  error: unknown;
}

async function attempt(engine: Engine, scenario: Scenario, makeRoom: () => void): Promise<Attempt> {
  const start = performance.now();
  const measured: Measurement[] = [];
  let error: unknown;
  try {
    await perform(engine, scenario, measured, makeRoom);
  } catch (thrown) {
    error = thrown ?? new Error('nothing was thrown');
  }
  return { milliseconds: Math.round(performance.now() - start), measured, error };
}

async function perform(
  engine: Engine,
  scenario: Scenario,
  measured: Measurement[],
  makeRoom: () => void,
): Promise<void> {
  const scene = await Scene.open(scenario);
  try {
    const thePlay = new Play(scene, await Person.arrive(engine, scene, scenario), measured, makeRoom);
    try {
      await Promise.race([acts[scenario.turn](thePlay), tooLong(nameOf(scenario))]);
    } finally {
      await Promise.race([thePlay.close(), passes(CLOSING_MS)]);
    }
  } finally {
    await scene.close();
  }
}

function resultOf(scenario: Scenario, { milliseconds, measured, error }: Attempt): Omit<Result, 'attempts'> {
  const result = { ...scenario, passed: error === undefined, milliseconds, measured };
  return error === undefined ? result : { ...result, failure: (error as Error).stack ?? String(error) };
}

function passes(ms: number): Promise<void> {
  return sleep(ms, undefined, { ref: false });
}

async function tooLong(name: string): Promise<never> {
  await passes(SCENARIO_MS);
  throw new Error(`not over after ${SCENARIO_MS} ms: ${name}`);
}
