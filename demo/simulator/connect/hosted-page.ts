import express, { type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import { errorPage } from '../pages/endings.ts';
import { layout, type Page } from '../pages/layout.ts';
import type { Settings } from '../settings.ts';
import { LaunchError } from './launch.ts';

/**
 * What every hosted page is sent with, redirects included. There is no `form-action` in the policy: browsers apply
 * it to the redirect that follows a form, and ours leads to the client's site.
 */
export function hostedPageHeaders(settings: Settings): RequestHandler {
  return (_req, res, next) => {
    res.set({
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    });
    // A popup that passes a page with this header loses its opener for ever: see the security notes, finding 5.
    if (settings.coop !== 'off') res.set('Cross-Origin-Opener-Policy', settings.coop);
    next();
  };
}

export function sendPage(res: Response, page: Page, status = 200): void {
  res.status(status).type('html').send(layout(page).text);
}

/** Forms of the hosted pages; repeated names become lists. */
export const readForm = express.urlencoded({ extended: false, limit: '10kb' });

/** An error is a page too. Only our own mistakes are logged. */
export const hostedPageErrors: ErrorRequestHandler = (error: unknown, _req, res, next) => {
  if (res.headersSent) return next(error);
  if (error instanceof LaunchError) return sendPage(res, errorPage(error.message, error.code), error.status);
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return sendPage(res, errorPage('The address or form cannot be read.', 'parameters_invalid'), status);
  }
  console.error('simulator:', error);
  sendPage(res, errorPage('Something went wrong on our side.', 'unexpected_error'), 500);
};
