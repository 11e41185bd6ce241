import { randomBytes, randomUUID } from 'node:crypto';
import type { StartedJourney } from '@atto-connect/widget/contract';
import type { Held, ReturnParameters } from '../../support/bff-client.ts';
import type { ForgersWorld } from './world.ts';

/** One who has left for Atto, whose consent is Active and told of by a webhook, and who has not come back yet. */
export interface Target {
  readonly journey: StartedJourney;
  readonly consentId: string;
}

/** What is brought to the journey; whoever brings it may lack any of it, or have it wrong. */
export interface Brought {
  readonly holder: Pick<Held, 'journeyToken'> | null;
  /** The return page that it came to, and whether it was there before the launch. */
  readonly partner: string;
  readonly early: boolean;
  readonly parameters: ReturnParameters;
}

/** Something that is not as it should be: one comparison that must notice. */
interface Lie {
  readonly of: 'token' | 'reference' | 'id' | 'state' | 'path' | 'time';
  readonly lie: string;
  /** Raw parameters come by no return page, and are said once. */
  readonly byHandleOnly?: true;
  readonly tell: (brought: Brought, target: Target, world: ForgersWorld) => Brought | Promise<Brought>;
}

const named = (parameters: (target: Target, world: ForgersWorld) => ReturnParameters | Promise<ReturnParameters>) => {
  const tell: Lie['tell'] = async (brought, target, world) => ({
    ...brought,
    parameters: { ...brought.parameters, ...(await parameters(target, world)) },
  });
  return tell;
};
const held = (holder: (world: ForgersWorld) => Brought['holder'] | Promise<Brought['holder']>) => {
  const tell: Lie['tell'] = async (brought, _target, world) => ({ ...brought, holder: await holder(world) });
  return tell;
};

const tokens: Record<string, Lie['tell']> = {
  none: held(() => null),
  'made up': held(() => ({ journeyToken: randomBytes(32).toString('base64url') })),
  'of another customer': held((world) => world.launched('cust-2')),
  'of another journey of the same customer': held((world) => world.launched('cust-1')),
  'of a guest': held((world) => world.launched()),
  'of another partner’s journey': held((world) => world.launched('cust-1', 'stranger')),
};

const references: Record<string, Lie['tell']> = {
  'of another customer’s journey': named(async (_target, world) => ({
    customer_ref: (await world.started('cust-2')).reference,
  })),
  'of another journey of the same customer': named(async (_target, world) => ({
    customer_ref: (await world.started('cust-1')).reference,
  })),
  'of a guest': named(async (_target, world) => ({ customer_ref: (await world.started()).reference })),
  unknown: named(() => ({ customer_ref: `cust-1.${randomBytes(16).toString('base64url')}` })),
  'the partner’s own': named(() => ({ customer_ref: 'cust-1' })),
  'in the other case': named(({ journey }) => ({ customer_ref: swapCase(journey.reference) })),
  'with a space after it': named(({ journey }) => ({ customer_ref: `${journey.reference} ` })),
  'encoded twice': named(({ journey }) => ({ customer_ref: `%63${journey.reference.slice(1)}` })),
  'of 300 characters': named(({ journey }) => ({ customer_ref: journey.reference.padEnd(300, 'x') })),
  missing: named(() => ({ customer_ref: undefined })),
};

/** The customer's consent, but for this. */
const unfit: Record<string, Record<string, unknown>> = {
  'that is Pending': { consentStatus: 'Pending' },
  'that has Failed': { consentStatus: 'Failed' },
  'that is Revoked': { consentStatus: 'Revoked' },
  'that has Expired': { consentStatus: 'Expired' },
  'of another application': { applicationId: randomUUID() },
  'of nobody': { customerReference: null },
  'of the bare customer': { customerReference: 'cust-1' },
  'that began before the launch': { consentStart: '2020-01-01T00:00:00Z' },
};

