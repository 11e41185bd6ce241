import fc from 'fast-check';

/** One thing that somebody does. Numbers choose among what there is at that moment. */
export type Step =
  | { readonly kind: 'launch'; readonly tab: number }
  | { readonly kind: 'comeBack'; readonly consent: number; readonly journey: number; readonly error: boolean }
  | { readonly kind: 'redeem'; readonly tab: number; readonly handle: number; readonly held: boolean }
  | {
      readonly kind: 'redeemRaw';
      readonly tab: number;
      readonly consent: number;
      readonly error: boolean;
      readonly held: boolean;
    }
  | { readonly kind: 'webhook'; readonly consent: number; readonly says: string; readonly data: string | null }
  | { readonly kind: 'atto'; readonly consent: number; readonly says: string }
  | { readonly kind: 'release'; readonly count: number }
  | { readonly kind: 'cancel'; readonly tab: number }
  | { readonly kind: 'disown'; readonly handle: number; readonly held: boolean }
  | { readonly kind: 'resume'; readonly handle: number }
  | { readonly kind: 'disconnect'; readonly tab: number; readonly held: boolean }
  | { readonly kind: 'time'; readonly seconds: number };

/** Consents 0 to 2 are of the customer who starts, 3 is of somebody else, 4 to 9 nobody knows. */
export const CONSENTS = 10;
export const OF_CUSTOMER = 3;
export const OF_SOMEBODY_ELSE = 3;

const tab = fc.nat(5);
const handle = fc.nat(5);
const held = fc.boolean();
/** Mostly the customer's own: a journey that only meets wrong ids is soon told. */
const consent = fc.oneof(
  { weight: 4, arbitrary: fc.nat(OF_CUSTOMER - 1) },
  { weight: 1, arbitrary: fc.nat(CONSENTS - 1) },
);
const says = fc.oneof(
  { weight: 4, arbitrary: fc.constant('Active') },
  { weight: 2, arbitrary: fc.constant('Pending') },
  { weight: 1, arbitrary: fc.constantFrom('Failed', 'Abandoned', 'Revoked', 'Expired') },
);
const data = fc.constantFrom(null, 'Partial', 'Complete', 'Processed', 'Error');
const error = fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('launch' as const), tab }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('comeBack' as const), consent, journey: fc.nat(1), error }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('redeem' as const), tab, handle, held }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('redeemRaw' as const), tab, consent, error, held }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('webhook' as const), consent, says, data }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('atto' as const), consent, says }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('release' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), tab }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disown' as const), handle, held }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume' as const), handle }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disconnect' as const), tab, held }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.constantFrom(1, 5, 20, 300, 3601) }),
  },
);

export const interleaving = fc.array(step, { minLength: 4, maxLength: 12, size: 'max' });
