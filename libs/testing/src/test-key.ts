import type { KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '@mintmark/contract';
import { generateSigningKeyPairSync, publicJwkOf, type PublicJwk } from '@mintmark/jws';

export interface TestKey {
  readonly algorithm: SigningAlgorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly jwk: PublicJwk;
}

export function newKey(algorithm: SigningAlgorithm): TestKey {
  const { privateKey, publicKey } = generateSigningKeyPairSync(algorithm);
  const jwk = publicJwkOf(publicKey, algorithm);
  return { algorithm, privateKey, jwk, kid: jwk.kid };
}
