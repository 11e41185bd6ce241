import type { Logger } from 'pino';
import type { AttoClient } from '../atto/atto-client.ts';
import { AttoError } from '../atto/atto-connection.ts';
import { type NotificationDesk, noticeOf } from '../notifications/notification-desk.ts';
import type { Partner } from '../partners.ts';
import type { Store } from '../stores/store.ts';
import type { AttestedConsent } from './consent-facts.ts';

export interface ReconciliationDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  attoOf: (partner: Partner) => AttoClient;
  desk: NotificationDesk;
  now: () => number;
  logger: Logger;
}

/** While journeys are open, what Atto has changed is looked through so often; else only now and then. */
const WHILE_OPEN_MS = 30_000;
const WHILE_QUIET_MS = 300_000;
/** How far a round reaches back beyond the last one: clocks differ, and lists may lag. */
const OVERLAP_MS = 120_000;
const PAGE = 100;
const PAGES_AT_MOST = 20;

interface Round {
  /** Up to when changes have been looked through. */
  seenUntil: number;
  nextAt: number;
}

/**
 * Webhooks get lost: Atto gives up after fourteen seconds. So one list of what has changed is read every half minute,
 * for all journeys together, and each row is treated as a webhook would be: a reason to ask. One process does it for all.
 * @see Documentation, "Consent API: Retrieve list of consents"
 */
export class Reconciliation {
  readonly #deps: ReconciliationDependencies;

  constructor(dependencies: ReconciliationDependencies) {
    this.#deps = dependencies;
  }

  /** Does a round for each application whose time has come. */
  async sweep(): Promise<void> {
    const { partners, logger } = this.#deps;
    const applications = new Map(
      [...partners.values()].map((partner) => [partner.atto.applicationId.toLowerCase(), partner]),
    );
    for (const [applicationId, partner] of applications) {
      try {
        await this.#round(applicationId, partner);
      } catch (error) {
        logger.warn({ err: error }, 'what Atto has changed could not be looked through; it is tried again');
      }
    }
  }

  async #round(applicationId: string, partner: Partner): Promise<void> {
    const { store, now } = this.#deps;
    const name = `reconciliation:${applicationId}`;
    const kept = await store.kept(name);
    const startedAt = now();
    const first: Round = { seenUntil: startedAt, nextAt: startedAt + WHILE_OPEN_MS };
    const last = kept === null ? null : (JSON.parse(kept.value) as Round);
    if (last !== null && last.nextAt > startedAt) return;
    const nextAt = startedAt + ((await store.hasOpenJourneys()) ? WHILE_OPEN_MS : WHILE_QUIET_MS);
    // Whoever stores this does the round; one that fails is made up for by the next, which reaches as far back.
    const taken = last === null ? first : { ...last, nextAt };
    if (!(await store.swapKept(name, JSON.stringify(taken), kept?.revision ?? 0)) || last === null) return;
    await this.#lookThrough(partner, new Date(last.seenUntil - OVERLAP_MS));
    await store.swapKept(name, JSON.stringify({ seenUntil: startedAt, nextAt }), (kept?.revision ?? 0) + 1);
  }

  async #lookThrough(partner: Partner, from: Date): Promise<void> {
    const { attoOf, desk, logger } = this.#deps;
    const atto = attoOf(partner);
    let unknown = 0;
    for (let page = 0; page < PAGES_AT_MOST; page += 1) {
      const consents = await atto.consentsChangedSince(from, { offset: page * PAGE, limit: PAGE });
      for (const consent of consents) if (!(await this.#compare(consent))) unknown += 1;
      if (consents.length < PAGE) break;
      if (page === PAGES_AT_MOST - 1) throw new AttoError('more has changed than one round looks through', 200);
    }
    desk.wake();
    // Started elsewhere, or by hand: said, not adopted.
    if (unknown > 0) logger.info({ unknown }, 'Atto knows consents that we do not');
  }

  /** @returns false where neither the consent nor its reference is known to us */
  async #compare(attested: AttestedConsent): Promise<boolean> {
    const { store, desk } = this.#deps;
    const { customerReference, facts } = attested;
    if (customerReference === null) return false;
    const known = await store.consent(facts.id);
    if (known?.partnerId == null && !(await this.#isOurs(customerReference))) return false;
    await desk.hear(noticeOf(attested));
    return true;
  }

  async #isOurs(reference: string): Promise<boolean> {
    const { store } = this.#deps;
    const [journey] = await store.journeysByReference(reference);
    return journey !== undefined || (await store.invitationByReference(reference)) !== null;
  }
}
