import { createPrivateKey, type JsonWebKeyInput } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';

const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** https anywhere; http only where nothing leaves this machine. */
export function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname));
}

const secureUrl = z.string('is required').refine(isSecureUrl, 'expected an https URL (http only on loopback)');

/** An address that paths or parameters are added to: no query, no fragment, no slash at the end. */
const bareUrl = secureUrl
  .refine((text) => !isSecureUrl(text) || !/[?#]/.test(text), 'expected no query and no fragment')
  .transform((text) => text.replace(/\/+$/, ''));

export const pageUrl = secureUrl;
export const apiUrl = bareUrl;
export const publicUrl = bareUrl;

/** A whole number, in digits where it comes from the environment. */
export function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER) {
  const expected = `expected a whole number from ${from}${to < Number.MAX_SAFE_INTEGER ? ` to ${to}` : ''}`;
  return z.coerce.number(expected).refine((value) => Number.isInteger(value) && value >= from && value <= to, expected);
}

/** `a,b` or `["a","b"]`. */
export const commaSeparated = z.union(
  [
    z.array(z.string().min(1)),
    z.string().transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  ],
  missingOr('expected a list, separated by commas'),
);

/** Exact origins, as a browser sends them. */
export const originList = commaSeparated
  .refine((list) => list.length > 0, 'expected at least one origin')
  .refine(
    (list) => list.every((origin) => isSecureUrl(origin) && new URL(origin).origin === origin),
    'expected origins as a browser sends them: scheme, host and port, lower case, no path (https only, http on loopback)',
  );

/** `main=https://…,other=https://…` or `{"main": "https://…"}`. */
export const namedUrls = z
  .union(
    [
      z.record(z.string(), z.string()),
      commaSeparated.transform((list) =>
        Object.fromEntries(
          list.map((pair) => {
            const cut = pair.indexOf('=');
            return [pair.slice(0, Math.max(cut, 0)), pair.slice(cut + 1)];
          }),
        ),
      ),
    ],
    missingOr('expected name=URL, separated by commas'),
  )
  .refine((urls) => Object.keys(urls).length > 0, 'expected at least one name=URL')
  .refine(
    (urls) => Object.keys(urls).every((name) => /^[A-Za-z0-9_-]{1,64}$/.test(name)),
    'expected name=URL with names of letters, digits, - and _',
  )
  .refine(
    (urls) => Object.values(urls).every((url) => isSecureUrl(url) && !url.includes('#')),
    'expected https URLs without fragment (http only on loopback)',
  );

/** A secret of ours: at least 32 characters; two values, new and old, separated by a comma. */
export const secrets = z
  .string('is required')
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine((list) => list.length <= 2, 'expected one value, or two (old and new) separated by a comma')
  .refine((list) => list.every((secret) => secret.length >= 32), 'expected at least 32 characters');

/** A key of the Standard Webhooks specification: `whsec_` and 24 to 64 bytes in base64. */
export const webhookSecret = z
  .string('is required')
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'expected whsec_ and 24 to 64 bytes in base64');

/** A JWK set that can sign. */
export const keySet = z
  .string()
  .refine(isKeySet, 'expected a JWK set (RFC 7517) with private EC P-256 keys')
  .refine((text) => !isKeySet(text) || areDistinct(text), 'expected keys with a kid each of their own, or with none');

function isKeySet(text: string): boolean {
  try {
    const { keys } = JSON.parse(text);
    const curve = (key: unknown) =>
      createPrivateKey({ key: key as JsonWebKeyInput['key'], format: 'jwk' }).asymmetricKeyDetails;
    return keys.length > 0 && keys.every((key: unknown) => curve(key)?.namedCurve === 'prime256v1');
  } catch {
    return false;
  }
}

/** A name that two keys share would name the wrong one of them. */
function areDistinct(text: string): boolean {
  const { keys } = JSON.parse(text) as { keys: { kid?: unknown }[] };
  const names = keys.flatMap(({ kid }) => (kid === undefined ? [] : [kid]));
  return names.every((name) => typeof name === 'string' && name !== '') && new Set(names).size === names.length;
}

/** A number of hops, or addresses and ranges of proxies. */
export const proxies = z
  .string()
  .refine((value) => value !== 'true', 'true would let every caller choose its address: give a number of hops or CIDRs')
  .transform((value) => (/^\d+$/.test(value) ? Number(value) : value.split(',').map((part) => part.trim())))
  .refine((value) => typeof value === 'number' || value.every(isRange), 'expected a number of hops, or CIDRs');

function isRange(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const longest = isIP(address) === 6 ? 128 : 32;
  return isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest));
}

/** What a list that is not there lacks is not its commas. */
function missingOr(expected: string) {
  return { error: ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : expected) };
}
