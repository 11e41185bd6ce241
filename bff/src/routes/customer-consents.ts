import type { Request, RequestHandler } from 'express';
import { type ConsentRecord, daysLeft, isClaimed, type Renew, renewalOf } from '../consents/consent-record.ts';
import { consentOfCustomer, type OwnershipDependencies } from '../consents/ownership.ts';
import type { RevokeConsent } from '../consents/revoke-consent.ts';
import { emptySchema } from '../contract-schemas.ts';
import type { Customers } from '../customers.ts';
import { attoUnavailable, notFound } from '../errors.ts';
import { parsedBody } from '../middleware/json-body.ts';

export interface CustomerConsentDependencies extends OwnershipDependencies {
  customers: Customers;
  renewWithinDays: number;
  revoke: RevokeConsent;
}

/** How a consent stands on a later visit. */
export interface ConsentStanding {
  status: string;
  providerName: string | null;
  end: string | null;
  daysLeft: number | null;
  renew: Renew;
}

/** GET /v1/consents/{consentId}: how it stands. Atto is asked at most once a minute. */
export function consentRoute(deps: CustomerConsentDependencies): RequestHandler {
  return async (request, response) => {
    response.json(standing(await ownConsent(deps, request), deps));
  };
}

/** POST /v1/consents/{consentId}/disconnect: ends it. Again is no error. */
export function consentDisconnectRoute(deps: CustomerConsentDependencies): RequestHandler {
  return async (request, response) => {
    parsedBody(request, emptySchema);
    const consent = await ownConsent(deps, request);
    if (consent.facts?.status !== 'Revoked') {
      await deps.revoke(consent.id, consent.partnerId ?? '').catch((cause: unknown) => {
        throw attoUnavailable(cause);
      });
    }
    response.json(standing((await deps.store.consent(consent.id)) ?? consent, deps));
  };
}

/** The consent that path and token both name, and that is the customer's. Everything else is the same 404. */
async function ownConsent(deps: CustomerConsentDependencies, request: Request): Promise<ConsentRecord> {
  const customer = await deps.customers.signedIn(request);
  const consentId = String(request.params['consentId']);
  if (!customer.mayName(consentId)) throw notFound();
  const owned = { partner: customer.partner, customer: customer.reference, consentId };
  const consent = await consentOfCustomer(deps, owned, 'minute').catch((cause: unknown) => {
    throw attoUnavailable(cause);
  });
  if (consent === null || consent.facts === null || !isClaimed(consent)) throw notFound();
  return consent;
}

function standing({ facts }: ConsentRecord, { now, renewWithinDays }: CustomerConsentDependencies): ConsentStanding {
  if (facts === null) throw notFound();
  return {
    status: facts.status,
    providerName: facts.providerName,
    end: facts.end,
    daysLeft: daysLeft(facts, now()),
    renew: renewalOf(facts, now(), renewWithinDays),
  };
}
