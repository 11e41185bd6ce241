import { readFileSync } from 'node:fs';
import { z } from 'zod';
import {
  apiUrl,
  commaSeparated,
  namedUrls,
  originList,
  pageUrl,
  secrets,
  webhookSecret,
  wholeNumber,
} from './config-values.ts';
import { ConfigurationError, fault } from './configuration-error.ts';

/** Where Atto is and who we are to it. */
export interface AttoConfig {
  apiUrl: string;
  connectUrl: string;
  clientId: string;
  clientSecret: string;
  /** `client_id` of the launch, and what consents' `applicationId` is compared with. */
  applicationId: string;
  renewal: { clientId: string; clientSecret: string } | null;
  scopes: 'directid' | 'api';
  validationToken: { place: 'fragment' | 'query'; name: string } | null;
  /** Calls of the application in any sixty seconds; Atto takes 500. */
  budget: number;
  /** PEM of an extra certificate authority. */
  certificateAuthority: string | null;
}

/** Where a partner wants to be told of events, and the secret that signs them (`whsec_…`, Standard Webhooks). */
export interface PartnerWebhook {
  url: string;
  secret: string;
}

/** A site that uses us. */
export interface Partner {
  id: string;
  name: string;
  /** Exact origins of the pages that may call us. */
  origins: readonly string[];
  /** Pages to come back to, by name; the first is the default. */
  returnUrls: ReadonlyMap<string, string>;
  /** Atto configurations that a page may name; the first is the default. */
  configIds: readonly string[];
  /** Accepted values, newest first. */
  signingSecrets: readonly string[];
  apiKeys: readonly string[];
  guests: boolean;
  reference: 'random' | 'exact';
  /** Whether data is relayed of bound consents only. */
  requireBound: boolean;
  webhook: PartnerWebhook | null;
  atto: AttoConfig;
}

/** Whether it asks Atto in the name of this application. */
export function hasApplication({ atto }: Partner, applicationId: string): boolean {
  return atto.applicationId.toLowerCase() === applicationId.toLowerCase();
}

export type Environment = Readonly<Record<string, string | undefined>>;

const yesOrNo = z.enum(['true', 'false']).transform((value) => value === 'true');

const attoFields = z.object({
  ATTO_API_URL: apiUrl,
  ATTO_CONNECT_URL: apiUrl,
  ATTO_CLIENT_ID: z.string('is required').min(1),
  ATTO_CLIENT_SECRET: z.string('is required').min(1),
  ATTO_APPLICATION_ID: z.string().min(1).optional(),
  ATTO_RENEWAL_CLIENT_ID: z.string().min(1).optional(),
  ATTO_RENEWAL_CLIENT_SECRET: z.string().min(1).optional(),
  ATTO_SCOPES: z.enum(['directid', 'api']).default('directid'),
  ATTO_VALIDATION_TOKEN: z
    .string()
    .regex(/^(off|(fragment|query):[A-Za-z0-9_.-]+)$/, 'expected off, fragment:<name> or query:<name>')
    .default('fragment:validation_token'),
  ATTO_BUDGET: wholeNumber(1).default(450),
  ATTO_CA_FILE: z.string().min(1).optional(),
});

/** Fields of a partner, spelled as in `PARTNERS_FILE`; `PARTNER_…` variables give the same fields as text. */
const partnerFields = z.strictObject({
  id: z.string('is required').regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected 1 to 64 letters, digits, - or _'),
  name: z.string().min(1).optional(),
  origins: originList,
  returnUrls: namedUrls,
  configIds: commaSeparated.default([]),
  signingSecret: secrets,
  apiKey: secrets,
  guests: z.union([z.boolean(), yesOrNo], 'expected true or false').default(false),
  requireBound: z.union([z.boolean(), yesOrNo], 'expected true or false').default(true),
  reference: z.enum(['random', 'exact']).default('random'),
  webhookUrl: pageUrl.optional(),
  webhookSecret: webhookSecret.optional(),
  atto: z.partialRecord(attoFields.keyof(), z.string()).optional(),
});

/**
 * The partners of `PARTNERS_FILE`, or the one of the `PARTNER_…` variables, each with its access to Atto. What is wrong is
 * added to `faults`, a line each.
 */
export function partnersFrom(given: Environment, faults: string[]): ReadonlyMap<string, Partner> {
  const partners = new Map<string, Partner>();
  for (const entry of readPartners(given)) {
    const partner = parsePartner(entry, given);
    if (Array.isArray(partner)) faults.push(...partner);
    else if (partners.has(partner.id)) faults.push(`${entry.spell('id')}: there are two partners of this id`);
    else partners.set(partner.id, partner);
  }
  faults.push(...sharedApplicationFaults([...partners.values()]));
  return partners;
}

interface PartnerEntry {
  /** What a fault line starts with: `PARTNERS_FILE[0].`, or nothing for the variables. */
  label: string;
  /** Names a field as its writer spelled it. */
  spell: (field: string) => string;
  fields: unknown;
}

const PARTNER_VARIABLES: Readonly<Record<string, string>> = {
  id: 'PARTNER_ID',
  name: 'PARTNER_NAME',
  origins: 'PARTNER_ORIGINS',
  returnUrls: 'PARTNER_RETURN_URLS',
  configIds: 'PARTNER_CONFIG_IDS',
  signingSecret: 'PARTNER_SIGNING_SECRET',
  apiKey: 'PARTNER_API_KEY',
  guests: 'PARTNER_GUESTS',
  reference: 'PARTNER_REFERENCE',
  requireBound: 'PARTNER_REQUIRE_BOUND',
  webhookUrl: 'PARTNER_WEBHOOK_URL',
  webhookSecret: 'PARTNER_WEBHOOK_SECRET',
};

