/**
 * Everything that a journey needs, on one machine: the stand-in for Atto, the bff, and Larkfield's server, each over
 * real HTTP and knowing the others by address only. `npm start` shows it to people; test/journey drives it.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBff } from '../bff/src/start.ts';
import { freePort } from './free-port.ts';
import { type PresenterBank, startPartner } from './partner/partner.ts';
import { banks } from './simulator/banks.ts';
import type { SettingsChange } from './simulator/settings-schema.ts';
import { createSimulator, type Simulator } from './simulator/simulator.ts';

const PARTNER_ID = 'larkfield';
const CONFIG_ID = 'larkfield';
const WEBHOOK_CLIENT_ID = 'atto-webhooks';
const LOOPBACK = '127.0.0.1';

/** Providers that Larkfield's customers often have. */
const favourites = [1001, 1003, 1004, 1005, 1101, 1102];

/** Larkfield's own terms, which Connect shows beside the consent. */
const terms = {
  en: [
    'Larkfield uses your data once, to decide on your application.',
    'We keep it for as long as the law asks of a lender, and never sell it.',
  ],
  de: [
    'Larkfield verwendet Ihre Daten einmalig, um über Ihren Antrag zu entscheiden.',
    'Wir bewahren sie so lange auf, wie es das Gesetz von Kreditgebern verlangt, und verkaufen sie nie.',
  ],
};

export interface WorldOptions {
  /** Wanted ports; one that is taken gives way to a free one. Default: any free ones. */
  ports?: { partner?: number; bff?: number; bank?: number };
  /**
   * Names in the addresses that the browser sees. The servers listen on 127.0.0.1 whatever they are called, so
   * `partner.localhost`, `bff.localhost` and `bank.localhost` make three different sites of them.
   */
  hostnames?: { partner?: string; bff?: string; bank?: string };
  /** Variables of the bff (design, section 4) that are to be different. */
  bff?: Record<string, string | undefined>;
  /** What Atto is to do differently. */
  simulator?: SettingsChange & { now?: () => number };
}

export interface World {
  /** As the browser reaches them. */
  readonly urls: { readonly partner: string; readonly bff: string; readonly bank: string };
  /** As this process reaches them: names under .localhost are known to browsers, not to every resolver. */
  readonly directUrls: { readonly partner: string; readonly bff: string; readonly bank: string };
  readonly simulator: Simulator;
  readonly partnerId: string;
  /** What must never be seen in a page, a log or an answer. */
  readonly secrets: Secrets;
  close(): Promise<void>;
}

export interface Secrets {
  readonly attoClientSecret: string;
  readonly partnerSigningSecret: string;
  readonly partnerApiKey: string;
  readonly webhookClientSecret: string;
}

