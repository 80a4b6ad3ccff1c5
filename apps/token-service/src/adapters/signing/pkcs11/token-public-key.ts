import type { SigningAlgorithm } from '@mintmark/contract';
import { CKA } from './cryptoki.ts';
import { TokenError } from './token-error.ts';

const UNCOMPRESSED = 0x04;
const OCTET_STRING = 0x04;
const COORDINATE_BYTES = 32;

/** The members of a JWK that describe the key (RFC 7518 §6, RFC 8037 §2), from the attributes of a public key object. */
export function publicMembers(
  algorithm: SigningAlgorithm,
  read: (type: number) => Buffer,
): Readonly<Record<string, string>> {
  switch (algorithm) {
    case 'ES256':
      return p256(octets(read(CKA.ecPoint), 1 + 2 * COORDINATE_BYTES));
    case 'EdDSA':
    case 'Ed25519':
      return { kty: 'OKP', crv: 'Ed25519', x: octets(read(CKA.ecPoint), COORDINATE_BYTES).toString('base64url') };
    case 'RS256':
    case 'PS256':
      return { kty: 'RSA', n: integer(read(CKA.modulus)), e: integer(read(CKA.publicExponent)) };
    case 'ML-DSA-44':
      throw new TokenError('ALGORITHM_UNSUPPORTED', 'PKCS#11 2.40 has no ML-DSA.');
  }
}

function p256(point: Buffer): Readonly<Record<string, string>> {
  if (point[0] !== UNCOMPRESSED) throw malformed();
  const [x, y] = [point.subarray(1, 1 + COORDINATE_BYTES), point.subarray(1 + COORDINATE_BYTES)];
  return { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
}

/** A DER OCTET STRING, as the standard has it, or the bare bytes, as some tokens give them. */
function octets(value: Buffer, length: number): Buffer {
  if (value.length === length) return value;
  if (value.length === length + 2 && value[0] === OCTET_STRING && value[1] === length) return value.subarray(2);
  throw malformed();
}

function integer(value: Buffer): string {
  const start = value.findIndex((byte) => byte !== 0);
  return value.subarray(Math.max(start, 0)).toString('base64url');
}

function malformed(): TokenError {
  return new TokenError('KEY_UNREADABLE', 'The PKCS#11 token gives the public key in a form that is not known.');
}
