import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { type Customer, customers } from './customers.ts';

const COOKIE = 'larkfield_session';
/** Enough for any demonstration; the oldest goes first, so that a long-running demo does not grow for ever. */
const MOST_SESSIONS = 1000;

/** Who is signed in, in memory: the cookie carries a random number and nothing about the customer. */
export class Sessions {
  readonly #references = new Map<string, string>();

  customerOf(request: Request): Customer | undefined {
    const reference = this.#references.get(sessionId(request) ?? '');
    return customers.find((customer) => customer.reference === reference);
  }

  /** Lax, because the customer comes back from the bank by a navigation from another site and is to be signed in then. */
  begin(response: Response, customer: Customer): void {
    const id = randomBytes(24).toString('base64url');
    this.#references.set(id, customer.reference);
    if (this.#references.size > MOST_SESSIONS) {
      this.#references.delete(this.#references.keys().next().value ?? '');
    }
    response.cookie(COOKIE, id, { httpOnly: true, sameSite: 'lax', path: '/' });
  }

  end(request: Request, response: Response): void {
    this.#references.delete(sessionId(request) ?? '');
    response.clearCookie(COOKIE, { httpOnly: true, sameSite: 'lax', path: '/' });
  }
}

function sessionId(request: Request): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}
