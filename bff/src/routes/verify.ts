import type { RequestHandler } from 'express';
import { returnByHandleSchema, returnByParametersSchema } from '../contract-schemas.ts';
import { claimRejected } from '../errors.ts';
import { returnedFailure } from '../journey/failures.ts';
import { fail, isClosed, type Journey } from '../journey/journey.ts';
import { journeyETag, journeyView } from '../journey/journey-view.ts';
import { updateJourney } from '../journey/update-journey.ts';
import type { Verification } from '../journey/verification.ts';
import { authorizedJourney, type JourneyAccess } from '../middleware/authorized-journey.ts';
import { parsed } from '../middleware/json-body.ts';
import type { ReturnOutcome, Store } from '../stores/store.ts';
import { tokenHash } from '../tokens/random-token.ts';

export interface VerifyDependencies extends JourneyAccess {
  verification: Verification;
}

/**
 * POST /v1/journeys/{journeyId}/return: the journey's token and what came back, in one place. A returned error shows at
 * once and is soft; a success is a claim, for the Consent API to decide.
 */
export function verifyRoute(deps: VerifyDependencies): RequestHandler {
  return async (request, response) => {
    const body: unknown = request.body;
    const read =
      typeof body === 'object' && body !== null && 'handle' in body
        ? { handle: parsed(body, returnByHandleSchema).handle }
        : { parameters: parsed(body ?? {}, returnByParametersSchema) };
    const journey = await authorizedJourney(deps, request, response);
    const settled = journey.status === 'expired' ? journey : await redeem(deps, journey, read);
    response.set('ETag', journeyETag(settled)).json(journeyView(settled));
  };
}

type Read =
  | { handle: string }
  | { parameters: { customerRef: string; state: 'success' | 'error'; error?: string; consentId?: string } };

/** `cookieHash`: that of the browser that came back, where our return page saw it. */
type Outcome = ReturnOutcome & { cookieHash: string | null };

/** What came back is judged; a page with several journeys tries one after the other, and the return is free for the right one. */
async function redeem(deps: VerifyDependencies, journey: Journey, read: Read): Promise<Journey> {
  const outcome = await outcomeOf(deps.store, journey, read, deps.now());
  try {
    return await settle(deps, journey, outcome);
  } catch (error) {
    if ('handle' in read) await deps.store.releaseReturn(tokenHash(read.handle), journey.id);
    throw error;
  }
}

/** What came back, held against the journey: its partner, its reference, after its launch, redeemed by no other. */
async function outcomeOf(store: Store, journey: Journey, read: Read, now: number): Promise<Outcome> {
  if (isClosed(journey)) throw claimRejected('the journey is closed');
  if (journey.launchedAt === null) throw claimRejected('the journey was never launched');
  if ('parameters' in read) {
    const { customerRef, state, error, consentId } = read.parameters;
    if (customerRef !== journey.reference) throw claimRejected('customer_ref is not the reference of the journey');
    return { state, error: error ?? null, consentId: consentId ?? null, cookieHash: null };
  }
  const hash = tokenHash(read.handle);
  const stored = await store.returnByHandle(hash);
  if (stored === null || stored.expiresAt <= now) throw claimRejected('the handle is unknown or expired');
  if (stored.partnerId !== journey.partnerId) throw claimRejected('the return came to another partner');
  if (stored.reference !== journey.reference) throw claimRejected('the return is of another reference');
  if (stored.createdAt < journey.launchedAt) throw claimRejected('the return is older than the launch');
  if (stored.outcome === null) throw claimRejected('the return had unusable parameters');
  if (!(await store.redeemReturn(hash, journey.id))) throw claimRejected('another journey redeemed the return');
  return { ...stored.outcome, cookieHash: stored.cookieHash };
}

async function settle(deps: VerifyDependencies, journey: Journey, outcome: Outcome): Promise<Journey> {
  const { state, error, consentId, cookieHash } = outcome;
  if (journey.status === 'connected') {
    // The same return again: a reload, a second tab. Anything else comes too late to change what is.
    if (state === 'success' && consentId === journey.consent?.id) return journey;
    throw claimRejected('the journey is connected already');
  }
  if (state === 'success') {
    if (consentId === null) throw claimRejected('state=success without consent_id');
    if (error !== null) throw claimRejected('state=success together with an error');
    const proven = cookieHash !== null && cookieHash === journey.renewal?.cookieHash;
    return deps.verification.claim(journey.id, { consentId, proven });
  }
  const failure = returnedFailure(error ?? 'unexpected_error');
  return updateJourney(deps.store, journey.id, (current) =>
    current.status === 'connected' || isClosed(current) ? current : fail(current, failure, deps.now()),
  );
}
