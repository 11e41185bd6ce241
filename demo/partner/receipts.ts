import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { z } from 'zod';

interface ReceiptsOptions {
  partnerId: string;
  /** The bff as the browser reaches it: it names itself so in what it signs. */
  bffUrl: string;
  /** The bff as this server reaches it. */
  bffInternalUrl: string;
}

/** No answer from the bff in time, or none with keys. */
const KEYS_MISSING = [errors.JWKSTimeout.code, errors.JOSEError.code];

const claimsSchema = z.object({ sub: z.string(), jti: z.string(), exp: z.number(), consent_id: z.string() });

/** Checks what the page brings along: a page can be made to say anything, but not to sign it. */
export class Receipts {
  readonly #options: ReceiptsOptions;
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  /** Ids of those that were used, until they are too old to be used anyway: in seconds since the epoch. */
  readonly #used = new Map<string, number>();

  constructor(options: ReceiptsOptions) {
    this.#options = options;
    this.#keys = createRemoteJWKSet(new URL(`${options.bffInternalUrl}/.well-known/jwks.json`));
  }

  /**
   * The id of the consent that a receipt speaks of; undefined if it is not genuine, not for us, not this customer's, too
   * old, or was used before. Throws where the bff's keys cannot be had.
   *
   * @param customer our reference for who is signed in; undefined for a guest, for whom the bff has made one up
   */
  async use(receipt: string, customer: string | undefined): Promise<string | undefined> {
    const { partnerId, bffUrl } = this.#options;
    const expected = { typ: 'receipt+jwt', issuer: bffUrl, audience: partnerId, algorithms: ['ES256'] };
    const { payload } = await jwtVerify(receipt, this.#keys, expected).catch(refused);
    const claims = claimsSchema.safeParse(payload).data;
    const isTheirs = customer === undefined ? claims?.sub.startsWith('guest.') : claims?.sub === customer;
    if (!claims || !isTheirs || this.#isUsed(claims.jti)) return undefined;
    this.#used.set(claims.jti, claims.exp);
    return claims.consent_id;
  }

  #isUsed(id: string): boolean {
    const now = Date.now() / 1000;
    for (const [used, until] of this.#used) {
      if (until < now) this.#used.delete(used);
    }
    return this.#used.has(id);
  }
}

/** What is wrong with a receipt is the page's fault; that nobody can be asked for keys is not. */
function refused(error: unknown): { payload?: undefined } {
  const isAboutReceipt = error instanceof errors.JOSEError && !KEYS_MISSING.includes(error.code);
  if (!isAboutReceipt) throw error;
  return {};
}
