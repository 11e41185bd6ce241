import type { ConsentStanding } from '../contract.ts';
import { callBff } from './bff-client.ts';
import { bffOf, customerTokenOf, type JourneySettings } from './settings.ts';

/**
 * How the consent of an earlier visit stands, or ended, how it stands then. Null where the page names none, or does not
 * say whose it is.
 */
export async function askConsent(
  settings: JourneySettings,
  step: '' | '/disconnect',
  signal: AbortSignal,
): Promise<ConsentStanding | null> {
  const { consentId, customerToken } = settings;
  if (!consentId || !customerToken) return null;
  const token = await customerTokenOf(settings);
  const path = `consents/${encodeURIComponent(consentId)}${step}`;
  return (await callBff<ConsentStanding>(bffOf(settings), path, { token, signal, ...(step && { body: {} }) })).body;
}
