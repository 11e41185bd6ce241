import type { StartJourneyRequest } from '../contract.ts';
import { AttoConnectError } from '../errors.ts';
import type { BffClient } from './bff-client.ts';
import { assertStorage, keepJourney, newPending, type Owner, type PendingJourney } from './pending-journey.ts';

/** A JWT from the partner's server, or a function that fetches one when it is needed. */
export type CustomerToken = string | (() => string | null | Promise<string | null>);

/** What a launch may be told; the empty string is "not said". Spelt as the element's properties. */
export interface LaunchSettings {
  partner: string;
  configId: string;
  providerId: string;
  bankCode: string;
  countryCode: string;
  consentId: string;
  returnTo: string;
  locale: string;
}

/** A journey that is ready to leave for the bank. */
export interface Launch {
  pending: PendingJourney;
  launchUrl: string;
}

/** The token to send, or undefined for a guest. A function that throws is an AttoConnectError `customer_token`. */
export async function customerTokenFrom(source: CustomerToken | null): Promise<string | undefined> {
  try {
    return (typeof source === 'function' ? await source() : source) || undefined;
  } catch (cause) {
    throw new AttoConnectError('customer_token', { cause });
  }
}

/** Whose token it is. Read, not checked: it only keeps customers who share a browser apart, the bff decides. */
export function subjectOf(token: string | undefined): string {
  try {
    const [, payload = ''] = (token ?? '').split('.');
    const text = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    return String((JSON.parse(text) as { sub?: unknown }).sub ?? '');
  } catch {
    return '';
  }
}

/**
 * Only what the partner said, for an empty field says something else.
 *
 * @param anyBank leave out the bank that the partner chose, since it has just turned out not to work
 */
export function startRequest(settings: LaunchSettings, anyBank: boolean): StartJourneyRequest {
  const { partner, configId, providerId, bankCode, countryCode, consentId, returnTo, locale } = settings;
  const bank = anyBank ? {} : { providerId, bankCode, countryCode };
  const said = Object.entries({ configId, ...bank, consentId, returnTo, locale }).filter(([, value]) => value);
  return { partner, ...Object.fromEntries(said) };
}

/** Step 1. Asks the bff for a journey and remembers it before anybody leaves the page. */
export async function launch(
  bff: BffClient,
  request: StartJourneyRequest,
  owner: Owner,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Launch> {
  assertStorage();
  const started = await bff.startJourney(request, token, signal);
  const launchUrl = safeUrl(started.launchUrl);
  const pending = newPending(started, owner, { customer: subjectOf(token), request: JSON.stringify(request) });
  keepJourney(pending);
  return { pending, launchUrl };
}

/** The address that opens the bank again for the same journey, so that whatever comes of earlier attempts counts. */
export async function relaunch(bff: BffClient, pending: PendingJourney, signal: AbortSignal): Promise<string> {
  return safeUrl((await bff.launchAgain(pending, signal)).launchUrl);
}

/** An address that a browser may be sent to: `javascript:` and its like never are. */
function safeUrl(address: string): string {
  try {
    const url = new URL(address);
    if (/^https?:$/.test(url.protocol)) return url.href;
  } catch {}
  throw new AttoConnectError('unsafe_launch_url', { action: 'contact' });
}
