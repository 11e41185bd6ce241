import type { LaunchedJourney, StartedJourney, StartJourneyRequest } from '../contract.ts';
import { AttoConnectError } from '../errors.ts';
import { actOn, callBff, isLost } from './bff-client.ts';
import { cutShort, rest } from './pacing.ts';
import { forgetJourney, keepJourney, newPending, type PendingJourney } from './pending-journey.ts';
import { customerOf, customerTokenOf, type JourneySettings, purposeOf } from './settings.ts';

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

/** Still here so long after the browser was told to leave: it did not, or its user came back. */
const AWAY_AFTER_MS = 5000;

/** What a launch is to be: what is asked for, and for whom. */
export interface Wish {
  /** As JSON: only what the partner said, for an empty field says something else. */
  request: string;
  token: string | undefined;
  customer: string | null;
  /** The bank that the customer chose in our page; empty: any, undefined: the page's own. */
  chosen: string | undefined;
}

/** @param chosen a bank other than the page's; empty: none, for instance since that has just turned out not to work */
export async function wishOf(settings: JourneySettings, chosen: string | undefined): Promise<Wish> {
  const fields = chosen === undefined ? FIELDS : FIELDS.slice(0, 5);
  const said = fields.map((field) => [field, settings[field] || undefined]);
  const request = JSON.stringify({ ...Object.fromEntries(said), ...(chosen && { providerId: chosen }) });
  const token = await customerTokenOf(settings);
  return { request, token, customer: customerOf(token), chosen };
}

/** True if nothing else was asked for when the journey was started, nor for anybody else. */
export function isWhatIsWished({ request, customer }: PendingJourney, wish: Wish): boolean {
  return (request ?? wish.request) === wish.request && (customer ?? wish.customer) === wish.customer;
}

/** Step 1. Asks the bff for a journey and remembers it before anybody leaves the page; gives its launch URL too. */
export async function launch(
  bff: string,
  { request, token, customer, chosen }: Wish,
  inPopup: boolean,
  signal: AbortSignal,
): Promise<{ pending: PendingJourney; launchUrl: string }> {
  const body = JSON.parse(request) as StartJourneyRequest;
  const { body: started } = await callBff<StartedJourney>(bff, 'journeys', { token, body, signal });
  const launchUrl = safeUrl(started.launchUrl);
  const { reference } = started;
  const purpose = purposeOf(body);
  const pending = { ...newPending(started, bff, body.partner), reference, request, purpose, customer, chosen, inPopup };
  // One that cannot be remembered could never be finished.
  if (!keepJourney(pending)) throw new AttoConnectError('storage');
  return { pending, launchUrl };
}

/**
 * The address that opens the bank again for the same journey, so that whatever comes of earlier attempts counts. Empty
 * if it can no longer be launched, and is forgotten: the bff knows it no more, or answers with an expired one's view.
 */
export async function relaunch(pending: PendingJourney, inPopup: boolean, signal: AbortSignal): Promise<string> {
  keepJourney(Object.assign(pending, { inPopup }));
  try {
    const { launchUrl } = await actOn<Partial<LaunchedJourney>>(pending, 'launch', {}, signal);
    if (launchUrl) return safeUrl(launchUrl);
  } catch (error) {
    if (!isLost(error as AttoConnectError)) throw error;
  }
  forgetJourney(pending);
  return '';
}

/** Takes the whole page to the bank. Resolves if it is still there after a while, or again. */
export async function leave(url: string, host: { navigate?(url: string): void }, signal: AbortSignal): Promise<void> {
  if (host.navigate) host.navigate(url);
  else location.assign(url);
  const cut = cutShort(signal);
  await rest(AWAY_AFTER_MS, cut.signal);
  cut.abort();
}

/** An address that a browser may be sent to: `javascript:` and its like never are. */
function safeUrl(address: string): string {
  if (/^https?:/i.test(address)) return address;
  throw new AttoConnectError('unsafe_launch_url', { action: 'contact' });
}
