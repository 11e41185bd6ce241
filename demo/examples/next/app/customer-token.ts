// #region readme
import { SignJWT } from 'jose';

/** Says to the bff who is signed in. On the server only: whoever has the secret can be anybody. */
export function customerToken(customer: string): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer('acme')
    .setAudience('https://bank.example.com')
    .setSubject(customer)
    .setIssuedAt()
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(process.env['PARTNER_SIGNING_SECRET']));
}
// #endregion
