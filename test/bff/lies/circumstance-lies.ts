import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { BffClient, Held } from '../../support/bff-client.ts';
import {
  both,
  bring,
  type Channel,
  type Comparison,
  type Ending,
  type Lie,
  malformed,
  rawParameters,
  refused,
  type Told,
  type Truth,
  told,
  truthOf,
  type World,
} from './lie.ts';

const TEN_MINUTES = 600_000;
const HOUR = 3_600_000;
const notFound: Ending = { status: 404, code: 'not_found', becomes: 'unchanged' };
const unknownToken: Ending = { status: 401, code: 'invalid_token', becomes: 'unchanged' };
const expired: Ending = { status: 200, code: 'journey_expired', becomes: 'unchanged' };

/** What Atto says and what came back are true; when, where or to whom it is brought is not. */
export const circumstanceLies: readonly Lie[] = [
  {
    attacks: 'the journey was launched',
    lie: 'no browser ever left for Atto',
    by: ['handle', 'parameters'],
    ends: both(refused),
    async tell(world, channel, lying) {
      const journey = await world.bff.started('cust-7');
      if (!lying) await world.bff.go(journey.launchUrl);
      return redeemed(world, channel, journey);
    },
  },
  {
    attacks: 'the return came after the launch',
    lie: 'it was there before the browser left for Atto',
    by: ['handle'],
    ends: both(refused),
    async tell(world, _channel, lying) {
      const { bff } = world;
      const journey = await bff.started('cust-7');
      if (!lying) await bff.go(journey.launchUrl);
      const handle = await bff.handle(known(world, journey).returned);
      await sleep(5);
      if (lying) await bff.go(journey.launchUrl);
      return byHandle(bff, journey, handle);
    },
  },
  {
    attacks: 'the partner is of the path',
    lie: 'it came to the return page of another partner',
    by: ['handle'],
    ends: both(refused),
    async tell(world, _channel, lying) {
      const { bff, stranger } = world;
      const journey = await bff.launched('cust-7');
      const { returned } = known(world, journey);
      return byHandle(bff, journey, await bff.handle(returned, lying ? stranger : undefined));
    },
  },
  handle('was made up', () => randomBytes(32).toString('base64url')),
  handle('has its last character cut off', (value) => value.slice(0, -1)),
  handle('is in capitals', (value) => value.toUpperCase()),
  handle('has a space after it', (value) => `${value} `),
  handle('is still in its fragment', (value) => `#atto_return=${value}`),
  handle('is empty', () => '', malformed),
  handle('is null', () => null, malformed),
  handle('is an array of it', (value) => [value], malformed),
  {
    attacks: 'the handle is young',
    lie: 'it is older than ten minutes',
    by: ['handle'],
    ends: both(refused),
    async tell(world, _channel, lying) {
      const journey = await world.bff.launched('cust-7');
      const value = await world.bff.handle(known(world, journey).returned);
      await world.moveClock(lying ? TEN_MINUTES + 1000 : TEN_MINUTES - 60_000);
      return byHandle(world.bff, journey, value);
    },
  },
  {
    attacks: 'one journey to a return',
    lie: 'another journey of the same reference redeemed it',
    by: ['handle'],
    ends: both(refused),
    async tell(world, _channel, lying) {
      const { exact, atto } = world;
      const customer = `cust-${randomBytes(6).toString('hex')}`;
      const [first, second] = [await exact.launched(customer), await exact.launched(customer)];
      const { returned, consent } = truthOf(world, second);
      const value = await exact.handle(returned);
      // Atto does not know the consent yet, and the first journey gives up: the second is still open.
      if (lying) await exact.redeem(first, { handle: value });
      await exact.cancel(first);
      atto.consents.set(String(returned['consent_id']), consent ?? {});
      return byHandle(exact, second, value);
    },
  },
  afterWrongIds('five ids of other customers came before it', 'theirs'),
  afterWrongIds('five ids that nobody knows came before it', 'nobody’s'),
  token('the token is another journey’s', notFound, async ({ bff }, journey) => ({
    ...journey,
    journeyToken: (await bff.launched('cust-7')).journeyToken,
  })),
  token('the token is another customer’s', notFound, async ({ bff }, journey) => ({
    ...journey,
    journeyToken: (await bff.launched('cust-8')).journeyToken,
  })),
  token('the token was made up', unknownToken, async (_world, journey) => ({
    ...journey,
    journeyToken: randomBytes(32).toString('base64url'),
  })),
  token('the token has its last character cut off', unknownToken, async (_world, journey) => ({
    ...journey,
    journeyToken: journey.journeyToken.slice(0, -1),
  })),
  token('the token is the handle of the return', unknownToken, async ({ bff }, journey) => ({
    ...journey,
    journeyToken: await bff.handle({ customer_ref: journey.reference, state: 'success' }),
  })),
  {
    attacks: 'the journey goes on',
    lie: 'its hour is over',
    by: ['handle', 'parameters'],
    ends: both(expired),
    async tell(world, channel, lying) {
      const journey = await world.bff.launched('cust-7');
      if (lying) await world.moveClock(HOUR + 1000);
      return redeemed(world, channel, journey);
    },
  },
  {
    attacks: 'the journey goes on',
    lie: 'a sibling of the same reference came first',
    by: ['handle', 'parameters'],
    ends: both(expired),
    async tell(world, channel, lying) {
      const { exact } = world;
      const customer = `cust-${randomBytes(6).toString('hex')}`;
      const [first, second] = [await exact.launched(customer), await exact.launched(customer)];
      if (lying) await bring({ ...world, bff: exact }, channel, first, known(world, first).returned);
      return redeemed({ ...world, bff: exact }, channel, second);
    },
  },
  {
    attacks: 'what is bound stays bound',
    lie: 'a second consent follows the first',
    by: ['handle', 'parameters'],
    ends: both(refused),
    async tell(world, channel, lying) {
      const journey = await world.bff.launched('cust-7');
      const first = known(world, journey);
      await bring(world, channel, journey, first.returned);
      const { returned } = lying ? known(world, journey) : first;
      return told(world.bff, journey, () => bring(world, channel, journey, returned));
    },
  },
];

