import type { Request, RequestHandler, Response } from 'express';
import { type ConsentRecord, isClaimed } from '../consents/consent-record.ts';
import { partnerJourneySchema, partnerTokenSchema } from '../contract-schemas.ts';
import { notFound } from '../errors.ts';
import { type BeginDependencies, beginJourney } from '../journey/begin-journey.ts';
import { expireIfDue, isClosed, type Journey } from '../journey/journey.ts';
import { consentSummary, journeyView } from '../journey/journey-view.ts';
import { updateJourney } from '../journey/update-journey.ts';
import { partnerOf } from '../middleware/authorized-partner.ts';
import { parsedBody } from '../middleware/json-body.ts';
import { randomToken, tokenHash } from '../tokens/random-token.ts';

/** POST /v1/partner/journeys: a start for a known customer; the partner's server may renew without a customer token. */
export function partnerStartRoute(deps: BeginDependencies): RequestHandler {
  return async (request, response) => {
    const { customer, ...wish } = parsedBody(request, partnerJourneySchema);
    const partner = partnerOf(response);
    const beginning = { partner, customer, wish: { ...wish, partner: partner.id }, origin: undefined };
    response.status(201).json(await beginJourney(deps, beginning));
  };
}

/** POST /v1/partner/journeys/{journeyId}/tokens: a token for another browser of the same customer. */
export function partnerTokenRoute(deps: BeginDependencies): RequestHandler {
  return async (request, response) => {
    const { customer } = parsedBody(request, partnerTokenSchema);
    const journey = await ownJourney(deps, request, response);
    if (journey.customer !== customer || isClosed(journey)) throw notFound();
    const journeyToken = randomToken();
    await deps.store.addToken(journey.id, tokenHash(journeyToken));
    response.status(201).json({ journeyToken });
  };
}

/** GET /v1/partner/journeys/{journeyId}: the view, and what only the partner's server may know. */
export function partnerJourneyRoute(deps: BeginDependencies): RequestHandler {
  return async (request, response) => {
    const journey = await ownJourney(deps, request, response);
    const unclaimed = journey.consent === null ? await unclaimedConsent(deps, journey) : null;
    response.json({
      ...journeyView(journey),
      ...(unclaimed?.facts ? { consent: consentSummary(unclaimed.facts) } : {}),
      customer: journey.customer,
      reference: journey.reference,
      binding: journey.binding === 'none' ? (unclaimed?.binding ?? 'none') : journey.binding,
      evidence: evidence(journey, unclaimed),
    });
  };
}

async function ownJourney({ store, now }: BeginDependencies, request: Request, response: Response): Promise<Journey> {
  const journey = await store.journey(String(request.params['journeyId']));
  if (journey === null || journey.partnerId !== partnerOf(response).id) throw notFound();
  return updateJourney(store, journey.id, (current) => expireIfDue(current, now()));
}

/** A consent of the journey's reference that Atto calls Active and nobody has claimed; one that is renewed is no news. */
async function unclaimedConsent(
  { store }: BeginDependencies,
  { id, kind, reference, partnerId }: Journey,
): Promise<ConsentRecord | null> {
  if (kind === 'renew') return null;
  const consents = await store.consentsByReference(reference);
  const isOfJourney = (consent: ConsentRecord) =>
    consent.partnerId === partnerId &&
    consent.facts?.status === 'Active' &&
    !isClaimed(consent) &&
    (consent.connects === null || consent.connects === id);
  return consents.find(isOfJourney) ?? null;
}

/** What was seen, so that a partner can judge what is unproven or unbound. */
function evidence(journey: Journey, unclaimed: ConsentRecord | null): string[] {
  return [
    ...(journey.launchedAt === null ? [] : ['launched']),
    ...(journey.claims.length > 0 ? ['claimed'] : []),
    ...(journey.consent === null ? [] : ['consent_attested', 'claim_verified']),
    ...(journey.kind === 'renew' && journey.binding === 'bound' ? ['same_browser'] : []),
    ...(unclaimed === null ? [] : ['consent_attested']),
  ];
}
