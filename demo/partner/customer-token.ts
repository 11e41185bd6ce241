import { SignJWT } from 'jose';

/** The bff accepts at most 15 minutes; the page fetches a new one whenever the widget asks. */
const LIFETIME_SECONDS = 10 * 60;

interface TokenOptions {
  partnerId: string;
  /** The bff's public address. */
  audience: string;
  signingSecret: string;
}

/** Larkfield's word, to the bff, on who is signed in. The secret it is signed with never leaves this process. */
export function customerToken(
  reference: string,
  { partnerId, audience, signingSecret }: TokenOptions,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(partnerId)
    .setAudience(audience)
    .setSubject(reference)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME_SECONDS)
    .sign(new TextEncoder().encode(signingSecret));
}
