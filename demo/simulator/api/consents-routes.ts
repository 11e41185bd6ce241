import { Router } from 'express';
import type { ConsentRecord } from '../consents/consent.ts';
import type { Consents } from '../consents/consents.ts';
import type { ConsentLifecycle } from '../consents/lifecycle.ts';
import type { Settings } from '../settings.ts';
import { matches, readConsentQuery } from './consent-query.ts';
import { ApiError } from './errors.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the consent routes need. */
export interface ConsentsRoutesDeps {
  consents: Consents;
  lifecycle: ConsentLifecycle;
  settings: Settings;
}

/**
 * The Consent API: two lists (bare arrays, no total), one consent, and its revocation.
 * @see docs.atto.co "Get consents", "Revoke consent"; atto-facts 3.3 and 3.4
 */
export function consentsRoutes({ consents, lifecycle, settings }: ConsentsRoutesDeps): Router {
  const router = Router();

  for (const version of ['v1', 'v2'] as const) {
    router.get(`/${version}`, (req, res) => {
      const query = readConsentQuery(req.query, version);
      lifecycle.sweep();
      const found = consents.all().filter((record) => matches(record, query));
      if (settings.listOrder === 'newest-first') found.reverse();
      const end = query.limit === 0 ? undefined : query.offset + query.limit;
      res.json(found.slice(query.offset, end).map((record) => toWire(record, version, settings)));
    });
  }

  router.get('/v1/:consentId', (req, res) => {
    lifecycle.sweep();
    res.json(toWire(lookUp(consents, req.params.consentId), 'v1', settings));
  });

  router.post('/v1/:consentId/revoke', (req, res) => {
    lifecycle.sweep();
    const record = lookUp(consents, req.params.consentId);
    const { consentStatus } = record.consent;
    if (consentStatus === 'Revoked') throw new ApiError(403, 'consent_revoked');
    if (consentStatus === 'Expired') throw new ApiError(403, 'consent_expired');
    if (consentStatus !== 'Active')
      throw new ApiError(400, 'parameters_invalid', 'Only an active consent can be revoked.');
    lifecycle.revoke(record, { byApi: true });
    res.status(settings.revokeStatus).end();
  });

  return router;
}

function lookUp(consents: Consents, consentId: string): ConsentRecord {
  if (!uuid.test(consentId)) throw new ApiError(400, 'parameters_invalid', 'consentId must be a UUID.');
  const record = consents.find(consentId);
  if (!record) throw new ApiError(404, 'consent_not_found');
  return record;
}

/** v2 shows where the data comes from; the switches add what a client has to tolerate. */
function toWire(record: ConsentRecord, version: 'v1' | 'v2', settings: Settings): Record<string, unknown> {
  const { consent, dataSourceType } = record;
  return {
    ...consent,
    ...(settings.unknownEnumMembers ? unknownMembers(record) : {}),
    ...(version === 'v2' ? { dataSourceType } : {}),
    ...(settings.extraFields ? { region: 'simulated', lastRefresh: { at: consent.statusUpdated } } : {}),
  };
}

function unknownMembers({ consent }: ConsentRecord): Record<string, unknown> {
  return {
    consentDurationType: 'Rolling',
    ...(consent.consentStatus === 'Pending' ? { consentStatus: 'AwaitingCustomer' } : {}),
  };
}
