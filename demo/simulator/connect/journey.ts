import type { Bank } from '../banks.ts';
import type { ConnectConfiguration } from '../configuration.ts';
import type { ConnectError, ConsentRecord, RenewalType } from '../consents/consent.ts';
import type { Scenario } from './scenarios.ts';

/** How a journey ended and where the customer goes; `redirectUrl` is null when the configuration has none. */
export interface Ending {
  result: 'connected' | 'disconnected' | 'failed';
  error: ConnectError | null;
  redirectUrl: string | null;
}

/** One customer's way through the hosted pages. Lives in memory; its id is unguessable and part of every address. */
export interface Journey {
  readonly id: string;
  readonly configId: string;
  readonly configuration: ConnectConfiguration;
  readonly customerReference: string;
  /** What a renewal renews, and how; null on a first journey. */
  readonly renewal: RenewalType | null;
  /** The invitation that led here, or null. */
  readonly invitationId: string | null;
  bank: Bank | null;
  /** The row that belongs to the chosen bank. */
  record: ConsentRecord | null;
  /** Asked for by banks reached through credential sharing. */
  accountType: 'Personal' | 'Business' | null;
  agreed: boolean;
  /** Set when the customer has logged in: what the bank will say, and when (epoch ms). */
  visit: { scenario: Scenario; answersAt: number; answered: boolean } | null;
  /** Names of the accounts picked, where the customer is asked. */
  accounts: string[] | null;
  ending: Ending | null;
  touchedAt: number;
}

/** The pages of a journey in order, as they stand in the address: `/journey/<id>/<step>`. */
export const steps = [
  'reconfirm',
  'reauthenticate',
  'bank',
  'account-type',
  'consent',
  'login',
  'waiting',
  'accounts',
  'success',
  'ended',
] as const;
export type Step = (typeof steps)[number];

/** The furthest page this journey has reached. Earlier ones may be shown again until the bank has been visited. */
export function furthestStep(journey: Journey): Step {
  if (journey.ending) return journey.ending.result === 'connected' ? 'success' : 'ended';
  if (journey.visit) return journey.visit.answered ? 'accounts' : 'waiting';
  if (!journey.agreed && journey.renewal) return journey.renewal === 'Reconfirmation' ? 'reconfirm' : 'reauthenticate';
  if (!journey.bank) return 'bank';
  if (needsAccountType(journey)) return 'account-type';
  return journey.agreed ? 'login' : 'consent';
}

/** Whether the page at `step` may be shown or posted to now, Back button included. */
export function mayShow(journey: Journey, step: Step): boolean {
  const furthest = furthestStep(journey);
  if (step === furthest) return true;
  if (journey.visit || journey.ending) return false;
  if (journey.renewal) return step === (journey.renewal === 'Reconfirmation' ? 'reconfirm' : 'reauthenticate');
  if (step === 'account-type') return journey.bank?.connection === 'credential-sharing';
  return ['bank', 'consent'].includes(step) && steps.indexOf(step) < steps.indexOf(furthest);
}

function needsAccountType({ bank, accountType, renewal }: Journey): boolean {
  return bank?.connection === 'credential-sharing' && accountType === null && renewal === null;
}

/** The page where the journey stands. */
export function addressOf(journey: Journey): string {
  return `/journey/${journey.id}/${furthestStep(journey)}`;
}