const ids: Record<string, Lie['tell']> = {
  missing: named(() => ({ consent_id: undefined })),
  unknown: named(() => ({ consent_id: randomUUID() })),
  'of another customer': named(async (_target, world) => ({
    consent_id: world.consent(await world.started('cust-2')),
  })),
  'of another journey of the same customer': named(async (_target, world) => ({
    consent_id: world.consent(await world.started('cust-1')),
  })),
  'of a guest': named(async (_target, world) => ({ consent_id: world.consent(await world.started()) })),
  'with a line break': named(({ consentId }) => ({ consent_id: `${consentId}\r\n` })),
  'that climbs out of its path': named(({ consentId }) => ({ consent_id: `x/../${consentId}` })),
  'the reference': named(({ journey }) => ({ consent_id: journey.reference })),
  ...Object.fromEntries(
    Object.entries(unfit).map(([what, fields]) => [
      what,
      named(({ journey }, world) => ({ consent_id: world.consent(journey, fields) })),
    ]),
  ),
};

const states: Record<string, Lie['tell']> = {
  error: named(() => ({ state: 'error', error: 'access_denied' })),
  'error without an error': named(() => ({ state: 'error' })),
  'success and an error': named(() => ({ error: 'access_denied' })),
  'in capitals': named(() => ({ state: 'SUCCESS' })),
  'a word that nobody knows': named(() => ({ state: 'active' })),
  missing: named(() => ({ state: undefined })),
};

const twice = (name: string): Lie['tell'] =>
  named(({ journey, consentId }) => {
    const said: Record<string, string> = { customer_ref: journey.reference, consent_id: consentId, state: 'success' };
    return { [name]: [said[name] ?? '', said[name] ?? ''] };
  });

const each = (of: Lie['of'], lies: Record<string, Lie['tell']>): Lie[] =>
  Object.entries(lies).map(([lie, tell]) => ({ of, lie: `${of} ${lie}`, tell }));

const lies: readonly Lie[] = [
  ...each('token', tokens),
  ...each('reference', references),
  ...each('id', ids),
  ...each('state', states),
  { of: 'reference', lie: 'reference said twice', byHandleOnly: true, tell: twice('customer_ref') },
  { of: 'id', lie: 'id said twice', byHandleOnly: true, tell: twice('consent_id') },
  { of: 'state', lie: 'state said twice', byHandleOnly: true, tell: twice('state') },
  {
    of: 'path',
    lie: 'path of another partner',
    byHandleOnly: true,
    tell: (brought) => ({ ...brought, partner: 'stranger' }),
  },
  { of: 'time', lie: 'time before the launch', byHandleOnly: true, tell: (brought) => ({ ...brought, early: true }) },
];

/** How it is brought: a handle of our return page, or the raw parameters. */
export type Way = 'handle' | 'parameters';

export interface Forgery {
  readonly name: string;
  readonly way: Way;
  readonly lies: readonly Lie[];
}

/**
 * The truth but for one thing; and but for any two, which might shield each other. Without the journey's token nothing
 * else is looked at, so a lie of the token is told alone.
 */
export const forgeries: readonly Forgery[] = (['handle', 'parameters'] as const).flatMap((way) => {
  const possible = lies.filter(({ byHandleOnly }) => way === 'handle' || byHandleOnly === undefined);
  const double = possible.flatMap((one, index) =>
    possible.slice(index + 1).flatMap((other) => (one.of === other.of || one.of === 'token' ? [] : [[one, other]])),
  );
  return [...possible.map((lie) => [lie]), ...double].map((told) => ({
    way,
    lies: told,
    name: `${told.map(({ lie }) => lie).join(', ')} (by ${way})`,
  }));
});

/** Everybody did what they should. */
export function truth({ journey, consentId }: Target): Brought {
  const parameters = { customer_ref: journey.reference, state: 'success', consent_id: consentId };
  return { holder: journey, partner: 'acme', early: false, parameters };
}

function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
}
