import type { RequestHandler } from 'express';
import { nudgeConsent, ownRow, withBinding } from '../consents/consent-record.ts';
import { updateConsent } from '../consents/update-consent.ts';
import { emptySchema } from '../contract-schemas.ts';
import type { Customers } from '../customers.ts';
import { notFound } from '../errors.ts';
import { disown, isClosed, isOpen, type Journey } from '../journey/journey.ts';
import { updateJourney } from '../journey/update-journey.ts';
import type { Verification } from '../journey/verification.ts';
import type { JourneyAccess } from '../middleware/authorized-journey.ts';
import { parsedBody } from '../middleware/json-body.ts';
import type { StoredReturn } from '../stores/store.ts';
import { randomToken, tokenHash } from '../tokens/random-token.ts';

export interface ElsewhereDependencies extends JourneyAccess {
  customers: Customers;
  verification: Verification;
}

/**
 * POST /v1/returns/{handle}/resume: "continue here", in a browser that did not start the journey but in which the same
 * customer is signed in at the partner. Gives that browser a token of its own.
 */
export function resumeRoute(deps: ElsewhereDependencies): RequestHandler {
  return async (request, response) => {
    parsedBody(request, emptySchema);
    const { partner, reference } = await deps.customers.signedIn(request);
    const found = await journeyOf(deps, String(request.params['handle']));
    if (found === null || found.journey.partnerId !== partner.id || found.journey.customer !== reference)
      throw notFound();
    const journeyToken = randomToken();
    await deps.store.addToken(found.journey.id, tokenHash(journeyToken));
    response.json({ journeyId: found.journey.id, journeyToken });
  };
}

/**
 * POST /v1/returns/{handle}/disown: "I didn't start this". Whoever says it holds nothing but the handle, so it acts only
 * on a return that nobody has redeemed and whose consent is that journey's; the answer is the same in any case.
 */
export function disownRoute(deps: ElsewhereDependencies): RequestHandler {
  return async (request, response) => {
    parsedBody(request, emptySchema);
    const found = await journeyOf(deps, String(request.params['handle']));
    const consentId = found?.stored.outcome?.consentId ?? null;
    if (found !== null && consentId !== null && found.stored.redeemedBy === null && isOpen(found.journey)) {
      if (await deps.verification.isOf(found.journey, consentId)) {
        const { journey } = found;
        // The consent first: as long as the journey is open, it can be said again.
        await updateConsent(deps.store, consentId, (known) => {
          const consent = ownRow(known, consentId, journey.reference, journey, deps.now());
          if (consent.binding === 'bound') return known;
          return nudgeConsent(withBinding(consent, 'disowned', deps.now()), deps.now());
        });
        await updateJourney(deps.store, journey.id, (current) =>
          isOpen(current) ? disown(current, deps.now()) : current,
        );
      }
    }
    response.status(204).end();
  };
}

/** The return that a handle points to, and the newest journey of its reference that was launched before it. */
async function journeyOf(
  { store, now }: ElsewhereDependencies,
  handle: string,
): Promise<{ stored: StoredReturn; journey: Journey } | null> {
  const stored = await store.returnByHandle(tokenHash(handle));
  if (stored === null || stored.expiresAt <= now() || stored.reference === null) return null;
  const journeys = await store.journeysByReference(stored.reference);
  const journey = journeys.find(
    ({ partnerId, launchedAt }) =>
      partnerId === stored.partnerId && launchedAt !== null && launchedAt <= stored.createdAt,
  );
  return journey === undefined || isClosed(journey) ? null : { stored, journey };
}
