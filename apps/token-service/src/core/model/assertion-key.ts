import { importPublicJwk, type VerificationKey } from '@mintmark/jws';
import type { DeclaredJwk } from './client.ts';
import { ASSERTION_ALGORITHMS } from './trusted-issuer.ts';

const USUAL_ALGORITHM = new Map<unknown, string>([
  ['EC', 'ES256'],
  ['OKP', 'EdDSA'],
  ['RSA', 'RS256'],
]);

/**
 * A key as its import takes it: one key, one algorithm, so one that does not name it has the usual one of its kind; and the
 * `use` that SPIFFE gives to keys of JWT-SVIDs means signatures.
 */
export function adaptJwk<Jwk extends DeclaredJwk>(jwk: Jwk): Jwk {
  const alg = jwk['alg'] ?? USUAL_ALGORITHM.get(jwk['kty']);
  return { ...jwk, alg, ...(jwk['use'] === 'jwt-svid' && { use: 'sig' }) };
}

/** A public key that can verify assertions; `undefined` for any other. */
export function importAssertionKey(jwk: DeclaredJwk): VerificationKey | undefined {
  const imported = importPublicJwk(adaptJwk(jwk));
  if (!imported.ok || !(ASSERTION_ALGORITHMS as readonly string[]).includes(imported.key.algorithm)) return undefined;
  return imported.key;
}
