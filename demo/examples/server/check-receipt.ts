// #region readme
import { createRemoteJWKSet, jwtVerify } from 'jose';

const bff = 'https://bank.example.com';
const keys = createRemoteJWKSet(new URL(`${bff}/.well-known/jwks.json`));

/** What is connected, if the receipt is genuine, for us, and of the customer who is signed in. */
export async function checkReceipt(receipt: string, customer: string) {
  const { payload } = await jwtVerify(receipt, keys, {
    typ: 'receipt+jwt',
    issuer: bff,
    audience: 'acme',
    subject: customer,
  });
  return payload;
}
// #endregion