function handle(lie: string, bend: (value: string) => unknown, ends = refused): Lie {
  return {
    attacks: 'the handle is known',
    lie,
    by: ['handle'],
    ends: both(ends),
    async tell(world, _channel, lying) {
      const journey = await world.bff.launched('cust-7');
      const value = await world.bff.handle(known(world, journey).returned);
      return byHandle(world.bff, journey, lying ? bend(value) : value);
    },
  };
}

function token(lie: string, ends: Ending, bend: (world: World, journey: StartedJourney) => Promise<Held>): Lie {
  const attacks: Comparison = 'the token is the journey’s';
  return {
    attacks,
    lie,
    by: ['parameters'],
    ends: both(ends),
    async tell(world, _channel, lying) {
      const { bff } = world;
      const journey = await bff.launched('cust-7');
      const holder = lying ? await bend(world, journey) : journey;
      const { returned } = known(world, journey);
      return told(bff, journey, () => bff.redeem(holder, rawParameters(returned)));
    },
  };
}

/** The truth comes sixth; or, not lying, fifth. */
function afterWrongIds(lie: string, whose: 'theirs' | 'nobody’s'): Lie {
  return {
    attacks: 'five ids at most',
    lie,
    by: ['handle', 'parameters'],
    ends: both(refused),
    async tell(world, channel, lying) {
      const { bff } = world;
      const journey = await bff.launched('cust-7');
      for (let count = 0; count < (lying ? 5 : 4); count += 1) {
        const { returned, consent } = truthOf(world, journey);
        const id = String(returned['consent_id']);
        if (whose === 'theirs') world.atto.consents.set(id, { ...consent, customerReference: 'cust-8' });
        await bring(world, channel, journey, returned);
      }
      return redeemed(world, channel, journey);
    },
  };
}

/** The truth of a journey, and Atto knows the consent. */
function known(world: World, journey: StartedJourney): Truth {
  const truth = truthOf(world, journey);
  world.atto.consents.set(String(truth.returned['consent_id']), truth.consent ?? {});
  return truth;
}

async function redeemed(world: World, channel: Channel, journey: StartedJourney): Promise<Told> {
  const { returned } = known(world, journey);
  return told(world.bff, journey, () => bring(world, channel, journey, returned));
}

async function byHandle(bff: BffClient, journey: StartedJourney, value: unknown): Promise<Told> {
  return told(bff, journey, () => bff.redeem(journey, { handle: value }));
}
