import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LastingEngine } from './drivers/lasting-engine.ts';
import { AT_A_TIME, BUSY_AT_A_TIME, type EngineName, engineKinds, whyMissing } from './engines.ts';
import { leftOverSuite } from './left-over-suite.ts';
import { Places } from './places.ts';
import { play } from './player.ts';
import { nameOf, oneOfEachKind } from './scenario.ts';
import { thirdPartyCookie } from './third-party.ts';

/** One scenario of each kind in one engine; `npm run test:full` plays all. */
export function playEachKindIn(name: EngineName): void {
  describe(`journeys in ${name}`, { skip: whyMissing(name), concurrency: AT_A_TIME }, () => {
    const places = new Places(BUSY_AT_A_TIME);
    let engine: LastingEngine | undefined;

    before(async () => {
      const kind = engineKinds.find((each) => each.name === name);
      assert.ok(kind);
      engine = await LastingEngine.start(kind.start);
    });
    after(() => engine?.close());

    it('are played where third parties keep nothing, as in a private window', async () => {
      assert.ok(engine);
      assert.equal(await thirdPartyCookie(engine), '');
    });

    leftOverSuite(() => {
      assert.ok(engine);
      return engine;
    }, places);

    for (const scenario of oneOfEachKind) {
      it(nameOf(scenario), async (t) => {
        assert.ok(engine);
        const { failure, playedAgainBecause } = await play(engine, scenario, places);
        if (playedAgainBecause) t.diagnostic(`played twice: ${nameOf(scenario)}: ${playedAgainBecause}`);
        if (failure) assert.fail(failure);
      });
    }
  });
}
