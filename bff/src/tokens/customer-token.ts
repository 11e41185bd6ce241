import { decodeJwt, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { invalidRequest, unauthorized } from '../errors.ts';
import type { Partner } from '../partners.ts';

/** What the partner's server says of its customer. */
export interface CustomerClaims {
  /** The partner's own reference. */
  reference: string;
  /** The consent that the partner's server says is this customer's; null where it says nothing. */
  consentId: string | null;
}

const LONGEST_LIFE_SECONDS = 15 * 60;
const CLOCK_TOLERANCE_SECONDS = 5;

const claimsSchema = z.object({
  sub: z.string().min(1),
  iat: z.number(),
  exp: z.number(),
  consent_id: z.string().min(1).max(100).optional(),
});

/** A partner's own reference. `guest` is ours. */
const OWN_REFERENCE = /^[A-Za-z0-9_.-]{1,77}$/;

export function isOwnReference(reference: string): boolean {
  return OWN_REFERENCE.test(reference) && reference !== 'guest';
}

/**
 * Reads the customer token: a JWT (HS256) made by the partner's server.
 * @param audience the bff's `PUBLIC_URL`
 * @throws {BffError} 401 for a token that is not good, 400 where it is but its reference cannot be used
 */
export async function customerFromToken(token: string, partner: Partner, audience: string): Promise<CustomerClaims> {
  const claims = claimsSchema.safeParse(await verifiedClaims(token, partner, audience));
  if (!claims.success) throw unauthorized('invalid_token', 'The customer token needs sub, iat and exp.');
  const { sub, exp, consent_id: consentId } = claims.data;
  if (exp > Date.now() / 1000 + LONGEST_LIFE_SECONDS + CLOCK_TOLERANCE_SECONDS)
    throw unauthorized('invalid_token', 'The customer token may expire at most 15 minutes ahead.');
  if (!isOwnReference(sub)) {
    const detail = 'expected the claim sub of the customer token to be 1 to 77 of A-Z a-z 0-9 _ . - and not "guest"';
    throw invalidRequest([{ pointer: '/customerToken/sub', detail }]);
  }
  return { reference: sub, consentId: consentId ?? null };
}

/** Whose secret to check a token with; proves nothing. Empty where it is no JWT. */
export function unverifiedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch {
    return '';
  }
}

async function verifiedClaims(token: string, partner: Partner, audience: string): Promise<unknown> {
  let cause: unknown;
  for (const secret of partner.signingSecrets) {
    try {
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
        algorithms: ['HS256'],
        issuer: partner.id,
        audience,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ['sub', 'iat', 'exp'],
      });
      return payload;
    } catch (error) {
      cause = error;
      // Only another secret could help; a token that is expired or somebody else's stays so.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  throw unauthorized('invalid_token', 'The customer token is expired or not one that we accept.', cause);
}
