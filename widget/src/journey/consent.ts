import type { ConsentStanding } from '../contract.ts';
import { callBff } from './bff-client.ts';
import { bffOf, customerTokenOf, type JourneySettings } from './settings.ts';

/** How the consent of an earlier visit stands, or ended, how it stands then. Null where the page names none. */
export async function askConsent(
  settings: JourneySettings,
  step: '' | '/disconnect',
  signal: AbortSignal,
): Promise<ConsentStanding | null> {
  if (!settings.consentId) return null;
  const token = await customerTokenOf(settings);
  const path = `consents/${encodeURIComponent(settings.consentId)}${step}`;
  return (await callBff<ConsentStanding>(bffOf(settings), path, { token, signal, ...(step && { body: {} }) })).body;
}
