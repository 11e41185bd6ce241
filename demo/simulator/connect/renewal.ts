import type { AccessTokens } from '../api/access-tokens.ts';
import { findBank } from '../banks.ts';
import { defaultConfigurationId } from '../configuration.ts';
import type { Consent, ConsentRecord, RenewalType } from '../consents/consent.ts';
import type { Consents } from '../consents/consents.ts';
import type { ConsentLifecycle } from '../consents/lifecycle.ts';
import type { Settings } from '../settings.ts';
import type { Connect } from './connect.ts';
import type { Journey } from './journey.ts';
import { LaunchError } from './launch.ts';

const dayMs = 86_400_000;

/** What opening a renewal needs. */
export interface RenewalDeps {
  settings: Settings;
  consents: Consents;
  lifecycle: ConsentLifecycle;
  accessTokens: AccessTokens;
  connect: Connect;
  now: () => number;
}

/**
 * Opens the renewal that `?consent_id=…#access_token=…` asks for. Connect picks the kind. A dead token ends the
 * journey with `unexpected_error`, or on a page, by setting; so does a consent in a status that cannot be renewed.
 * @see documentation, "Re-authentication", "Reconfirmation"; atto-facts 4 and 12 #21
 */
export async function openRenewal(deps: RenewalDeps, consentId: string, accessToken: string): Promise<Journey> {
  const { consents, lifecycle, accessTokens, settings, connect } = deps;
  lifecycle.sweep();
  const live = (await accessTokens.opens(accessToken)) === 'consent';
  const record = consents.find(consentId);
  if (!record || (!live && settings.deadTokenEnds === 'page')) {
    throw new LaunchError(403, 'unauthorised_client', 'The link that brought you here is no longer valid.');
  }
  const journey = connect.renew(
    record,
    renewalFor(record.consent, settings, deps.now()),
    configurationOf(record, settings),
  );
  if (!live || !isRenewable(record.consent)) connect.endUnexpectedly(journey);
  return journey;
}

/** Reconfirmation in Britain while the consent is Active and near its end; re-authentication otherwise. */
export function renewalFor(consent: Consent, settings: Settings, now: number): RenewalType {
  const british = findBank(consent.providerId)?.country === 'GB';
  const left = consent.consentEnd ? Date.parse(consent.consentEnd) - now : Number.POSITIVE_INFINITY;
  const nearEnd = left <= settings.reconfirmationWindowDays * dayMs;
  return british && consent.consentStatus === 'Active' && nearEnd ? 'Reconfirmation' : 'Reauthentication';
}

function isRenewable({ consentStatus }: Consent): boolean {
  return ['Active', 'Expired', 'Revoked'].includes(consentStatus);
}

/** The configuration the consent came from, or the default one if it is gone. */
function configurationOf({ consent }: ConsentRecord, settings: Settings): string {
  const name = consent.configurationName ?? defaultConfigurationId;
  return Object.hasOwn(settings.configurations, name) ? name : defaultConfigurationId;
}
