import { jwtVerify, SignJWT } from 'jose';
import { unauthorized } from '../errors.ts';
import type { SigningKeys } from './signing-keys.ts';

export const WEBHOOK_TOKEN_SECONDS = 600;
/** Atto may use a token for a retry that it took a little earlier. */
const GRACE_SECONDS = 120;
const TYPE = 'at+jwt';
const REMEMBERED = 1000;

/** Tokens for Atto's webhooks: signed, so that they hold in every process and after a restart. @see RFC 9068 */
export class WebhookTokens {
  readonly #keys: () => Promise<SigningKeys>;
  readonly #issuer: string;
  readonly #audience: string;
  /** Tokens whose signature was checked, and until when they hold: checking costs more than all the rest. */
  readonly #checked = new Map<string, number>();

  constructor(keys: () => Promise<SigningKeys>, publicUrl: string) {
    this.#keys = keys;
    this.#issuer = publicUrl;
    this.#audience = `${publicUrl}/v1/webhooks/atto`;
  }

  async issue(clientId: string): Promise<string> {
    const { algorithm, signing } = await this.#keys();
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ client_id: clientId })
      .setProtectedHeader({ alg: algorithm, kid: signing.keyId, typ: TYPE })
      .setIssuer(this.#issuer)
      .setAudience(this.#audience)
      .setSubject(clientId)
      .setIssuedAt(now)
      .setExpirationTime(now + WEBHOOK_TOKEN_SECONDS)
      .setJti(crypto.randomUUID())
      .sign(signing.key);
  }

  /** @throws {BffError} 401; {StoreUnavailableError} where the keys cannot be had just now */
  async check(token: string): Promise<void> {
    if ((this.#checked.get(token) ?? 0) > Date.now()) return;
    const { algorithm, verifying } = await this.#keys();
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => keyOf(verifying, kid), {
        algorithms: [algorithm],
        typ: TYPE,
        issuer: this.#issuer,
        audience: this.#audience,
        clockTolerance: GRACE_SECONDS,
        requiredClaims: ['exp'],
      });
      if (this.#checked.size >= REMEMBERED) this.#checked.clear();
      this.#checked.set(token, ((payload.exp ?? 0) + GRACE_SECONDS) * 1000);
    } catch (cause) {
      throw unauthorized('invalid_token', 'The access token is expired or not one of ours.', cause);
    }
  }
}

function keyOf(keys: SigningKeys['verifying'], keyId: string | undefined) {
  const key = keys.get(keyId ?? '');
  if (key === undefined) throw new Error('a key that we do not have');
  return key;
}
