import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Consent } from '../support/other-atto.ts';
import { lies } from './lies/index.ts';
import { assertEnding, isConnected, type Returned, type Told, type Truth, tell } from './lies/lie.ts';
import { type RunningWorld, startWorld } from './lies/world.ts';

let world: RunningWorld;
/** Journeys that were lied to. */
const deceived: { journey: StartedJourney; lie: string }[] = [];

before(async () => {
  world = await startWorld();
});

after(async () => {
  await world.close();
});

for (const attacks of new Set(lies.map((row) => row.attacks))) {
  describe(`a return that lies where ${attacks}`, () => {
    for (const row of lies.filter((other) => other.attacks === attacks)) {
      for (const channel of row.by) {
        it(`${row.lie} (by ${channel}): connects nothing, and connects once it is true`, async () => {
          const lied = await row.tell(world, channel, true);
          const corrected = await row.tell(world, channel, false);
          if (attacks !== 'what is bound stays bound') deceived.push({ journey: lied.journey, lie: row.lie });
          assert.equal(isConnected(lied), false, 'the lie was believed');
          assertEnding(lied, row.ends[channel]);
          assert.equal(isConnected(corrected), true, `the truth was not believed: ${corrected.answer.text}`);
        });
      }
    }
  });
}

describe('a return that is true and only looks odd', () => {
  const consents: Record<string, (truth: Truth) => Consent> = {
    'names our application in capitals': ({ consent }) => ({
      applicationId: String(consent?.['applicationId']).toUpperCase(),
    }),
    'began 115 seconds before the launch: clocks differ': ({ launchedAt }) => ({
      consentStart: new Date(launchedAt - 115_000).toISOString(),
    }),
    'has no start yet, but a new status': () => ({ consentStart: null }),
    'leaves out its start': () => ({ consentStart: undefined }),
    'has its times in another zone': ({ launchedAt }) => ({
      consentStart: new Date(launchedAt + 7_200_000).toISOString().replace('Z', '+02:00'),
    }),
    'has fields that we do not know': () => ({
      consentIdentifier: 'x',
      applicationIds: [],
      customer: { reference: 1 },
    }),
  };
  for (const [what, edit] of Object.entries(consents)) {
    it(`connects though the consent ${what}`, async () => {
      const told = await tell(world, 'handle', (truth) => ({ consent: { ...truth.consent, ...edit(truth) } }));
      assert.equal(isConnected(told), true, told.answer.text);
    });
  }

  const returns: Record<string, (returned: Returned) => Returned> = {
    'has parameters of somebody else': (returned) => ({ utm_source: 'atto', ...returned, consent: 'x' }),
    'has its parameters in another order': ({ customer_ref, state, consent_id }) => ({
      consent_id,
      state,
      customer_ref,
    }),
    'has an error that is empty': (returned) => ({ ...returned, error: '' }),
    'describes no error': (returned) => ({ ...returned, error_description: '' }),
  };
  for (const [what, edit] of Object.entries(returns)) {
    it(`connects though the address ${what}`, async () => {
      const told = await tell(world, 'handle', ({ returned }) => ({ returned: edit(returned) }));
      assert.equal(isConnected(told), true, told.answer.text);
    });
  }

  it('connects once a consent that was Pending is Active', async () => {
    const pending = await tell(world, 'handle', ({ consent }) => ({
      consent: { ...consent, consentStatus: 'Pending', consentStart: null },
    }));
    assert.equal(pending.answer.body.status, 'returned');
    for (const [id, consent] of world.atto.consents) {
      if (consent['customerReference'] === pending.journey.reference)
        world.atto.consents.set(id, { ...consent, consentStatus: 'Active' });
    }
    const view = await world.bff.view(pending.journey, { 'if-none-match': tagOf(pending), prefer: 'wait=25' });
    assert.equal(view.body.status, 'connected', `${view.status} ${view.text}`);
  });
});

describe('everybody who was lied to', () => {
  it('is still not connected after Atto was asked again', async () => {
    await sleep(1500);
    const connected: string[] = [];
    for (const { journey, lie } of deceived) {
      const { body } = await world.bff.view(journey);
      if (body.status === 'connected') connected.push(lie);
    }
    assert.ok(deceived.length >= 100, `only ${deceived.length} lies were told`);
    assert.deepEqual(connected, []);
  });
});

function tagOf({ answer }: Told): string {
  return answer.headers['etag'] ?? '';
}
