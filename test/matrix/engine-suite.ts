import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Engine } from './drivers/driver.ts';
import { type EngineName, engineKinds, whyMissing } from './engines.ts';
import { play } from './player.ts';
import { nameOf, oneOfEachKind } from './scenario.ts';

/** So that the waits for what has to run out overlap; more would only make each slower. */
const AT_A_TIME = 3;

/** One scenario of each kind in one engine; `npm run test:full` plays all. */
export function playEachKindIn(name: EngineName): void {
  describe(`journeys in ${name}`, { skip: whyMissing(name), concurrency: AT_A_TIME }, () => {
    let engine: Engine | undefined;

    before(async () => {
      engine = await engineKinds.find((kind) => kind.name === name)?.start();
    });
    after(() => engine?.close());

    for (const scenario of oneOfEachKind) {
      it(nameOf(scenario), async () => {
        assert.ok(engine);
        const { failure } = await play(engine, scenario);
        if (failure) assert.fail(failure);
      });
    }
  });
}
