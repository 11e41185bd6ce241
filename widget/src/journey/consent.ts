import type { ConsentStanding } from '../contract.ts';
import { callBff } from './bff-client.ts';
import { type CustomerToken, customerTokenFrom } from './launch.ts';

/** A consent from an earlier visit: at which bff, and for whom. */
export interface EarlierConsent {
  bff: string;
  consentId: string;
  customerToken: CustomerToken;
}

/** How it stands. */
export function standingOf(consent: EarlierConsent, signal: AbortSignal): Promise<ConsentStanding> {
  return ask(consent, '', signal);
}

/** Ends it, and says how it stands then. */
export function disconnectConsent(consent: EarlierConsent, signal: AbortSignal): Promise<ConsentStanding> {
  return ask(consent, '/disconnect', signal, { body: {} });
}

async function ask(consent: EarlierConsent, step: string, signal: AbortSignal, post?: { body: object }) {
  const token = await customerTokenFrom(consent.customerToken);
  const path = `consents/${encodeURIComponent(consent.consentId)}${step}`;
  return (await callBff<ConsentStanding>(consent.bff, path, { token, signal, ...post })).body;
}
