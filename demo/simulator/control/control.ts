import type { LoggedRequest } from '../api/request-log.ts';
import type { CompletedJourney } from '../connect/without-browser.ts';
import type { Consent, DataAvailability } from '../consents/consent.ts';
import type { InvitationRecord } from '../invitations/invitation.ts';
import type { Delivery } from '../notifications/notifier.ts';
import type { Settings } from '../settings.ts';

/** What the control page and its JSON twin may do. Input is unchecked here; each method checks its own. */
export interface Control {
  readonly settings: Settings;
  readonly requests: readonly LoggedRequest[];
  readonly deliveries: readonly Delivery[];
  readonly consents: readonly Consent[];
  readonly invitations: readonly InvitationRecord[];
  configure(change: unknown): void;
  next(plan: unknown): void;
  fault(fault: unknown): void;
  completeJourney(input: unknown): Promise<CompletedJourney>;
  completeRenewal(input: unknown): Promise<CompletedJourney>;
  acceptInvitation(input: unknown): Promise<CompletedJourney>;
  openEmail(invitationId: string): void;
  bounceEmail(invitationId: string): void;
  addConsent(known: Partial<Consent>): Consent;
  editConsent(consentId: string, changes: Partial<Consent>): Consent;
  setDataAvailability(consentId: string, value: DataAvailability | null): void;
  abandon(consentId: string): void;
  expire(consentId: string): void;
  revoke(consentId: string): void;
  announceUpcomingExpiration(consentId: string): void;
  sendNotification(body: Record<string, unknown>): void;
  forge(forgery: unknown): void;
  forgetAccessTokens(): void;
  reset(): void;
}
