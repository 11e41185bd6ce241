import { z } from 'zod';
import { baseConfiguration, type ConnectConfiguration } from './configuration.ts';
import type { Settings } from './settings.ts';

/**
 * What createSimulator, configure and `POST /simulator/settings` accept: any part of the settings. A configuration
 * may be given in part and changes only what it names; `redirectUrl` at the top sets it in every configuration.
 */
export type SettingsChange = Partial<Omit<Settings, 'configurations' | 'rateLimits' | 'webhookMischief'>> & {
  configurations?: Record<string, Partial<ConnectConfiguration>>;
  rateLimits?: Partial<Settings['rateLimits']>;
  webhookMischief?: Partial<Settings['webhookMischief']>;
  redirectUrl?: string | null;
};

const count = z.int().nonnegative();
const milliseconds = z.number().nonnegative();
const country = z.string().regex(/^[A-Z]{2}$/, 'an upper-case two-letter country code');
/** App schemes are allowed, as Atto allows them; script and data are not, since the address becomes a link. */
const redirectUrl = z
  .url()
  .refine((value) => !/^(javascript|data|vbscript|blob|file):/i.test(value), 'a web or app address')
  .nullable();

const configuration = z
  .strictObject({
    clientName: z.string().min(1),
    favourites: z.array(z.int()),
    defaultCountry: country,
    availableCountries: z.array(country).min(1),
    terms: z.record(z.string(), z.array(z.string())),
    redirectUrl,
    dataGroups: z.array(z.enum(['Accounts', 'Balances', 'Transactions', 'RegularPayments', 'Party'])),
    accountSelection: z.boolean(),
    consentDurationType: z.enum(['Single', 'Limited', 'Infinite']),
    consentDays: z.number().positive(),
  })
  .partial();

const webhookTarget = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  version: z.enum(['v1', 'v2']),
  tokenUrl: z.url({ protocol: /^https?$/ }).optional(),
  clientId: z.string().optional(),
  clientSecret: z.string().optional(),
  scope: z.string().optional(),
});

/** One check for every setting: a setting without one does not compile. */
const checks = {
  clientId: z.uuid(),
  clientSecret: z.string().min(32),
  applicationId: z.uuid(),
  configurations: z.record(z.string().min(1), configuration),
  redirectUrl,
  webhooks: z.array(webhookTarget),
  tokenCasing: z.enum(['snake', 'camel']),
  errorCasing: z.enum(['camel', 'pascal', 'gateway', 'problem']),
  scopes: z.array(z.string().min(1)),
  tokenLifetimeSeconds: z.number().positive(),
  rateLimits: z.strictObject({ authorisedPerMinute: count, tokenPerMinute: count }).partial(),
  webhookRetryDelaysMs: z.array(milliseconds),
  webhookTimeoutMs: milliseconds,
  webhookMischief: z
    .strictObject({
      drop: z.boolean(),
      duplicate: z.boolean(),
      shuffle: z.boolean(),
      shuffleWindowMs: milliseconds,
      delayMs: milliseconds,
    })
    .partial(),
  dataStepMs: milliseconds,
  dataReaches: z.enum(['Partial', 'Complete', 'Processed']),
  emailDelayMs: milliseconds,
  invitationTemplates: z.record(z.string().min(1), z.string().min(1)),
  refreshMs: milliseconds,
  bankDelayMs: milliseconds,
  coop: z.enum(['off', 'same-origin', 'same-origin-allow-popups']),
  validationToken: z.enum(['on', 'required', 'off']),
  revokeStatus: z.union([z.literal(200), z.literal(204)]),
  abandonAfterMs: milliseconds,
  consentIdOnError: z.boolean(),
  errorDescriptions: z.boolean(),
  errorMessages: z.enum(['code', 'prose']),
  cancelledStatus: z.enum(['Failed', 'Abandoned']),
  deadTokenEnds: z.enum(['redirect', 'page']),
  disconnectEnds: z.enum(['success', 'customer_cancelled']),
  announceFailedRenewals: z.boolean(),
  reconfirmationWindowDays: z.number().nonnegative(),
  bankForcesLogin: z.boolean(),
  successPageSeconds: count,
  listOrder: z.enum(['oldest-first', 'newest-first']),
  extraFields: z.boolean(),
  unknownEnumMembers: z.boolean(),
  latencyMs: milliseconds,
} satisfies Record<keyof SettingsChange, z.ZodType>;

const settingsChange = z.strictObject(checks).partial();

/** Checks a change and applies it in place, so that everyone who holds the settings sees it. Throws a ZodError. */
export function changeSettings(settings: Settings, change: unknown): void {
  const { configurations, rateLimits, webhookMischief, redirectUrl, ...plain } = settingsChange.parse(change);
  if (plain.clientId !== undefined && plain.applicationId === undefined) plain.applicationId = plain.clientId;
  assignGiven(settings, plain);
  assignGiven(settings.rateLimits, rateLimits ?? {});
  assignGiven(settings.webhookMischief, webhookMischief ?? {});
  for (const [configId, changed] of Object.entries(configurations ?? {})) {
    const known = Object.hasOwn(settings.configurations, configId) ? settings.configurations[configId] : undefined;
    settings.configurations[configId] = assignGiven(known ?? baseConfiguration(), changed);
  }
  if (redirectUrl !== undefined) {
    for (const each of Object.values(settings.configurations)) each.redirectUrl = redirectUrl;
  }
}

/** Object.assign, except that a key given as undefined changes nothing. */
function assignGiven<T extends object>(target: T, given: object): T {
  return Object.assign(target, Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
}
