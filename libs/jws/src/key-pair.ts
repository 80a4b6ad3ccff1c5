import { generateKeyPair, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm } from '@mintmark/contract';

export interface SigningKeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

type Arguments = readonly [type: string, options: object];

const PARAMETERS: Readonly<Record<SigningAlgorithm, Arguments>> = {
  ES256: ['ec', { namedCurve: 'P-256' }],
  EdDSA: ['ed25519', {}],
  Ed25519: ['ed25519', {}],
  RS256: ['rsa', { modulusLength: 2048 }],
  PS256: ['rsa', { modulusLength: 2048 }],
  'ML-DSA-44': ['ml-dsa-44', {}],
};

// The overloads of node:crypto name one key type each; the table above is what keeps type and options together.
const generate = promisify(generateKeyPair as unknown as GenerateWithCallback);
const generateSync = generateKeyPairSync as unknown as (...args: Arguments) => SigningKeyPair;

type GenerateWithCallback = (
  type: string,
  options: object,
  callback: (error: Error | null, publicKey: KeyObject, privateKey: KeyObject) => void,
) => void;

/** A fresh key pair for one algorithm, made off the event loop (an RSA key takes a tenth of a second and more). */
export async function generateSigningKeyPair(algorithm: SigningAlgorithm): Promise<SigningKeyPair> {
  return (await generate(...PARAMETERS[algorithm])) as unknown as SigningKeyPair;
}

/** The same on the event loop: for tests and tools. */
export function generateSigningKeyPairSync(algorithm: SigningAlgorithm): SigningKeyPair {
  return generateSync(...PARAMETERS[algorithm]);
}
