import type { RequestHandler } from 'express';
import type { Consents } from '../consents/consents.ts';
import type { ConsentLifecycle } from '../consents/lifecycle.ts';
import type { Settings } from '../settings.ts';
import type { Timers } from '../timers.ts';
import { ApiError, sendGatewayError } from './errors.ts';

/** What a refresh needs. */
export interface RefreshRouteDeps {
  consents: Consents;
  lifecycle: ConsentLifecycle;
  settings: Settings;
  timers: Timers;
}

/**
 * POST /stored-data/v1/consents/{consentId}/refresh: asks the bank again, and answers when it has. Its own answers are in
 * the gateway's shape.
 * @see docs.atto.co "Consent refresh"; atto-facts 3.6
 */
export function refreshRoute({
  consents,
  lifecycle,
  settings,
  timers,
}: RefreshRouteDeps): RequestHandler<{ consentId: string }> {
  const underWay = new Set<string>();
  return async (req, res) => {
    lifecycle.sweep();
    const record = consents.find(req.params.consentId);
    if (!record) throw new ApiError(404, 'consent_not_found');
    const { consentId, consentStatus } = record.consent;
    if (consentStatus === 'Expired') throw new ApiError(403, 'consent_expired');
    if (consentStatus !== 'Active') return sendGatewayError(res, 403, 'The consent or account access has been revoked');
    if (underWay.has(consentId)) return sendGatewayError(res, 409, 'A refresh is already in progress for this consent');
    underWay.add(consentId);
    await timers.pause(settings.refreshMs);
    underWay.delete(consentId);
    res.json({ statusCode: 200, message: 'Successfully completed data refresh' });
  };
}
