import { SignJWT } from 'jose';

/** The bff accepts at most 15 minutes; the page fetches a new one whenever the widget asks. */
const LIFETIME_SECONDS = 10 * 60;

interface TokenOptions {
  partnerId: string;
  /** The bff's public address. */
  audience: string;
  signingSecret: string;
  /** The consent of theirs that is on file. */
  consentId?: string | undefined;
}

/**
 * Larkfield's word, to the bff, on who is signed in, and which consent is theirs if one is on file. The secret it is
 * signed with never leaves this process.
 */
export function customerToken(
  reference: string,
  { partnerId, audience, signingSecret, consentId }: TokenOptions,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ consent_id: consentId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(partnerId)
    .setAudience(audience)
    .setSubject(reference)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME_SECONDS)
    .sign(new TextEncoder().encode(signingSecret));
}
