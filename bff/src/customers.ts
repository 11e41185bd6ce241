import type { Request } from 'express';
import { invalidRequest, unauthorized } from './errors.ts';
import { requirePartnerOrigin } from './middleware/allowed-origins.ts';
import { bearerToken } from './middleware/authorized-journey.ts';
import type { Partner } from './partners.ts';
import { customerFromToken, isOwnReference, unverifiedIssuer } from './tokens/customer-token.ts';

/**
 * Where the bff is mounted in an app that knows its customers: the partner's own reference of who is signed in, or null
 * where nobody is. May throw an error with `status` 401 or 403 to refuse the request.
 */
export type Identify = (request: Request) => string | null | undefined | Promise<string | null | undefined>;

/** Who the customer is, in the partner's words. */
export interface Customer {
  readonly partner: Partner;
  /** The partner's own reference. */
  readonly reference: string;
  /** Whether the partner lets this customer name this consent; whose it is, is checked besides. */
  readonly mayName: (consentId: string) => boolean;
}

/** Tells who a browser's request is from: by the customer token, or by the session of the app that we are mounted in. */
export class Customers {
  readonly #partners: ReadonlyMap<string, Partner>;
  readonly #audience: string;
  readonly #identify: Identify | null;

  constructor(partners: ReadonlyMap<string, Partner>, publicUrl: string, identify: Identify | null) {
    this.#partners = partners;
    this.#audience = publicUrl;
    this.#identify = identify;
  }

  /**
   * The customer who starts; null for a guest. A token that is bad or expired never becomes a guest.
   * @throws {BffError} 401 for a bad token, or none where the partner takes no guests
   */
  async starting(request: Request, partner: Partner): Promise<Customer | null> {
    const customer = await this.#of(request, partner);
    if (customer !== null || partner.guests) return customer;
    throw unauthorized('missing_token', 'This partner takes no guests: send the customer token as a Bearer token.');
  }

  /**
   * The customer, of whichever partner.
   * @throws {BffError} 401 where there is none, 403 for a foreign origin
   */
  async signedIn(request: Request): Promise<Customer> {
    const partner = this.#partnerOf(request);
    requirePartnerOrigin(request, partner);
    const customer = await this.#of(request, partner);
    if (customer === null) throw unauthorized('missing_token', 'This needs the customer token as a Bearer token.');
    return customer;
  }

  #partnerOf(request: Request): Partner {
    const token = bearerToken(request);
    const [first] = this.#partners.values();
    const partner = this.#identify === null ? this.#partners.get(unverifiedIssuer(token ?? '')) : first;
    if (token === null && this.#identify === null)
      throw unauthorized('missing_token', 'This needs the customer token as a Bearer token.');
    if (partner === undefined) throw unauthorized('invalid_token', 'The customer token is not one that we accept.');
    return partner;
  }

  async #of(request: Request, partner: Partner): Promise<Customer | null> {
    if (this.#identify !== null) return this.#ofSession(await this.#identify(request), partner);
    const token = bearerToken(request);
    if (token === null) return null;
    const { reference, consentId } = await customerFromToken(token, partner, this.#audience);
    return { partner, reference, mayName: (asked) => asked === consentId };
  }

  #ofSession(reference: string | null | undefined, partner: Partner): Customer | null {
    if (reference === null || reference === undefined) return null;
    if (isOwnReference(reference)) return { partner, reference, mayName: () => true };
    const detail = 'expected identify() to give 1 to 77 of A-Z a-z 0-9 _ . - and not "guest"';
    throw invalidRequest([{ pointer: '/customer', detail }]);
  }
}
