import type { StartedJourney, StartJourneyRequest } from '@atto-connect/widget/contract';
import { type ConsentRecord, isClaimed, renewalOf, withRenewal } from '../consents/consent-record.ts';
import { consentOfCustomer, type OwnershipDependencies } from '../consents/ownership.ts';
import { updateConsent } from '../consents/update-consent.ts';
import { attoUnavailable, BffError, invalidRequest, notFound } from '../errors.ts';
import { partnerEventOfJourney } from '../partner-events/partner-event.ts';
import type { Partner } from '../partners.ts';
import type { ShortMemory } from '../short-memory.ts';
import { randomId, randomToken, tokenHash } from '../tokens/random-token.ts';
import type { Journey, LaunchParameters, Renewal } from './journey.ts';
import { newReference } from './reference.ts';

export interface BeginDependencies extends OwnershipDependencies {
  publicUrl: string;
  journeySeconds: number;
  renewWithinDays: number;
  /** Renewals that were refused a moment ago: refused again, they ask Atto nothing. */
  refusedRenewals: ShortMemory<BffError>;
}

/** Who begins what, checked by the caller: the customer is the partner's, the consent is the one the partner named. */
export interface Beginning {
  partner: Partner;
  /** The partner's own reference; null for a guest. */
  customer: string | null;
  wish: StartJourneyRequest;
  /** The page's origin; undefined where a server asks. */
  origin: string | undefined;
}

/** A launch address is good for so long: the browser follows it at once. */
const TICKET_SECONDS = 60;

/**
 * A journey, its token, and the way to the bank.
 * @throws {BffError} 400 for a wish that cannot be met, 404 and 409 for a renewal that is not the customer's or not due
 */
export async function beginJourney(deps: BeginDependencies, beginning: Beginning): Promise<StartedJourney> {
  const { partner, customer, wish, origin } = beginning;
  const parameters = launchParameters(wish, partner, origin);
  const renewal = wish.consentId === undefined ? null : await beginRenewal(deps, partner, customer, wish.consentId);
  const now = deps.now();
  const journeyToken = randomToken();
  const ticket = randomToken();
  const expiresAt = now + deps.journeySeconds * 1000;
  const journey: Journey = {
    id: `j_${randomId()}`,
    partnerId: partner.id,
    customer,
    reference: renewal?.reference ?? (partner.reference === 'exact' ? customer : null) ?? newReference(customer),
    kind: renewal === null ? 'connect' : 'renew',
    parameters,
    status: 'created',
    dataAvailability: null,
    consent: null,
    error: null,
    claims: [],
    binding: 'none',
    receipt: null,
    renewal: renewal?.renewal ?? null,
    ticket: { hash: tokenHash(ticket), expiresAt: ticketEnd(expiresAt, now), used: false },
    launchedAt: null,
    createdAt: now,
    expiresAt,
    updatedAt: now,
    version: 1,
    revision: 1,
  };
  await deps.store.createJourney(journey, tokenHash(journeyToken), [partnerEventOfJourney(journey)]);
  return {
    journeyId: journey.id,
    journeyToken,
    reference: journey.reference,
    launchUrl: launchUrl(deps.publicUrl, ticket),
    expiresAt: new Date(expiresAt).toISOString(),
  };
}

/** When a ticket made now is void: before the journey is. */
export function ticketEnd(journeyExpiresAt: number, now: number): number {
  return Math.min(now + TICKET_SECONDS * 1000, journeyExpiresAt);
}

export function launchUrl(publicUrl: string, ticket: string): string {
  return `${publicUrl}/v1/go/${ticket}`;
}

function launchParameters(wish: StartJourneyRequest, partner: Partner, origin: string | undefined): LaunchParameters {
  if (wish.configId !== undefined && !partner.configIds.includes(wish.configId))
    throw invalidRequest([{ pointer: '/configId', detail: 'expected a configuration registered for this partner' }]);
  return {
    configId: wish.configId ?? partner.configIds[0] ?? null,
    providerId: wish.providerId ?? null,
    bankCode: wish.bankCode ?? null,
    countryCode: wish.countryCode?.toUpperCase() ?? null,
    locale: wish.locale ?? null,
    returnTo: returnUrlName(wish.returnTo, partner, origin),
  };
}

/** Registered pages are chosen by name, never by value, and lead back to the origin that the page is of. */
function returnUrlName(asked: string | undefined, { returnUrls }: Partner, origin: string | undefined): string {
  const fits = (url: string) => origin === undefined || new URL(url).origin === origin;
  const names = [...returnUrls].filter(([, url]) => fits(url)).map(([name]) => name);
  if (asked !== undefined && !names.includes(asked)) {
    const detail = "expected the name of a return URL registered for this partner, of the page's own origin";
    throw invalidRequest([{ pointer: '/returnTo', detail }]);
  }
  return asked ?? names[0] ?? [...returnUrls.keys()][0] ?? '';
}

/** How the consent stands before its renewal: what comes back must differ from it, and carries its reference. */
async function beginRenewal(
  deps: BeginDependencies,
  partner: Partner,
  customer: string | null,
  consentId: string,
): Promise<{ reference: string; renewal: Renewal }> {
  if (customer === null) throw notFound();
  const key = `${partner.id} ${customer} ${consentId}`;
  const refused = deps.refusedRenewals.recall(key);
  if (refused !== undefined) throw refused;
  const consent = await consentOfCustomer(deps, { partner, customer, consentId }, 'now').catch((cause: unknown) => {
    throw attoUnavailable(cause);
  });
  const refusal = refusalOf(consent, deps);
  if (refusal !== null) deps.refusedRenewals.remember(key, refusal);
  if (refusal !== null || consent?.facts == null) throw refusal ?? notFound();
  let isTooOften = false;
  await updateConsent(deps.store, consentId, (current) => {
    const counted = current === null ? null : withRenewal(current, deps.now());
    isTooOften = counted === null;
    return counted ?? current;
  });
  if (isTooOften) throw tooManyRenewals();
  const { status, statusUpdated, end, journeyType } = consent.facts;
  return {
    reference: consent.reference,
    renewal: { consentId, before: { status, statusUpdated, end, journeyType }, cookieHash: null },
  };
}

/** Why a consent cannot be renewed now; null where it can. */
function refusalOf(consent: ConsentRecord | null, { now, renewWithinDays }: BeginDependencies): BffError | null {
  if (consent?.facts == null) return notFound();
  // Whoever gave it is not known to be this customer, and a renewal would not tell: some need no login at the bank.
  if (!isClaimed(consent)) {
    const title = 'Nobody has shown that this customer gave the consent; connect again.';
    return new BffError(409, 'consent_unbound', title);
  }
  if (renewalOf(consent.facts, now(), renewWithinDays) === 'none')
    return new BffError(409, 'renewal_not_due', 'This consent cannot be renewed yet.');
  return withRenewal(consent, now()) === null ? tooManyRenewals() : null;
}

function tooManyRenewals(): BffError {
  const title = 'This consent was renewed five times in an hour.';
  return new BffError(429, 'too_many_renewals', title, { retryAfterSeconds: 3600 });
}
