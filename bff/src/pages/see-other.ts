import type { Response } from 'express';

/** 303 without a body: Express would write the address into one, and a token of Atto's may be in it. */
export function seeOther(response: Response, url: string): void {
  response.status(303).set({ Location: url, 'Referrer-Policy': 'no-referrer' }).end();
}