/** What a partner may be told of by a variable. */
export const partnerVariables: readonly string[] = [
  ...Object.values(PARTNER_VARIABLES),
  ...Object.keys(attoFields.shape),
];

function readPartners(given: Environment): PartnerEntry[] {
  const file = given['PARTNERS_FILE'];
  if (file === undefined) {
    const fields = Object.entries(PARTNER_VARIABLES).flatMap(([field, variable]) =>
      given[variable] === undefined ? [] : [[field, given[variable]]],
    );
    return [{ label: '', spell: (field) => PARTNER_VARIABLES[field] ?? field, fields: Object.fromEntries(fields) }];
  }
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    // What a parser says repeats what it read, and secrets are in there.
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it is not JSON';
    throw new ConfigurationError([`PARTNERS_FILE: cannot be read (${reason})`]);
  }
  if (!Array.isArray(list) || list.length === 0)
    throw new ConfigurationError(['PARTNERS_FILE: expected an array of at least one partner']);
  return list.map((fields: unknown, index) => {
    const label = `PARTNERS_FILE[${index}].`;
    return { label, spell: (field) => `${label}${field}`, fields };
  });
}

function parsePartner(entry: PartnerEntry, given: Environment): Partner | string[] {
  const parsed = partnerFields.safeParse(entry.fields);
  const own = parsed.success ? (parsed.data.atto ?? {}) : {};
  const atto = parseAtto({ ...given, ...own }, entry.label);
  const faults = Array.isArray(atto) ? atto : [];
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) {
      const [field, ...rest] = path;
      faults.push(fault([entry.spell(String(field ?? '')), ...rest], message));
    }
  }
  if (!parsed.success || Array.isArray(atto)) return faults;
  const { id, name, origins, returnUrls, configIds, signingSecret, apiKey, guests, reference } = parsed.data;
  const { requireBound, webhookUrl: url, webhookSecret: secret } = parsed.data;
  if ((url === undefined) !== (secret === undefined))
    return [`${entry.spell('webhookUrl')} and ${entry.spell('webhookSecret')}: give both or neither`];
  return {
    id,
    name: name ?? id,
    origins,
    returnUrls: new Map(Object.entries(returnUrls)),
    configIds,
    signingSecrets: signingSecret,
    apiKeys: apiKey,
    guests,
    reference,
    requireBound,
    webhook: url === undefined || secret === undefined ? null : { url, secret },
    atto,
  };
}

function parseAtto(given: Environment, label: string): AttoConfig | string[] {
  const parsed = attoFields.safeParse(given);
  if (!parsed.success) return parsed.error.issues.map((issue) => label + fault(issue.path, issue.message));
  const values = parsed.data;
  const { ATTO_RENEWAL_CLIENT_ID: renewalId, ATTO_RENEWAL_CLIENT_SECRET: renewalSecret } = values;
  if ((renewalId === undefined) !== (renewalSecret === undefined))
    return [`${label}ATTO_RENEWAL_CLIENT_ID and ATTO_RENEWAL_CLIENT_SECRET: give both or neither`];
  const [place, name] = values.ATTO_VALIDATION_TOKEN.split(':');
  const certificateAuthority = textOf(values.ATTO_CA_FILE);
  if (certificateAuthority === undefined) return [`${label}ATTO_CA_FILE: cannot be read`];
  return {
    apiUrl: values.ATTO_API_URL,
    connectUrl: values.ATTO_CONNECT_URL,
    clientId: values.ATTO_CLIENT_ID,
    clientSecret: values.ATTO_CLIENT_SECRET,
    applicationId: values.ATTO_APPLICATION_ID ?? values.ATTO_CLIENT_ID,
    renewal: renewalId && renewalSecret ? { clientId: renewalId, clientSecret: renewalSecret } : null,
    scopes: values.ATTO_SCOPES,
    validationToken: name === undefined ? null : { place: place === 'query' ? 'query' : 'fragment', name },
    budget: values.ATTO_BUDGET,
    certificateAuthority,
  };
}

/** Null where no file is named, undefined where it cannot be read. */
function textOf(file: string | undefined): string | null | undefined {
  if (file === undefined) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Partners of one application come back through one redirect URL each, which Atto chooses by configuration. */
function sharedApplicationFaults(partners: readonly Partner[]): string[] {
  const owners = new Map<string, string>();
  const faults: string[] = [];
  for (const partner of partners) {
    const application = partner.atto.applicationId.toLowerCase();
    const shared = partners.filter((other) => hasApplication(other, application)).length > 1;
    if (!shared) continue;
    if (partner.configIds.length === 0)
      faults.push(`partner ${partner.id}: shares an Atto application and so needs its own configIds`);
    // Bare references of two partners may be the same, and then nobody could say whose customer a consent is of.
    const own = [
      ...partner.configIds.map((configId) => ({ what: 'configId', value: configId })),
      ...(partner.reference === 'exact' ? [{ what: 'reference "exact"', value: '' }] : []),
    ];
    for (const { what, value } of own) {
      const key = `${application} ${what} ${value}`;
      const owner = owners.get(key);
      if (owner !== undefined) faults.push(`partner ${partner.id}: ${what} is already that of partner ${owner}`);
      owners.set(key, partner.id);
    }
  }
  return faults;
}
