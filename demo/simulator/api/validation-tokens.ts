import { randomBytes } from 'node:crypto';

/** Seconds a validation token lives: what its ancestor, the user session token, lived. @see atto-facts 9.1 and 12 #1 */
export const validationTokenSeconds = 900;

/** Tokens that prove a launch was started by the client's server. Each opens Connect once. */
export class ValidationTokens {
  readonly #expiries = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  issue(): string {
    for (const [token, expiresAt] of this.#expiries) {
      if (expiresAt <= this.#now()) this.#expiries.delete(token);
    }
    const token = randomBytes(32).toString('base64url');
    this.#expiries.set(token, this.#now() + validationTokenSeconds * 1000);
    return token;
  }

  /** True the first time a live token is shown, false ever after. */
  redeem(token: string): boolean {
    const expiresAt = this.#expiries.get(token);
    this.#expiries.delete(token);
    return expiresAt !== undefined && expiresAt > this.#now();
  }
}
