import type { LaunchedJourney, StartedJourney, StartJourneyRequest } from '../contract.ts';
import { AttoConnectError, asAttoConnectError } from '../errors.ts';
import { actOn, callBff, isLost } from './bff-client.ts';
import { keepJourney, newPending, type PendingJourney } from './pending-journey.ts';

/** A JWT from the partner's server, or a function that fetches one when it is needed. */
export type CustomerToken = string | (() => string | null | undefined | Promise<string | null | undefined>);

/** What a launch may be told. Spelt as the element's properties; what is empty is not said. */
export type LaunchSettings = { partner: string } & {
  [Key in Exclude<keyof StartJourneyRequest, 'partner'>]?: string | undefined;
};

/** In this order: what a launch may be told whichever bank it is for, and what says which bank. */
const FIELDS = [
  'partner',
  'configId',
  'consentId',
  'returnTo',
  'locale',
  'providerId',
  'bankCode',
  'countryCode',
] as const;

/** The token to send; undefined for a guest. */
export async function customerTokenFrom(source: CustomerToken | null | undefined): Promise<string | undefined> {
  try {
    return (typeof source === 'function' ? await source() : source) || undefined;
  } catch (error) {
    throw asAttoConnectError(error, 'customer_token');
  }
}

/**
 * Whose token it is, unchecked: enough not to show one customer's journey to the next one at the same browser. Empty for
 * a guest, null where that cannot be read.
 */
export function customerOf(token: string | undefined): string | null {
  try {
    return token ? JSON.parse(atob((token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/'))).sub : '';
  } catch {
    return null;
  }
}

/**
 * What to ask for, as JSON: only what the partner said, for an empty field says something else.
 *
 * @param providerId a bank other than the partner's; empty: none, for instance since that has just turned out not to work
 */
export function startRequest(settings: LaunchSettings, providerId?: string): string {
  const fields = providerId === undefined ? FIELDS : FIELDS.slice(0, 5);
  const request = fields.map((field) => [field, settings[field] || undefined]);
  return JSON.stringify({ ...Object.fromEntries(request), ...(providerId && { providerId }) });
}

/** Step 1. Asks the bff for a journey and remembers it before anybody leaves the page; gives its launch URL too. */
export async function launch(
  bff: string,
  request: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<[PendingJourney, launchUrl: string]> {
  const body = JSON.parse(request) as StartJourneyRequest;
  const { body: started } = await callBff<StartedJourney>(bff, 'journeys', { token, body, signal });
  const pending = {
    ...newPending(started, bff, body.partner),
    reference: started.reference,
    request,
    customer: customerOf(token),
  };
  const launchUrl = safeUrl(started.launchUrl);
  // One that cannot be remembered could never be finished.
  if (!keepJourney(pending)) throw new AttoConnectError('storage');
  return [pending, launchUrl];
}

/**
 * The address that opens the bank again for the same journey, so that whatever comes of earlier attempts counts. Empty
 * if the journey can no longer be launched: the bff knows it no more, or answers with an expired one's view.
 */
export async function relaunch(pending: PendingJourney, signal: AbortSignal): Promise<string> {
  try {
    const { launchUrl } = await actOn<Partial<LaunchedJourney>>(pending.bff, pending, 'launch', {}, signal);
    return launchUrl ? safeUrl(launchUrl) : '';
  } catch (error) {
    if (isLost(error as AttoConnectError)) return '';
    throw error;
  }
}

/** An address that a browser may be sent to: `javascript:` and its like never are. */
function safeUrl(address: string): string {
  if (/^https?:/i.test(address)) return address;
  throw new AttoConnectError('unsafe_launch_url', { action: 'contact' });
}
