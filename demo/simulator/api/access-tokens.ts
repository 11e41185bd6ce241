import { randomBytes, randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Settings } from '../settings.ts';

const issuer = 'https://atto.simulator.invalid';

/** Issues access tokens and says what a token opens. They are JWTs, as Atto's are, and should be opaque to clients. */
export class AccessTokens {
  readonly #settings: Settings;
  readonly #now: () => number;
  #key = randomBytes(32);

  constructor(settings: Settings, now: () => number) {
    this.#settings = settings;
    this.#now = now;
  }

  async issue(scope: string): Promise<string> {
    const issuedAt = this.#now() / 1000;
    return (
      new SignJWT({ scope, client_id: this.#settings.clientId })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(this.#settings.applicationId)
        .setJti(randomUUID())
        .setIssuedAt(Math.floor(issuedAt))
        // Not rounded down, or a token of one second could be dead on arrival.
        .setExpirationTime(Math.ceil(issuedAt + this.#settings.tokenLifetimeSeconds))
        .sign(this.#key)
    );
  }

  /** The name of the API a token opens, without its old or new prefix; undefined for a token that opens nothing. */
  async opens(token: string): Promise<string | undefined> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        issuer,
        audience: this.#settings.applicationId,
        algorithms: ['HS256'],
        currentDate: new Date(this.#now()),
      });
      return String(payload['scope']).replace(/^(api:|directid\.)/, '');
    } catch {
      return undefined;
    }
  }

  /** Every token issued so far stops working, as after a change of keys. */
  forgetAll(): void {
    this.#key = randomBytes(32);
  }
}
