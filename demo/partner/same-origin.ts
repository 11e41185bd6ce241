import type { RequestHandler } from 'express';

/** Only our own page may act for whoever is signed in: the cookie alone would be sent for others too. */
export function sameOriginOnly(origin: string): RequestHandler {
  return (request, response, next) => {
    const own = request.headers.origin
      ? request.headers.origin === origin
      : request.headers['sec-fetch-site'] === 'same-origin';
    if (own) {
      next();
      return;
    }
    response.status(403).json({ error: 'This is only for the Larkfield page itself.' });
  };
}
