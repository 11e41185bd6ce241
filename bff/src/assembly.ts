import type { Logger } from 'pino';
import { AttoClient } from './atto/atto-client.ts';
import { AttoBudget } from './atto/budget.ts';
import type { Config } from './config.ts';
import type { AttestedConsent } from './consents/consent-facts.ts';
import { ConsentWatch } from './consents/consent-watch.ts';
import { Reconciliation } from './consents/reconciliation.ts';
import { revokeConsent } from './consents/revoke-consent.ts';
import { DeliveryDesk } from './deliveries/delivery-desk.ts';
import { InvitationWatch } from './invitations/invitation-watch.ts';
import { Verification } from './journey/verification.ts';
import { WaitingRoom } from './journey/waiting-room.ts';
import { Acceptance } from './notifications/acceptance.ts';
import { LocalInbox } from './notifications/local-inbox.ts';
import { NotificationDesk, noticeOf } from './notifications/notification-desk.ts';
import type { AttoConfig, Partner } from './partners.ts';
import { standardLogger } from './standard-logger.ts';
import { openStore } from './stores/open-store.ts';
import type { Store } from './stores/store.ts';
import { Sweeper } from './sweeper.ts';
import { Receipts } from './tokens/receipts.ts';
import { signingKeysOf } from './tokens/signing-keys.ts';

export interface AssemblyOptions {
  config: Config;
  /** Default: the embedded store in `DATA_DIR`. A store that is given stays open on `close()`. */
  store?: Store;
  /** Default: pino at `LOG_LEVEL`. */
  logger?: Logger;
  /** Milliseconds since the epoch; default `Date.now`. */
  now?: () => number;
}

const DAY_MS = 86_400_000;
const SWEEP_EVERY_MS = 250;
const FORGET_EVERY_MS = 3_600_000;
/** "At most 30 refresh requests per 60 seconds" (documentation, "Consent refresh"). */
const REFRESHES_A_MINUTE = 30;

/** Builds what the routes share and what runs in the background. `close()` ends it. */
export function assemble({ config, ...given }: AssemblyOptions) {
  const { partners, limits, publicUrl } = config;
  const now = given.now ?? Date.now;
  const logger = given.logger ?? standardLogger(config.logLevel);
  const store = given.store ?? openStore(config, logger);
  const clients = new Map(
    [...partners.values()].map(({ id, atto }) => [
      id,
      new AttoClient(atto, new AttoBudget(store, atto, now), refreshBudget(store, atto, now)),
    ]),
  );
  const attoOf = ({ id }: Partner) => {
    const client = clients.get(id);
    if (client === undefined) throw new Error('a partner that is not configured');
    return client;
  };
  const keys = signingKeysOf(store, config.signingKeys);
  keys().catch((error: unknown) => logger.error({ err: error }, 'there are no keys to sign with yet'));

  const asking = { store, partners, attoOf, now, logger };
  const waitingRoom = new WaitingRoom({ waits: limits.waits, waitsPerAddress: limits.waitsPerAddress });
  const stopListening = store.onJourneyChanged((journeyId) => waitingRoom.wake(journeyId));
  const askInBulk = () => reconciliation.soon();
  const verification = new Verification({ ...asking, receipts: new Receipts(keys, publicUrl), askInBulk });
  const watch = new ConsentWatch({ ...asking, unboundSeconds: config.unboundSeconds, askInBulk });
  const reconciliation = new Reconciliation({ ...asking, verification, watch });
  const sweeper = new Sweeper(SWEEP_EVERY_MS, logger);
  const desk = new NotificationDesk({ ...asking, ask: () => sweeper.soon() });
  const hearConsent = (consent: AttestedConsent) => desk.hear(noticeOf(consent));
  const invitationWatch = new InvitationWatch({ ...asking, hearConsent });
  const deliveries = new DeliveryDesk(asking);
  sweeper.start({
    deliveries: () => deliveries.sweep(),
    'due journeys': () => verification.sweep(),
    'due consents': () => watch.sweep(),
    'what Atto has changed': () => reconciliation.sweep(),
    'due invitations': () => invitationWatch.sweep(),
  });
  const inbox = new LocalInbox(config.dataDirectory);
  const acceptance = new Acceptance({ store, inbox, logger, accepted: () => desk.wake() });
  const forgetting = setInterval(() => {
    store.forgetBefore(now() - config.retentionDays * DAY_MS).catch((error: unknown) => {
      logger.error({ err: error }, 'what is older than the retention could not be removed; it is tried again');
    });
  }, FORGET_EVERY_MS).unref();

  let closed: Promise<void> | null = null;
  const end = async () => {
    clearInterval(forgetting);
    stopListening();
    waitingRoom.close();
    await acceptance.close();
    await Promise.all([sweeper.close(), desk.close(), deliveries.close()]);
    await Promise.all([...clients.values()].map((client) => client.close()));
    if (given.store === undefined) await store.close();
  };
  const close = () => {
    closed ??= end();
    return closed;
  };
  return {
    store,
    logger,
    now,
    asking,
    keys,
    waitingRoom,
    verification,
    watch,
    invitationWatch,
    acceptance,
    revoke: revokeConsent(asking),
    close,
  };
}

function refreshBudget(store: Store, { applicationId, budget }: AttoConfig, now: () => number): AttoBudget {
  const perMinute = Math.min(REFRESHES_A_MINUTE, budget);
  return new AttoBudget(store, { applicationId: `${applicationId}:refreshes`, budget: perMinute }, now);
}
