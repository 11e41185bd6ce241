import type { Logger } from 'pino';
import { higherAvailability } from '../journey/data-availability.ts';
import { isOpen, type Journey, nudge, withData } from '../journey/journey.ts';
import type { Store, StoredNotification } from '../journey/store.ts';
import { updateJourney } from '../journey/update-journey.ts';
import { type ConsentNotice, readNotification } from './read-notification.ts';

export interface NotificationDeskDependencies {
  store: Store;
  now: () => number;
  logger: Logger;
  /** Called when a journey has something to be asked about. */
  look: () => void;
}

const AT_A_TIME = 100;
const RETRY_AFTER_MS = 1000;

/**
 * Works off the webhooks that were accepted, in the order in which they came; what came before a restart, too. A webhook
 * is a reason to ask, never a fact, but for the data availability that the Consent API does not know.
 */
export class NotificationDesk {
  readonly #deps: NotificationDeskDependencies;
  #working: Promise<void> | null = null;
  #more = false;
  #closed = false;

  constructor(dependencies: NotificationDeskDependencies) {
    this.#deps = dependencies;
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
    await this.#working;
  }

  async #work(): Promise<void> {
    const { store, logger } = this.#deps;
    try {
      while (this.#more && !this.#closed) {
        this.#more = false;
        const pending = await store.pendingNotifications(AT_A_TIME);
        for (const notification of pending) await this.#apply(notification);
        if (pending.length === AT_A_TIME) this.#more = true;
      }
    } catch (error) {
      logger.error({ err: error }, 'accepted webhooks could not be worked off; it is tried again');
      setTimeout(() => this.wake(), RETRY_AFTER_MS).unref();
    }
  }

  async #apply({ id, body }: StoredNotification): Promise<void> {
    const { store } = this.#deps;
    const notification = readNotification(JSON.parse(body));
    if (notification?.kind === 'consent') await this.#tell(notification.news);
    await store.settleNotification(id);
  }

  async #tell(news: ConsentNotice): Promise<void> {
    const { store, now, look } = this.#deps;
    await this.#keepData(news);
    const bound = await store.journeysByConsent(news.consentId);
    const claiming = news.customerReference === null ? [] : await store.journeysByReference(news.customerReference);
    let toAsk = false;
    for (const { id } of [...bound, ...claiming.filter(isOpen)]) {
      await updateJourney(store, id, (journey) => {
        const told = withTold(journey, news, now());
        const next = isNewsOf(journey, news) ? nudge(told, news.consentId, now()) : told;
        toAsk ||= next !== told;
        return next;
      });
    }
    if (toAsk) look();
  }

  /** Data may be told of before anybody has claimed the consent. */
  async #keepData({ consentId, customerReference, dataAvailability }: ConsentNotice): Promise<void> {
    if (dataAvailability === null || customerReference === null) return;
    const { store, now } = this.#deps;
    const known = await store.consentNews(consentId);
    const before = known?.reference === customerReference ? known.dataAvailability : null;
    const after = higherAvailability(before, dataAvailability);
    if (after === before) return;
    await store.putConsentNews({ consentId, reference: customerReference, dataAvailability: after, toldAt: now() });
  }
}

function withTold(
  journey: Journey,
  { consentId, customerReference, dataAvailability }: ConsentNotice,
  now: number,
): Journey {
  const isBound = journey.consent?.id === consentId && journey.reference === customerReference;
  return isBound && dataAvailability !== null ? withData(journey, dataAvailability, now) : journey;
}

/** Whether the webhook says more of the consent than we know: data alone asks nothing. */
function isNewsOf(journey: Journey, { consentId, consentStatus, statusUpdated }: ConsentNotice): boolean {
  const known = journey.consent;
  if (known === null || known.id !== consentId) return true;
  if (consentStatus === null) return false;
  // "UpcomingExpiration" is told by webhooks only; the consent itself stays Active.
  const status = consentStatus === 'UpcomingExpiration' ? 'Active' : consentStatus;
  const age = Date.parse(statusUpdated ?? '') - Date.parse(known.statusUpdated ?? '');
  return age > 0 || (status !== known.status && !(age < 0));
}
