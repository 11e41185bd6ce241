import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { AttestedConsent } from '../consents/consent-facts.ts';
import {
  type ConsentRecord,
  isHearsay,
  newConsent,
  nudgeConsent,
  withConsentData,
  withEndAnnounced,
  withOwner,
} from '../consents/consent-record.ts';
import { type StartedWith, startedWith } from '../consents/started-with.ts';
import { updateConsent } from '../consents/update-consent.ts';
import { type InvitationNotice, told as invitationTold } from '../invitations/invitation.ts';
import { updateInvitation } from '../invitations/update-invitation.ts';
import { nudge, withData } from '../journey/journey.ts';
import { updateJourney } from '../journey/update-journey.ts';
import type { Partner } from '../partners.ts';
import type { Store, StoredNotification } from '../stores/store.ts';
import { Trouble } from '../trouble.ts';
import { type ConsentNotice, type Notification, readNotification } from './read-notification.ts';

export interface NotificationDeskDependencies {
  store: Store;
  partners: ReadonlyMap<string, Partner>;
  now: () => number;
  logger: Logger;
  /** Called when there is something to ask Atto about. */
  ask: () => void;
}

const AT_A_TIME = 100;
/** Another process takes over what one left lying for so long. */
const LEASE_MS = 10_000;
const LOOK_EVERY_MS = 5000;
const RETRY_AFTER_MS = 1000;
/** While more comes in, a third of the time is for working off, the rest for taking in: that is what Atto waits for. */
const REST = 2;
const LONGEST_REST_MS = 500;

/**
 * Works off the webhooks that were accepted, in the order in which they came; what came before a restart, too. A webhook
 * is a reason to ask, never a fact, but for what Atto's API does not know: the data availability of a consent, and that
 * somebody who was invited did not finish.
 */
export class NotificationDesk {
  readonly #deps: NotificationDeskDependencies;
  readonly #trouble: Trouble;
  readonly #timer: NodeJS.Timeout;
  #working: Promise<void> | null = null;
  #more = false;
  #closed = false;

  constructor(dependencies: NotificationDeskDependencies) {
    this.#deps = dependencies;
    this.#trouble = new Trouble(dependencies.logger, 'accepted webhooks could not be worked off; it is tried again');
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY_MS).unref();
    this.wake();
  }

  /** There may be something to do. */
  wake(): void {
    this.#more = true;
    if (this.#closed) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
      if (this.#more) this.wake();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#working;
  }

  async #work(): Promise<void> {
    const { store, now } = this.#deps;
    try {
      while (this.#more && !this.#closed) {
        this.#more = false;
        const start = performance.now();
        const pending = await store.takeNotifications(AT_A_TIME, LEASE_MS, now());
        await this.#applyAll(pending);
        if (pending.length === AT_A_TIME) this.#more = true;
        if (this.#more) await sleep(Math.min((performance.now() - start) * REST, LONGEST_REST_MS));
      }
      this.#trouble.over();
    } catch (error) {
      this.#trouble.because(error);
      setTimeout(() => this.wake(), RETRY_AFTER_MS).unref();
    }
  }

  /** Those of one subject one after the other, those of different ones beside each other: so writes share commits. */
  async #applyAll(pending: readonly StoredNotification[]): Promise<void> {
    const read = pending.map(({ id, body }) => ({ id, notification: readNotification(JSON.parse(body)) }));
    const bySubject = Map.groupBy(read, ({ id, notification }) => subjectOf(notification) ?? id);
    await Promise.all(
      [...bySubject.values()].map(async (group) => {
        for (const one of group) await this.#apply(one);
      }),
    );
  }

  async #apply({ id, notification }: { id: number; notification: Notification | null }): Promise<void> {
    const { store } = this.#deps;
    if (notification?.kind === 'consent') await this.hear(notification.notice);
    if (notification?.kind === 'invitation') await this.#hearInvitation(notification.notice);
    await store.settleNotification(id);
  }

  /** Takes news of a consent, from wherever it comes. */
  async hear(notice: ConsentNotice): Promise<void> {
    const { store, now, ask } = this.#deps;
    const { consentId, customerReference, applicationId } = notice;
    const started = await startedWith(this.#deps, customerReference, applicationId);
    const consent = await updateConsent(store, consentId, (known) => withNotice(known, notice, started, now()));
    if (consent === null) return;
    // v1 may tell of a consent without saying whose it is.
    const concerned = customerReference === null ? await store.journeysByConsent(consentId) : started.journeys;
    for (const { id } of concerned) {
      await updateJourney(store, id, (journey) => {
        if (journey.consent?.id !== consentId) return nudge(journey, consentId, now());
        const { dataAvailability } = consent;
        return dataAvailability === null ? journey : withData(journey, dataAvailability, now());
      });
    }
    ask();
  }

  async #hearInvitation(notice: InvitationNotice): Promise<void> {
    const { store, now, ask } = this.#deps;
    const invitation = await store.invitationByReference(notice.customerReference);
    if (invitation === null) return;
    await updateInvitation(store, invitation.id, (current) => invitationTold(current, notice, now()));
    ask();
  }
}

function subjectOf(notification: Notification | null): string | null {
  if (notification?.kind === 'consent') return notification.notice.consentId;
  return notification?.kind === 'invitation' ? notification.notice.attoId : null;
}

/** A row of Atto's list, as if a webhook had brought it. */
export function noticeOf({ customerReference, applicationId, facts }: AttestedConsent): ConsentNotice {
  return {
    consentId: facts.id,
    customerReference,
    applicationId,
    dataAvailability: null,
    consentStatus: facts.status,
    statusUpdated: facts.statusUpdated,
    announcesEnd: null,
  };
}

/** Our row of the consent after the webhook; data may be told of before anybody has claimed the consent. */
function withNotice(
  known: ConsentRecord | null,
  notice: ConsentNotice,
  { journeys, owner }: StartedWith,
  now: number,
): ConsentRecord | null {
  const { consentId, customerReference, dataAvailability, announcesEnd } = notice;
  if (known === null && customerReference === null) return null;
  if (known !== null && customerReference !== null && known.reference !== customerReference) return known;
  const row = known ?? newConsent(consentId, customerReference ?? '', owner, now);
  const consent = owner !== null && isHearsay(row) ? withOwner(row, owner) : row;
  const withAvailability = dataAvailability === null ? consent : withConsentData(consent, dataAvailability, now);
  const withNews = announcesEnd === null ? withAvailability : withEndAnnounced(withAvailability, announcesEnd, now);
  const isAsked = journeys.some((journey) =>
    journey.claims.some(({ consentId: id, askAt }) => id === consentId && askAt !== null),
  );
  // A claim that waits asks by itself; one question is enough.
  return isAsked || !isNewsOf(consent, notice) ? withNews : nudgeConsent(withNews, now);
}

/** Whether the webhook says more of the consent than we know: data alone asks nothing, nor does a consent not yet given. */
function isNewsOf({ facts }: ConsentRecord, { consentStatus, statusUpdated }: ConsentNotice): boolean {
  if (consentStatus === 'Pending') return false;
  if (facts === null) return true;
  // v1 tells how the login went, and nothing of the consent.
  if (consentStatus === null) return facts.status === 'Pending';
  // "UpcomingExpiration" is told by webhooks only; the consent itself stays Active.
  const status = consentStatus === 'UpcomingExpiration' ? 'Active' : consentStatus;
  const age = Date.parse(statusUpdated ?? '') - Date.parse(facts.statusUpdated ?? '');
  return age > 0 || (status !== facts.status && !(age < 0));
}
