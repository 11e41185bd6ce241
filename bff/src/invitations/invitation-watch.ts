import type { Logger } from 'pino';
import type { AttoClient } from '../atto/atto-client.ts';
import { AttoError } from '../atto/atto-connection.ts';
import type { AttestedConsent } from '../consents/consent-facts.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import { attested, type Invitation, refuted, underWay } from './invitation.ts';
import { updateInvitation } from './update-invitation.ts';

export interface InvitationWatchDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  attoOf: (partner: Partner) => AttoClient;
  now: () => number;
  logger: Logger;
  /** Takes news of a consent that was found in Atto's list: a reason to ask, as a webhook is. */
  hearConsent: (consent: AttestedConsent) => Promise<void>;
}

const AT_MOST = 20;
/** After a question that Atto did not answer. */
const AGAIN_SECONDS = 15;

/** Keeps our rows of invitations true by the Connect Invitation API: when a webhook gave a reason to, or a row is due. */
export class InvitationWatch {
  readonly #deps: InvitationWatchDependencies;

  constructor(dependencies: InvitationWatchDependencies) {
    this.#deps = dependencies;
  }

  /** Looks up what is due. */
  async sweep(): Promise<void> {
    const { store, now } = this.#deps;
    const due = await store.dueInvitations(now(), AT_MOST);
    await Promise.all(due.map((invitation) => this.#visit(invitation)));
  }

  /**
   * Asks Atto now, unless somebody else does, and stores what it said.
   * @returns the row as it stands then
   * @throws {AttoError}
   */
  async refresh(due: Invitation): Promise<Invitation> {
    const { store, partners, attoOf, now } = this.#deps;
    const partner = partners.get(due.partnerId);
    if (partner === undefined || due.attoId === null) return due;
    const invitation = await store.putInvitation(underWay(due, now()), []);
    if (invitation?.attoId == null) return due;
    const answer = await attoOf(partner).invitation(invitation.attoId);
    const isOurs = answer?.attoId === invitation.attoId && answer.customerReference === invitation.reference;
    if (isOurs && invitation.isSaidActive) await this.#lookForConsent(partner, invitation);
    const stored = await updateInvitation(store, invitation.id, (current) =>
      isOurs ? attested(current, answer.activities, invitation, now()) : refuted(current),
    );
    return stored ?? invitation;
  }

  /** A webhook says that a consent came of it. */
  async #lookForConsent(partner: Partner, { reference }: Invitation): Promise<void> {
    const { attoOf, hearConsent } = this.#deps;
    const consents = await attoOf(partner).consentsOfReference(reference);
    for (const consent of consents) if (consent.customerReference === reference) await hearConsent(consent);
  }

  async #visit(invitation: Invitation): Promise<void> {
    const { store, now, logger } = this.#deps;
    try {
      await this.refresh(invitation);
    } catch (error) {
      const seconds = error instanceof AttoError ? (error.retryAfterSeconds ?? AGAIN_SECONDS) : AGAIN_SECONDS;
      await updateInvitation(store, invitation.id, (current) => ({ ...current, askAt: now() + seconds * 1000 }));
      logger.warn({ err: error }, 'an invitation could not be looked up; it is tried again');
    }
  }
}
