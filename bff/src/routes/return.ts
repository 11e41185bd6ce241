import type { Request, RequestHandler, Response } from 'express';
import { RETURN_FRAGMENT } from '../contract-constants.ts';
import type { Journey } from '../journey/journey.ts';
import { LONGEST_REFERENCE } from '../journey/reference.ts';
import { searchParametersOf } from '../middleware/query.ts';
import { browserCookieHash } from '../pages/browser-cookie.ts';
import { sendMessagePage } from '../pages/message-page.ts';
import { seeOther } from '../pages/see-other.ts';
import type { Partner } from '../partners.ts';
import type { ReturnOutcome, Store } from '../stores/store.ts';
import { randomToken, tokenHash } from '../tokens/random-token.ts';

export interface ReturnDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  now: () => number;
}

const HANDLE_SECONDS = 600;
const LONGEST_CODE = 100;

/**
 * GET /v1/return/{partner}: the redirect URL registered with Atto. Records what came, hands the browser on to the
 * partner's page, or, where an invitation led to the bank, to none. Decides nothing and asks nobody: everything here can be
 * forged.
 */
export function returnRoute({ store, partners, now }: ReturnDependencies): RequestHandler {
  return async (request, response) => {
    const partner = partners.get(String(request.params['partner']));
    if (partner === undefined) {
      sendMessagePage(response, {
        status: 404,
        title: 'Not found',
        text: 'There is nothing at this address.',
        back: null,
      });
      return;
    }
    if (request.method !== 'GET') {
      response.status(204).end();
      return;
    }
    const { reference, outcome } = readReturn(request);
    const journeys = reference === null ? [] : await store.journeysByReference(reference);
    const inviting = await invitedBy({ store, partners }, reference, journeys);
    if (inviting !== null) return sendInvitedPage(response, inviting);
    const handle = randomToken();
    const createdAt = now();
    await store.createReturn({
      handleHash: tokenHash(handle),
      partnerId: partner.id,
      reference,
      outcome,
      createdAt,
      expiresAt: createdAt + HANDLE_SECONDS * 1000,
      cookieHash: browserCookieHash(request),
      redeemedBy: null,
    });
    const page = pageFor(partner, journeys);
    seeOther(response, `${page}#${RETURN_FRAGMENT}=${handle}`);
  };
}

/** Who sent the invitation that a return belongs to; of several partners' return pages Atto may choose any. */
async function invitedBy(
  { store, partners }: Pick<ReturnDependencies, 'store' | 'partners'>,
  reference: string | null,
  journeys: readonly Journey[],
): Promise<Partner | null> {
  if (reference === null || journeys.length > 0) return null;
  const invitation = await store.invitationByReference(reference);
  return partners.get(invitation?.partnerId ?? '') ?? null;
}

/** Nobody's page waits for somebody who came by an e-mail. Says nothing of how it went: the return is only a claim. */
function sendInvitedPage(response: Response, { name }: Partner): void {
  sendMessagePage(response, {
    status: 200,
    title: 'You can close this page',
    text: `${name} hears from your bank how it went. There is nothing more to do here.`,
    back: null,
  });
}

/** A parameter that is repeated or too long says nothing that could be believed: then nothing is. */
function readReturn(request: Request): { reference: string | null; outcome: ReturnOutcome | null } {
  const query = searchParametersOf(request);
  const reference = single(query, 'customer_ref', LONGEST_REFERENCE);
  const state = single(query, 'state', LONGEST_CODE);
  const error = single(query, 'error', LONGEST_CODE);
  const consentId = single(query, 'consent_id', LONGEST_CODE);
  const isFit = typeof reference === 'string' && error !== undefined && consentId !== undefined;
  if (!isFit || (state !== 'success' && state !== 'error')) return { reference: reference ?? null, outcome: null };
  return { reference, outcome: { state, error, consentId } };
}

/** The value; null where it is absent; undefined where it is repeated, too long, or nothing that can be stored. */
function single(query: URLSearchParams, name: string, longest: number): string | null | undefined {
  const [value, ...more] = query.getAll(name);
  if (value === undefined || value === '') return more.length > 0 ? undefined : null;
  return more.length > 0 || value.length > longest || value.includes('\0') ? undefined : value;
}

/** The page that the journey started from, as far as one is known; always a registered one. */
function pageFor(partner: Partner, journeys: readonly Journey[]): string {
  const [fallback = ''] = partner.returnUrls.values();
  const journey = journeys.find(({ partnerId }) => partnerId === partner.id);
  return (journey && partner.returnUrls.get(journey.parameters.returnTo)) ?? fallback;
}
