import { importPublicJwk, type VerificationKey } from '@mintmark/jws';
import type { DeclaredJwk } from './client.ts';
import { ASSERTION_ALGORITHMS } from './trusted-issuer.ts';

const USUAL_ALGORITHM: Readonly<Record<string, string>> = { EC: 'ES256', OKP: 'EdDSA', RSA: 'RS256' };

/** One key, one algorithm: for a key that does not name it, the usual one of its kind. */
export function withAlgorithm(jwk: DeclaredJwk): DeclaredJwk {
  return jwk['alg'] === undefined ? { ...jwk, alg: USUAL_ALGORITHM[String(jwk['kty'])] } : jwk;
}

/** A public key that can verify assertions; `undefined` for any other. */
export function importAssertionKey(jwk: DeclaredJwk): VerificationKey | undefined {
  const imported = importPublicJwk(withAlgorithm(jwk));
  if (!imported.ok || !(ASSERTION_ALGORITHMS as readonly string[]).includes(imported.key.algorithm)) return undefined;
  return imported.key;
}
