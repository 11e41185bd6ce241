import type { Request, RequestHandler, Response } from 'express';
import { type ConsentRecord, daysLeft, renewalOf } from '../consents/consent-record.ts';
import type { ConsentWatch } from '../consents/consent-watch.ts';
import { type RefreshDataDependencies, refreshData } from '../consents/refresh-data.ts';
import { requireBound } from '../consents/require-bound.ts';
import type { RevokeConsent } from '../consents/revoke-consent.ts';
import { emptySchema, partnerConsentQuerySchema } from '../contract-schemas.ts';
import { attoUnavailable, notFound } from '../errors.ts';
import { partnerOf } from '../middleware/authorized-partner.ts';
import { parsed, parsedBody } from '../middleware/json-body.ts';
import { queryOf } from '../middleware/query.ts';

export interface PartnerConsentDependencies extends RefreshDataDependencies {
  watch: ConsentWatch;
  revoke: RevokeConsent;
  renewWithinDays: number;
}

/** GET /v1/partner/consents?customer=…&status=…: the partner's consents, newest first. */
export function partnerConsentsRoute(deps: PartnerConsentDependencies): RequestHandler {
  return async (request, response) => {
    const { customer, status } = parsed(queryOf(request), partnerConsentQuerySchema);
    const consents = await deps.store.consentsOf(partnerOf(response).id, customer ?? null);
    const known = consents.filter((consent) => consent.facts !== null);
    const wanted = status === undefined ? known : known.filter((consent) => consent.facts?.status === status);
    response.json({ consents: wanted.map((consent) => row(consent, deps)) });
  };
}

/** GET /v1/partner/consents/{consentId}. */
export function partnerConsentRoute(deps: PartnerConsentDependencies): RequestHandler {
  return async (request, response) => {
    response.json(row(await ownConsent(deps, request, response), deps));
  };
}

/** POST /v1/partner/consents/{consentId}/revoke. Again is no error. */
export function partnerRevokeRoute(deps: PartnerConsentDependencies): RequestHandler {
  return async (request, response) => {
    parsedBody(request, emptySchema);
    const consent = await ownConsent(deps, request, response);
    if (consent.facts?.status !== 'Revoked') {
      await deps.revoke(consent.id, partnerOf(response).id).catch((cause: unknown) => {
        throw attoUnavailable(cause);
      });
    }
    response.json(row((await deps.store.consent(consent.id)) ?? consent, deps));
  };
}

/** POST /v1/partner/consents/{consentId}/refresh: newer data from the bank. Answers when it is there, which may take a minute. */
export function partnerRefreshRoute(deps: PartnerConsentDependencies): RequestHandler {
  return async (request, response) => {
    parsedBody(request, emptySchema);
    const consent = await ownConsent(deps, request, response);
    const partner = partnerOf(response);
    requireBound(consent, partner);
    await refreshData(deps, partner, consent);
    response.json(row((await deps.store.consent(consent.id)) ?? consent, deps));
  };
}

async function ownConsent(
  { store }: PartnerConsentDependencies,
  request: Request,
  response: Response,
): Promise<ConsentRecord> {
  const consent = await store.consent(String(request.params['consentId']));
  if (consent === null || consent.facts === null || consent.partnerId !== partnerOf(response).id) throw notFound();
  return consent;
}

function row(consent: ConsentRecord, { now, renewWithinDays }: PartnerConsentDependencies) {
  const { id, customer, reference, facts, dataAvailability, binding, invitationId, updatedAt } = consent;
  if (facts === null) throw notFound();
  return {
    id,
    customer,
    reference,
    binding,
    invitationId: invitationId ?? null,
    status: facts.status,
    providerId: facts.providerId,
    providerName: facts.providerName,
    start: facts.start,
    end: facts.end,
    journeyType: facts.journeyType,
    dataAvailability,
    daysLeft: daysLeft(facts, now()),
    renew: renewalOf(facts, now(), renewWithinDays),
    updatedAt: new Date(updatedAt).toISOString(),
  };
}
