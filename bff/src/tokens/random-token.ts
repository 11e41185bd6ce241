import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A secret for a bearer to keep: 256 bits, url-safe. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** 22 url-safe characters, 128 bits: nobody guesses it. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** How a secret stands in the store: whoever reads the store cannot use it. */
export function tokenHash(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** Compares with one of the accepted secrets in a time that tells nothing about where they differ. */
export function matchesSecret(given: string, accepted: readonly string[]): boolean {
  const digest = sha256(given);
  return accepted.reduce((match, secret) => timingSafeEqual(digest, sha256(secret)) || match, false);
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
