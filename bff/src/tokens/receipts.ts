import { SignJWT } from 'jose';
import type { ConsentFacts } from '../consents/consent-facts.ts';
import type { Journey } from '../journey/journey.ts';
import type { SigningKeys } from './signing-keys.ts';

const RECEIPT_SECONDS = 1800;

/**
 * Signs receipts: what a browser carries to the partner's server to show that a bank is connected (design section 3).
 * The server checks it with any JWT library and `/.well-known/jwks.json`, compares `sub`, and spends `jti` once.
 */
export class Receipts {
  readonly #keys: () => Promise<SigningKeys>;
  readonly #issuer: string;

  constructor(keys: () => Promise<SigningKeys>, publicUrl: string) {
    this.#keys = keys;
    this.#issuer = publicUrl;
  }

  /** @returns a JWT, ES256, `typ: receipt+jwt` */
  async sign(journey: Journey, consent: ConsentFacts): Promise<string> {
    const { algorithm, signing } = await this.#keys();
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ consent_id: consent.id, provider_id: consent.providerId, journey_id: journey.id })
      .setProtectedHeader({ alg: algorithm, kid: signing.keyId, typ: 'receipt+jwt' })
      .setIssuer(this.#issuer)
      .setAudience(journey.partnerId)
      .setSubject(journey.customer ?? journey.reference)
      .setJti(crypto.randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + RECEIPT_SECONDS)
      .sign(signing.key);
  }
}
