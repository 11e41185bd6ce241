import type { RequestHandler } from 'express';
import type { SigningKeys } from '../tokens/signing-keys.ts';

/** GET /.well-known/jwks.json: what receipts are checked with. Kept for some minutes: a new key must be seen soon. @see RFC 7517 */
export function keySetRoute(keys: () => Promise<SigningKeys>): RequestHandler {
  return async (_request, response) => {
    const { publicKeySet } = await keys();
    response
      .set('Cache-Control', 'public, max-age=300')
      .type('application/jwk-set+json')
      .send(JSON.stringify(publicKeySet));
  };
}
