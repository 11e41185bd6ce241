import { setTimeout as sleep } from 'node:timers/promises';
import { acts } from './acts.ts';
import type { Engine } from './drivers/driver.ts';
import { Person } from './person.ts';
import { type Measurement, Play, TooLate } from './play.ts';
import { nameOf, type Scenario } from './scenario.ts';
import { Scene } from './scene.ts';

/** Whatever hangs. */
const SCENARIO_MS = 180_000;

export interface Result extends Scenario {
  passed: boolean;
  /** 2: the first time all was right but late. */
  attempts: number;
  /** From first to last. */
  milliseconds: number;
  measured: Measurement[];
  failure?: string;
}

/**
 * Plays a scenario from beginning to end; it never rejects. One that is late and nothing else is played once more, since
 * a machine that is busy with something else makes pages late too; the result says so.
 */
export async function play(engine: Engine, scenario: Scenario): Promise<Result> {
  const first = await attempt(engine, scenario);
  if (!(first.error instanceof TooLate)) return resultOf(scenario, first, 1);
  return resultOf(scenario, await attempt(engine, scenario), 2);
}

interface Attempt {
  milliseconds: number;
  measured: Measurement[];
  error: unknown;
}

async function attempt(engine: Engine, scenario: Scenario): Promise<Attempt> {
  const start = performance.now();
  const measured: Measurement[] = [];
  let error: unknown;
  try {
    await perform(engine, scenario, measured);
  } catch (thrown) {
    error = thrown ?? new Error('nothing was thrown');
  }
  return { milliseconds: Math.round(performance.now() - start), measured, error };
}

async function perform(engine: Engine, scenario: Scenario, measured: Measurement[]): Promise<void> {
  const scene = await Scene.open(scenario);
  try {
    const thePlay = new Play(scene, await Person.arrive(engine, scene, scenario), measured);
    try {
      await Promise.race([acts[scenario.turn](thePlay), tooLong(nameOf(scenario))]);
    } finally {
      await thePlay.close();
    }
  } finally {
    await scene.close();
  }
}

function resultOf(scenario: Scenario, { milliseconds, measured, error }: Attempt, attempts: number): Result {
  const result = { ...scenario, passed: error === undefined, attempts, milliseconds, measured };
  return error === undefined ? result : { ...result, failure: (error as Error).stack ?? String(error) };
}

async function tooLong(name: string): Promise<never> {
  await sleep(SCENARIO_MS, undefined, { ref: false });
  throw new Error(`not over after ${SCENARIO_MS} ms: ${name}`);
}
