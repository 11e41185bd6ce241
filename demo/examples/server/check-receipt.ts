// #region readme
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const bff = 'https://bank.example.com';
const keys = createRemoteJWKSet(new URL(`${bff}/.well-known/jwks.json`));

/** What is connected, if the receipt is genuine, for us, and of the customer who is signed in; null: a guest. */
export async function checkReceipt(receipt: string, customer: string | null) {
  try {
    const expected = { typ: 'receipt+jwt', issuer: bff, audience: 'acme', ...(customer && { subject: customer }) };
    return (await jwtVerify(receipt, keys, expected)).payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired && (await isStillConnected(error.payload, customer))) return error.payload;
    throw error;
  }
}

/** A receipt is good for half an hour. Where the form took longer, the bff knows. */
async function isStillConnected(payload: Record<string, unknown>, customer: string | null): Promise<boolean> {
  const response = await fetch(`${bff}/v1/partner/journeys/${payload['journey_id']}`, {
    headers: { Authorization: `Bearer ${process.env['PARTNER_API_KEY']}` },
  });
  const journey = (await response.json()) as { status: string; customer: string | null };
  return response.ok && journey.status === 'connected' && journey.customer === customer;
}
// #endregion
