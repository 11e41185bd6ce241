import type { Request, Response } from 'express';
import { randomToken, tokenHash } from '../tokens/random-token.ts';

/**
 * A first-party cookie that a browser gets when it leaves for a renewal and shows when it comes back: the one sign that it
 * is the same browser, since the consent id of a renewal is known beforehand and proves nothing.
 */
const NAME = 'atto-browser';

/** Sets it, or keeps the one that is there, so that two renewals in one browser do not undo each other. @returns its hash */
export function setBrowserCookie(
  request: Request,
  response: Response,
  options: { publicUrl: string; seconds: number },
): string {
  const value = readCookie(request) ?? randomToken();
  const { protocol, pathname } = new URL(options.publicUrl);
  response.cookie(NAME, value, {
    httpOnly: true,
    sameSite: 'lax',
    secure: protocol === 'https:',
    path: `${pathname.replace(/\/$/, '')}/v1`,
    maxAge: options.seconds * 1000,
  });
  return tokenHash(value);
}

/** The hash of the cookie that came; null where none did. */
export function browserCookieHash(request: Request): string | null {
  const value = readCookie(request);
  return value === null ? null : tokenHash(value);
}

function readCookie(request: Request): string | null {
  const pattern = new RegExp(`(?:^|; ?)${NAME}=([A-Za-z0-9_-]{43})(?:;|$)`);
  return pattern.exec(request.get('cookie') ?? '')?.[1] ?? null;
}
