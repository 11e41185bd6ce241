import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { AttoClient } from '../atto/atto-client.ts';
import { connectUrl, renewalUrl } from '../atto/connect-url.ts';
import { withRenewalUnderWay } from '../consents/consent-record.ts';
import { updateConsent } from '../consents/update-consent.ts';
import { isOpen, type Journey, leave, withCookie } from '../journey/journey.ts';
import { updateJourney } from '../journey/update-journey.ts';
import { setBrowserCookie } from '../pages/browser-cookie.ts';
import { sendMessagePage } from '../pages/message-page.ts';
import { seeOther } from '../pages/see-other.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { tokenHash } from '../tokens/random-token.ts';

export interface GoDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  attoOf: (partner: Partner) => AttoClient;
  now: () => number;
  logger: Logger;
  publicUrl: string;
  journeySeconds: number;
}

/** The browser waits for it: longer, and the journey starts without. */
const VALIDATION_TOKEN_WITHIN_MS = 2000;

/** Thrown inside an update to leave everything as it is. */
class TicketSpent extends Error {
  override readonly name = 'TicketSpent';
}

/** GET /v1/go/{ticket}: spend the ticket and send the browser to Atto. Single use, top-level navigations only. */
export function goRoute(deps: GoDependencies): RequestHandler {
  return async (request, response) => {
    if (!isNavigation(request)) {
      response.status(204).end();
      return;
    }
    const hash = tokenHash(String(request.params['ticket']));
    const found = await deps.store.journeyByTicket(hash);
    const partner = found === null ? undefined : deps.partners.get(found.partnerId);
    const journey = found === null ? null : await spend(deps, found.id, hash);
    if (journey === null || partner === undefined) {
      sendSpent(response, found, partner);
      return;
    }
    if (journey.renewal !== null) return renew(deps, partner, journey, request, response);
    const validationToken = await validationTokenFor(deps, partner);
    seeOther(response, connectUrl(partner.atto, journey, validationToken));
  };
}

/** HEAD, prefetch, frames and requests by scripts reveal and burn nothing. A browser that says nothing is navigating. */
function isNavigation(request: Request): boolean {
  const mode = request.get('sec-fetch-mode');
  const destination = request.get('sec-fetch-dest');
  const purpose = `${request.get('sec-purpose') ?? ''} ${request.get('purpose') ?? ''} ${request.get('x-moz') ?? ''}`;
  const isTopLevel = ['navigate', undefined].includes(mode) && ['document', undefined].includes(destination);
  return request.method === 'GET' && isTopLevel && !/prefetch|prerender/.test(purpose);
}

/** @returns null where the ticket is used, expired or void */
async function spend({ store, now }: GoDependencies, journeyId: string, hash: string): Promise<Journey | null> {
  try {
    return await updateJourney(store, journeyId, (journey) => {
      const { ticket } = journey;
      const isGood = ticket !== null && ticket.hash === hash && !ticket.used && ticket.expiresAt > now();
      if (!isGood || !isOpen(journey)) throw new TicketSpent();
      return leave(journey, now());
    });
  } catch (error) {
    if (error instanceof TicketSpent) return null;
    throw error;
  }
}

/** Optional proof to the hosted page that its visitor was sent by us; a launch never fails for want of it. */
async function validationTokenFor({ attoOf, logger }: GoDependencies, partner: Partner): Promise<string | null> {
  if (partner.atto.validationToken === null) return null;
  try {
    const late = sleep(VALIDATION_TOKEN_WITHIN_MS, null, { ref: false });
    return await Promise.race([attoOf(partner).validationToken(), late]);
  } catch (error) {
    logger.warn({ err: error }, 'no validation token could be had; the journey starts without one');
    return null;
  }
}

/** A renewal link carries a token that is minted for this one navigation, and stands in this one Location. */
async function renew(
  { store, attoOf, logger, publicUrl, journeySeconds: seconds }: GoDependencies,
  partner: Partner,
  journey: Journey,
  request: Request,
  response: Response,
): Promise<void> {
  const { consentId } = journey.renewal ?? { consentId: '' };
  try {
    const accessToken = await attoOf(partner).renewalToken();
    const cookieHash = setBrowserCookie(request, response, { publicUrl, seconds });
    await updateJourney(store, journey.id, (current) => withCookie(current, cookieHash));
    await updateConsent(store, consentId, (consent) =>
      consent === null ? null : withRenewalUnderWay(consent, journey.id),
    );
    seeOther(response, renewalUrl(partner.atto, consentId, accessToken));
  } catch (error) {
    logger.warn({ err: error }, 'no token for a renewal could be had');
    sendMessagePage(response, {
      status: 503,
      title: 'Your bank cannot be reached just now',
      text: 'Nothing has changed. Go back and try again in a moment.',
      back: wayBack(journey, partner),
    });
  }
}

function sendSpent(response: Response, journey: Journey | null, partner: Partner | undefined): void {
  sendMessagePage(response, {
    status: 410,
    title: 'This link has been used',
    text: 'A link to your bank works once and for a minute. Go back and start again.',
    back: wayBack(journey, partner),
  });
}

function wayBack(journey: Journey | null, partner: Partner | undefined): { url: string; name: string } | null {
  const url = partner?.returnUrls.get(journey?.parameters.returnTo ?? '');
  return partner === undefined || url === undefined ? null : { url, name: partner.name };
}