/** Starts the three servers, wired to each other. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  // Unwound in reverse, whether the world was used or only half built.
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const each of closers.splice(0).reverse()) {
      await each();
    }
  };
  try {
    return { ...(await buildWorld(options, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function buildWorld(options: WorldOptions, closers: (() => Promise<void>)[]): Promise<Omit<World, 'close'>> {
  const { ports = {}, hostnames = {} } = options;
  const secrets = newSecrets();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'atto-connect-'));
  closers.push(() => rm(dataDirectory, { recursive: true, force: true }));

  const { now, ...attoChanges } = options.simulator ?? {};
  const simulator = createSimulator({ clientSecret: secrets.attoClientSecret, ...(now && { now }) });
  await simulator.start(await freePort(ports.bank ?? 0));
  closers.push(() => simulator.stop());
  const bankUrl = withHostname(simulator.url, hostnames.bank);

  // The bff comes last, because it must know the page's origin, but the other two need its address before.
  const bffPort = await freePort(ports.bff ?? 0);
  const bffDirectUrl = `http://${LOOPBACK}:${bffPort}`;
  const bffUrl = withHostname(bffDirectUrl, hostnames.bff);
  simulator.configure(larkfieldAtAtto(bffUrl, bffDirectUrl, secrets));
  simulator.configure(attoChanges);

  const partner = await startPartner({
    port: await freePort(ports.partner ?? 0),
    ...(hostnames.partner && { hostname: hostnames.partner }),
    bffUrl,
    bffInternalUrl: bffDirectUrl,
    partnerId: PARTNER_ID,
    signingSecret: secrets.partnerSigningSecret,
    apiKey: secrets.partnerApiKey,
    presenter: { banks: presenterBanks(), attoUrl: `${bankUrl}/simulator` },
  });
  closers.push(() => partner.close());

  const bff = await startBff({
    ATTO_API_URL: simulator.url,
    ATTO_CONNECT_URL: bankUrl,
    ATTO_CLIENT_ID: simulator.settings.clientId,
    ATTO_CLIENT_SECRET: secrets.attoClientSecret,
    ATTO_APPLICATION_ID: simulator.settings.applicationId,
    PUBLIC_URL: bffUrl,
    HOST: LOOPBACK,
    PORT: String(bffPort),
    PARTNER_ID,
    PARTNER_NAME: 'Larkfield',
    PARTNER_ORIGINS: partner.url,
    PARTNER_RETURN_URLS: `main=${partner.url}/`,
    PARTNER_CONFIG_IDS: CONFIG_ID,
    PARTNER_SIGNING_SECRET: secrets.partnerSigningSecret,
    PARTNER_API_KEY: secrets.partnerApiKey,
    PARTNER_GUESTS: 'true',
    DATA_DIR: dataDirectory,
    WEBHOOK_AUTH: 'oauth',
    WEBHOOK_CLIENT_ID,
    WEBHOOK_CLIENT_SECRET: secrets.webhookClientSecret,
    LOG_LEVEL: 'error',
    ...options.bff,
  });
  closers.push(() => bff.close());

  return {
    urls: { partner: partner.url, bff: bffUrl, bank: bankUrl },
    directUrls: { partner: withHostname(partner.url, LOOPBACK), bff: bffDirectUrl, bank: simulator.url },
    simulator,
    partnerId: PARTNER_ID,
    secrets,
  };
}

/** What Larkfield would have agreed with its account manager at Atto. */
function larkfieldAtAtto(bffUrl: string, bffDirectUrl: string, secrets: Secrets): SettingsChange {
  return {
    redirectUrl: `${bffUrl}/v1/return/${PARTNER_ID}`,
    configurations: {
      [CONFIG_ID]: { clientName: 'Larkfield', favourites, terms, redirectUrl: `${bffUrl}/v1/return/${PARTNER_ID}` },
    },
    invitationTemplates: { larkfield: CONFIG_ID },
    webhooks: [
      {
        url: `${bffDirectUrl}/v1/webhooks/atto`,
        version: 'v2',
        tokenUrl: `${bffDirectUrl}/v1/oauth2/token`,
        clientId: WEBHOOK_CLIENT_ID,
        clientSecret: secrets.webhookClientSecret,
      },
    ],
  };
}

function presenterBanks(): PresenterBank[] {
  return banks.map(({ name, country, providerId, bankCodes: [bankCode] }) => ({
    name,
    countryCode: country,
    providerId: String(providerId),
    ...(bankCode && { bankCode }),
  }));
}

/** The same address under another name, without a slash at the end. */
function withHostname(url: string, hostname: string | undefined): string {
  const renamed = new URL(url);
  renamed.hostname = hostname ?? renamed.hostname;
  return renamed.origin;
}

/** Made anew at each start: there is nothing to find in the source, and nothing to leak from one run to the next. */
function newSecrets(): Secrets {
  const secret = () => randomBytes(32).toString('base64url');
  return {
    attoClientSecret: secret(),
    partnerSigningSecret: secret(),
    partnerApiKey: secret(),
    webhookClientSecret: secret(),
  };
}
