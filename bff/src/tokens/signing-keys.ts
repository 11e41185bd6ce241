import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import type { Store } from '../stores/store.ts';

const ALGORITHM = 'ES256';

const keySetSchema = z.object({
  keys: z
    .array(
      z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), d: z.string(), x: z.string(), y: z.string() }),
    )
    .min(1),
});

/** The keys that we sign with: the first signs, all verify, so that a key can be changed without invalidating what is out. */
export interface SigningKeys {
  readonly algorithm: typeof ALGORITHM;
  readonly signing: { readonly keyId: string; readonly key: CryptoKey };
  /** By key id. */
  readonly verifying: ReadonlyMap<string, CryptoKey>;
  /** The public halves. @see RFC 7517 section 5 */
  readonly publicKeySet: { readonly keys: readonly JWK[] };
}

/**
 * The keys for whoever needs them: loaded when they are first asked for, and where the store was away, the next time.
 * @param configured a JWK set with private EC P-256 keys; null: one is made once and kept in the store
 */
export function signingKeysOf(store: Store, configured: string | null): () => Promise<SigningKeys> {
  let loaded: Promise<SigningKeys> | null = null;
  return () => {
    loaded ??= loadSigningKeys(store, configured).catch((error: unknown) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
}

/** @throws {Error} where `configured` is not a set of private EC P-256 keys, or the store is away */
async function loadSigningKeys(store: Store, configured: string | null): Promise<SigningKeys> {
  const text = configured ?? (await keptKeySet(store));
  const { keys } = keySetSchema.parse(JSON.parse(text));
  const verifying = new Map<string, CryptoKey>();
  const publicKeys: JWK[] = [];
  let signing: SigningKeys['signing'] | null = null;
  for (const jwk of keys) {
    const { d, ...rest } = jwk;
    const half: JWK = { kty: rest.kty, crv: rest.crv, x: rest.x, y: rest.y };
    const keyId = typeof rest['kid'] === 'string' ? rest['kid'] : await calculateJwkThumbprint(half);
    signing ??= { keyId, key: (await importJWK({ ...half, d }, ALGORITHM)) as CryptoKey };
    verifying.set(keyId, (await importJWK(half, ALGORITHM)) as CryptoKey);
    publicKeys.push({ ...half, kid: keyId, alg: ALGORITHM, use: 'sig' });
  }
  if (signing === null) throw new Error('a key set has at least one key');
  return { algorithm: ALGORITHM, signing, verifying, publicKeySet: { keys: publicKeys } };
}

/** Whichever process comes first makes it for all. */
async function keptKeySet(store: Store): Promise<string> {
  const name = 'signing-keys';
  const known = await store.kept(name);
  if (known !== null) return known.value;
  const made = await newKeySet();
  return (await store.swapKept(name, made, 0)) ? made : keptKeySet(store);
}

async function newKeySet(): Promise<string> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return JSON.stringify({ keys: [await exportJWK(privateKey)] });
}
