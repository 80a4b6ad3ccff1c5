import { constants, sign, verify, type KeyObject } from 'node:crypto';
import type { SigningAlgorithm } from '@mintmark/contract';
import { ecdsaDerToJose, ecdsaJoseToDer } from './ecdsa-signature.ts';

/** RSA keys below this are refused (RFC 7518 §3.3), and above the maximum too: a verification there costs milliseconds. */
export const RSA_MODULUS_BITS = { minimum: 2048, maximum: 8192 } as const;

interface AlgorithmRow {
  /** Whether a key, private or public, is of the one kind the algorithm takes. */
  readonly fits: (key: KeyObject) => boolean;
  readonly sign: (input: Uint8Array, key: KeyObject) => Buffer;
  readonly verify: (input: Uint8Array, key: KeyObject, signature: Uint8Array) => boolean;
}

const pure: Omit<AlgorithmRow, 'fits'> = {
  sign: (input, key) => sign(null, input, key),
  verify: (input, key, signature) => verify(null, input, key, signature),
};

// RFC 7518 §3.5: the salt is as long as the hash.
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };

const ed25519: AlgorithmRow = { fits: (key) => key.asymmetricKeyType === 'ed25519', ...pure };

const ALGORITHMS: Readonly<Record<SigningAlgorithm, AlgorithmRow>> = {
  ES256: {
    fits: (key) => key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1',
    sign: (input, key) => joseFromOpenssl(sign('sha256', input, key)),
    verify: (input, key, signature) => {
      const der = ecdsaJoseToDer(signature);
      return der !== undefined && verify('sha256', input, key, der);
    },
  },
  EdDSA: ed25519,
  Ed25519: ed25519,
  RS256: {
    fits: isSoundRsa,
    sign: (input, key) => sign('sha256', input, key),
    verify: (input, key, signature) => verify('sha256', input, key, signature),
  },
  PS256: {
    fits: isSoundRsa,
    sign: (input, key) => sign('sha256', input, { key, ...pss }),
    verify: (input, key, signature) => verify('sha256', input, { key, ...pss }, signature),
  },
  'ML-DSA-44': { fits: (key) => (key.asymmetricKeyType as string | undefined) === 'ml-dsa-44', ...pure },
};

/** Whether `key` is of the kind `algorithm` takes; for RSA also whether its size and exponent are sound. */
export function keyFits(algorithm: SigningAlgorithm, key: KeyObject): boolean {
  return ALGORITHMS[algorithm].fits(key);
}

/**
 * What signs with this key in JOSE form (fixed-length r‖s for ECDSA). Whether the key fits is asked here, once, not at each
 * signature.
 * @throws TypeError if the private key is not of the kind the algorithm takes
 */
export function signerOf(algorithm: SigningAlgorithm, key: KeyObject): (input: Uint8Array) => Buffer {
  if (key.type !== 'private' || !keyFits(algorithm, key)) throw new TypeError(`not a private key for ${algorithm}`);
  const { sign } = ALGORITHMS[algorithm];
  return (input) => sign(input, key);
}

/**
 * One signature, see {@link signerOf}.
 * @throws TypeError if the private key is not of the kind the algorithm takes
 */
export function signBytes(algorithm: SigningAlgorithm, key: KeyObject, input: Uint8Array): Buffer {
  return signerOf(algorithm, key)(input);
}

/**
 * Checks a signature in JOSE form against a public key whose fitness {@link keyFits} or the JWK import established.
 * Never throws for a bad signature.
 */
export function verifyBytes(
  algorithm: SigningAlgorithm,
  key: KeyObject,
  input: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    return ALGORITHMS[algorithm].verify(input, key, signature);
  } catch {
    return false;
  }
}

function isSoundRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType !== 'rsa') return false;
  if (modulusLength < RSA_MODULUS_BITS.minimum || modulusLength > RSA_MODULUS_BITS.maximum) return false;
  // FIPS 186-5 §5.1: odd and above 2^16; e = 1 would make every message its own signature. What reaches 2^31 nobody uses, and whoever
  // brings a key along, as in a DPoP proof, could make one verification cost a hundred.
  return publicExponent > 65536n && publicExponent < 2n ** 31n && publicExponent % 2n === 1n;
}

function joseFromOpenssl(der: Buffer): Buffer {
  const signature = ecdsaDerToJose(der);
  if (!signature) throw new Error('OpenSSL returned an ECDSA signature that is not minimal DER');
  return signature;
}
