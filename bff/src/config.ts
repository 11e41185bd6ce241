import { z } from 'zod';
import { isSecureUrl, keySet, proxies, publicUrl, secrets, wholeNumber } from './config-values.ts';
import { ConfigurationError, fault } from './configuration-error.ts';
import { type Environment, type Partner, partnersFrom, partnerVariables } from './partners.ts';

/** Everything that the bff is told from outside, checked once and frozen. Times are in seconds unless named otherwise. */
export interface Config {
  publicUrl: string;
  host: string;
  port: number;
  journeySeconds: number;
  unboundSeconds: number;
  partners: ReadonlyMap<string, Partner>;
  databaseUrl: string | null;
  dataDirectory: string;
  webhookAuth: 'oauth' | 'none';
  webhookClientId: string;
  webhookClientSecrets: readonly string[];
  trustProxy: number | readonly string[];
  renewWithinDays: number;
  limits: { startsPerMinute: number; requestsPerMinute: number; waitsPerAddress: number; waits: number };
  retentionDays: number;
  logLevel: string;
  /** A JWK set; null: made once and kept in the store. */
  signingKeys: string | null;
}

const serverFields = z.object({
  PUBLIC_URL: publicUrl.optional(),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(0, 65535).default(8787),
  JOURNEY_SECONDS: wholeNumber(1).default(3600),
  UNBOUND_SECONDS: wholeNumber(1).default(600),
  PARTNERS_FILE: z.string().min(1).optional(),
  DATABASE_URL: z.string().min(1).optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  WEBHOOK_AUTH: z.enum(['oauth', 'none']).default('oauth'),
  WEBHOOK_CLIENT_ID: z.string().min(1).optional(),
  WEBHOOK_CLIENT_SECRET: secrets.optional(),
  TRUST_PROXY: proxies.default(0),
  RENEW_WITHIN_DAYS: wholeNumber(1).default(30),
  LIMIT_STARTS: wholeNumber(1).default(120),
  LIMIT_REQUESTS: wholeNumber(1).default(1200),
  LIMIT_WAITS_PER_ADDRESS: wholeNumber(1).default(100),
  LIMIT_WAITS: wholeNumber(1).default(15000),
  RETENTION_DAYS: wholeNumber(1).default(90),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  SIGNING_KEYS: keySet.optional(),
  NODE_TLS_REJECT_UNAUTHORIZED: z
    .string()
    .refine((value) => value !== '0', '0 would take any server for Atto; use ATTO_CA_FILE')
    .optional(),
});

/** The first words of our variables, but for those that anybody's may begin with. */
const OUR_WORDS = /^(ATTO|JOURNEY|LIMIT|PARTNERS?|RENEW|RETENTION|SIGNING|UNBOUND|WEBHOOK)_/;

/**
 * Reads the variables of design section 4.
 * @param actual.port the port that was really taken, where `PORT` is 0
 * @throws {ConfigurationError} with one line per fault
 */
export function configFromEnvironment(environment: Environment, actual: { port?: number } = {}): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const server = serverFields.safeParse(given);
  const faults = server.success ? [] : server.error.issues.map((issue) => fault(issue.path, issue.message));
  faults.push(...dependentFaults(given));
  const partners = partnersFrom(given, faults);
  if (!server.success || faults.length > 0) throw new ConfigurationError(faults);
  const values = server.data;
  const port = actual.port ?? values.PORT;
  return Object.freeze({
    publicUrl: values.PUBLIC_URL ?? urlOf(values.HOST, port),
    host: values.HOST,
    port,
    journeySeconds: values.JOURNEY_SECONDS,
    unboundSeconds: values.UNBOUND_SECONDS,
    partners,
    databaseUrl: values.DATABASE_URL ?? null,
    dataDirectory: values.DATA_DIR,
    webhookAuth: values.WEBHOOK_AUTH,
    webhookClientId: values.WEBHOOK_CLIENT_ID ?? '',
    webhookClientSecrets: values.WEBHOOK_CLIENT_SECRET ?? [],
    trustProxy: values.TRUST_PROXY,
    renewWithinDays: values.RENEW_WITHIN_DAYS,
    limits: {
      startsPerMinute: values.LIMIT_STARTS,
      requestsPerMinute: values.LIMIT_REQUESTS,
      waitsPerAddress: values.LIMIT_WAITS_PER_ADDRESS,
      waits: values.LIMIT_WAITS,
    },
    retentionDays: values.RETENTION_DAYS,
    logLevel: values.LOG_LEVEL,
    signingKeys: values.SIGNING_KEYS ?? null,
  });
}

/** Names that look like ours and that nothing reads: misspelt ones, probably. */
export function unknownVariables(environment: Environment): string[] {
  const known = new Set([...Object.keys(serverFields.shape), ...partnerVariables]);
  return Object.keys(environment).filter((name) => OUR_WORDS.test(name) && !known.has(name));
}

/** What is missing because of what else was said. */
function dependentFaults(given: Environment): string[] {
  const { HOST, PUBLIC_URL, WEBHOOK_AUTH } = given;
  const faults: string[] = [];
  if (HOST !== undefined && PUBLIC_URL === undefined && !isSecureUrl(urlOf(HOST, 0)))
    faults.push(fault(['PUBLIC_URL'], 'is required where HOST is not loopback'));
  if (WEBHOOK_AUTH === 'none') return faults;
  const missing = ['WEBHOOK_CLIENT_ID', 'WEBHOOK_CLIENT_SECRET'].filter((name) => given[name] === undefined);
  return [...faults, ...missing.map((name) => fault([name], 'is required (or say WEBHOOK_AUTH=none)'))];
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
