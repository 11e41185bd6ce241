import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Answer, ViewOrProblem } from '../support/bff-client.ts';
import { until } from '../support/until.ts';
import { type Fixed, finishHonestly, fix, fixations, waysToStart } from './forgeries/fixations.ts';
import { type Brought, type Forgery, forgeries, type Target, truth } from './forgeries/forgeries.ts';
import { ForgersWorld } from './forgeries/world.ts';

const AT_A_TIME = 8;
const UNBOUND_SECONDS = 600;
const JOURNEY_SECONDS = 3600;

let world: ForgersWorld;

before(async () => {
  world = await ForgersWorld.open();
});

after(async () => {
  await world.close();
});

describe('a forged return', () => {
  for (const way of ['handle', 'parameters'] as const) {
    it(`connects when nothing in it is forged (by ${way})`, async () => {
      const { forged } = await forge({ name: 'the truth', way, lies: [] });
      assert.equal(forged.body.status, 'connected', forged.text);
    });
  }

  it('was tried in at least 500 ways, an Active consent of the reference and its webhook there each time', (test) => {
    test.diagnostic(`${forgeries.length} forged returns`);
    assert.ok(forgeries.length >= 500, `${forgeries.length}`);
    assert.equal(new Set(forgeries.map(({ name }) => name)).size, forgeries.length);
  });

  it('connects nothing, shows nothing, and keeps nobody honest from connecting', async (test) => {
    const [connected, shown, lost, statuses] = [
      [] as string[],
      [] as string[],
      [] as string[],
      new Map<number, number>(),
    ];
    await inChunks(forgeries, async (forgery) => {
      const { forged, seen, honest } = await forge(forgery);
      statuses.set(forged.status, (statuses.get(forged.status) ?? 0) + 1);
      if ([forged.body.status, seen.status].includes('connected')) connected.push(forgery.name);
      if (/receipt|consent"/.test(forged.text + JSON.stringify(seen))) shown.push(forgery.name);
      if (honest.body.status !== 'connected') lost.push(`${forgery.name}: ${honest.text}`);
    });
    test.diagnostic(`answered with ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')}`);
    assert.deepEqual({ connected, shown, lost }, { connected: [], shown: [], lost: [] });
  });
});

describe('a journey that one starts and another finishes', () => {
  const fixed: (Fixed & { name: string; isDisowned: boolean })[] = [];

  for (const start of waysToStart) {
    it(`connects when it is one person, who started ${start}`, async () => {
      assert.equal(await finishHonestly(world, start), 'connected');
    });
  }

  it('was tried in at least 60 ways', (test) => {
    test.diagnostic(`${fixations.length} fixations`);
    assert.ok(fixations.length >= 60, `${fixations.length}`);
  });

  it('never shows success to who started it, however often it is asked', async () => {
    const fooled: string[] = [];
    await inChunks(fixations, async (fixation) => {
      const outcome = await fix(world, fixation);
      fixed.push({ ...outcome, name: fixation.name, isDisowned: fixation.act === 'says that she did not start it' });
      if (outcome.seen.some((status) => /connected|with/.test(status))) fooled.push(fixation.name);
    });
    assert.equal(fixed.length, fixations.length);
    assert.deepEqual(fooled, []);
  });

  it('keeps the one who finished it from nothing: her own journey connects', async () => {
    const lost: string[] = [];
    await inChunks(fixed, async ({ own, name }) => {
      if (own === null) return;
      const consentId = world.consent(own);
      const { body } = await world.client.redeem(own, { customerRef: own.reference, state: 'success', consentId });
      if (body.status !== 'connected') lost.push(name);
    });
    assert.deepEqual(lost, []);
  });

  it('is unbound or disowned to the partner’s server after ten minutes', async () => {
    world.pass(UNBOUND_SECONDS + 1);
    const pending = new Map(fixed.map(({ consentId, isDisowned }) => [consentId, isDisowned ? 'disowned' : 'unbound']));
    await until(
      'each consent is unbound or disowned',
      async () => {
        // Atto's quota is that of a minute.
        world.pass(5);
        for (const [consentId, binding] of pending)
          if ((await world.server.consent(consentId)).body.binding === binding) pending.delete(consentId);
        return pending.size === 0;
      },
      20_000,
    );
  });

  it('ends expired or disowned, and nothing else', async () => {
    world.pass(JOURNEY_SECONDS);
    const statuses = await Promise.all(fixed.map(async ({ journey }) => (await world.view(journey)).status));
    const disowned = fixed.filter(({ isDisowned }) => isDisowned).length;
    assert.equal(statuses.filter((status) => status === 'disowned').length, disowned);
    assert.equal(statuses.filter((status) => status === 'expired').length, fixed.length - disowned);
  });
});

/** Brings a forged return to a journey whose own consent is Active and told of, looks at it, and then brings the truth. */
async function forge({ way, lies }: Forgery) {
  const journey = await world.started('cust-1');
  const target: Target = { journey, consentId: world.consent(journey) };
  let brought = truth(target);
  for (const { tell } of lies) brought = await tell(brought, target, world);
  const { consentId } = target;
  const handle = brought.early && way === 'handle' ? await handleOf(brought) : undefined;
  if (handle !== undefined) world.pass(1);
  await world.client.go(journey.launchUrl);
  await world.webhook(consentId);
  const body = way === 'handle' ? { handle: handle ?? (await handleOf(brought)) } : raw(brought);
  const authorization = brought.holder === null ? undefined : `Bearer ${brought.holder.journeyToken}`;
  const path = `/v1/journeys/${journey.journeyId}/return`;
  const forged: Answer<ViewOrProblem> = await world.post(path, authorization, body);
  const seen = await world.view(journey);
  const honest = await world.client.redeem(journey, { customerRef: journey.reference, state: 'success', consentId });
  return { forged, seen, honest };
}

function handleOf({ parameters, partner }: Brought): Promise<string> {
  return world.client.handle(parameters, partner);
}

/** As the widget spells them. */
function raw({ parameters }: Brought): object {
  const { customer_ref: customerRef, consent_id: consentId, ...others } = parameters;
  return { customerRef, consentId, ...others };
}

/** A few at a time; between them the clock goes on, as Atto's quota needs it to. */
async function inChunks<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_A_TIME) {
    await Promise.all(items.slice(start, start + AT_A_TIME).map(work));
    world.pass(5);
  }
}
