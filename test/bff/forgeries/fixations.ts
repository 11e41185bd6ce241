import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Answer, ViewOrProblem } from '../../support/bff-client.ts';
import type { ForgersWorld } from './world.ts';

/** How somebody starts a journey that somebody else is to finish. */
const starts = {
  'signed in': async (world: ForgersWorld) => {
    const token = await world.customerToken('mallory');
    return (await world.client.start({}, token)).body;
  },
  'as a guest': (world: ForgersWorld) => world.started(),
  'by the partner’s server': (world: ForgersWorld) => world.started('mallory'),
};

/** Which link is passed on: Atto's, where the starter has gone as far as that, or ours. */
const links = ['Atto’s link', 'our link'] as const;

/** What the page of the one who finishes holds. */
const pages = {
  'no journey': async () => null,
  'a journey of her own': (world: ForgersWorld) => world.launched('victim'),
  'a guest’s journey': (world: ForgersWorld) => world.launched(),
};

interface Finish {
  readonly handle: string;
  readonly raw: object;
  /** The journey that her page holds. */
  readonly own: StartedJourney | null;
}

/** What she does, or her page for her. */
const acts = {
  'closes the page': async () => {},
  'lets her page hand the return over': async (world: ForgersWorld, { handle, own }: Finish) => {
    if (own !== null) await world.client.redeem(own, { handle });
  },
  'lets her page hand the raw return over': async (world: ForgersWorld, { raw, own }: Finish) => {
    if (own !== null) await world.client.redeem(own, raw);
  },
  'continues here': async (world: ForgersWorld, { handle }: Finish) => {
    const authorization = `Bearer ${await world.customerToken('victim')}`;
    await world.post(`/v1/returns/${handle}/resume`, authorization, {});
  },
  'says that she did not start it': async (world: ForgersWorld, { handle }: Finish) => {
    await world.post(`/v1/returns/${handle}/disown`, undefined, {});
  },
};

export interface Fixation {
  readonly name: string;
  readonly start: keyof typeof starts;
  readonly link: (typeof links)[number];
  readonly page: keyof typeof pages;
  readonly act: keyof typeof acts;
}

const names = <Table extends object>(table: Table) => Object.keys(table) as (keyof Table)[];

export const fixations: readonly Fixation[] = names(starts).flatMap((start) =>
  links.flatMap((link) =>
    names(pages).flatMap((page) =>
      names(acts)
        // A page that holds nothing has nothing to hand a return over with.
        .filter((act) => page !== 'no journey' || !act.startsWith('lets'))
        .map((act) => ({ start, link, page, act, name: `${start}, ${link}; her page holds ${page}; she ${act}` })),
    ),
  ),
);

/** What became of it. */
export interface Fixed {
  readonly journey: StartedJourney;
  readonly consentId: string;
  readonly own: StartedJourney | null;
  /** Every status that the starter saw. */
  readonly seen: readonly string[];
}

/** One starts, another finishes; the starter polls all the time and tries what can be tried without the consent id. */
export async function fix(world: ForgersWorld, { start, link, page, act }: Fixation): Promise<Fixed> {
  const seen: string[] = [];
  const journey = await starts[start](world);
  const poll = async () => {
    const { status, consent, receipt } = await world.view(journey);
    seen.push(consent === undefined && receipt === undefined ? status : `${status}, with consent or receipt`);
  };
  const own = await pages[page](world);
  await world.client.go(journey.launchUrl, { 'sec-fetch-mode': 'navigate', ...(link === 'our link' && HERS) });
  await poll();
  const consentId = world.consent(journey);
  await world.webhook(consentId);
  await poll();
  const returned = { customer_ref: journey.reference, state: 'success', consent_id: consentId };
  const handle = await world.client.handle(returned);
  await poll();
  const raw = { customerRef: journey.reference, state: 'success', consentId };
  await acts[act](world, { handle, raw, own });
  await poll();
  for (const attempt of attempts(world, journey)) {
    const { body } = await attempt();
    seen.push(body.status);
    await poll();
  }
  return { journey, consentId, own, seen };
}

/** The same with one person at both ends: her page holds the journey. */
export async function finishHonestly(world: ForgersWorld, start: keyof typeof starts): Promise<string> {
  const journey = await starts[start](world);
  await world.client.go(journey.launchUrl);
  const consentId = world.consent(journey);
  await world.webhook(consentId);
  const handle = await world.client.handle({
    customer_ref: journey.reference,
    state: 'success',
    consent_id: consentId,
  });
  await world.client.redeem(journey, { handle });
  return (await world.view(journey)).status;
}

export const waysToStart = names(starts);

/** Her browser, not the starter's. */
const HERS = { 'user-agent': 'hers', referer: 'https://mail.example/' };

/** The starter has the token, the reference and the links; not the handle, and not the id. */
function attempts(world: ForgersWorld, journey: StartedJourney): (() => Promise<Answer<ViewOrProblem>>)[] {
  const { client } = world;
  const { reference } = journey;
  const raw = (consentId?: string) => () =>
    client.redeem(journey, { customerRef: reference, state: 'success', consentId });
  return [
    raw(),
    raw(crypto.randomUUID()),
    async () => {
      const handle = await client.handle({ customer_ref: reference, state: 'success' });
      return client.redeem(journey, { handle });
    },
    async () => client.redeem(journey, { handle: 'A'.repeat(43) }),
    async () => {
      const mine = world.consent(await world.started('mallory'));
      const handle = await client.handle({ customer_ref: reference, state: 'success', consent_id: mine });
      return client.redeem(journey, { handle });
    },
    async () => {
      const { body } = await client.launchAgain(journey);
      if (body.launchUrl !== undefined) await client.go(body.launchUrl);
      return client.view(journey, { prefer: 'wait=1' });
    },
  ];
}
