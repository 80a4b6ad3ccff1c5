// Node asks OpenSSL for DER and JOSE wants r‖s. The conversion lives here because `dsaEncoding: 'ieee-p1363'` costs
// another third of an ES256 signature on Node 24.

const SCALAR_BYTES = 32;
const SEQUENCE = 0x30;
const INTEGER = 0x02;

/** Order of P-256 (SEC 2 §2.4.2): a signature's r and s lie in [1, n − 1]. */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');

/**
 * An ES256 signature (RFC 7518 §3.4) as the DER that OpenSSL reads.
 * @returns `undefined` unless it is exactly 64 bytes with r and s in [1, n − 1]
 */
export function ecdsaJoseToDer(signature: Uint8Array): Buffer | undefined {
  if (signature.length !== 2 * SCALAR_BYTES) return undefined;
  if (!isScalar(signature, 0) || !isScalar(signature, SCALAR_BYTES)) return undefined;
  const der = Buffer.allocUnsafe(8 + 2 * SCALAR_BYTES);
  const middle = writeInteger(der, 2, signature, 0);
  const end = writeInteger(der, middle, signature, SCALAR_BYTES);
  der[0] = SEQUENCE;
  der[1] = end - 2;
  return der.subarray(0, end);
}

/**
 * The DER that OpenSSL writes as an ES256 signature of exactly 64 bytes.
 * @returns `undefined` for anything but minimal DER with r and s in [1, n − 1]
 */
export function ecdsaDerToJose(der: Uint8Array): Buffer | undefined {
  if (der[0] !== SEQUENCE || der[1] !== der.length - 2) return undefined;
  const signature = Buffer.alloc(2 * SCALAR_BYTES);
  const middle = readInteger(der, 2, signature, SCALAR_BYTES);
  const end = middle === undefined ? undefined : readInteger(der, middle, signature, 2 * SCALAR_BYTES);
  if (end !== der.length || !isScalar(signature, 0) || !isScalar(signature, SCALAR_BYTES)) return undefined;
  return signature;
}

function isScalar(bytes: Uint8Array, from: number): boolean {
  return isBelowOrder(bytes, from) && !isZero(bytes, from);
}

function isBelowOrder(bytes: Uint8Array, from: number): boolean {
  for (let at = 0; at < SCALAR_BYTES; at++) {
    const difference = bytes[from + at]! - ORDER[at]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function isZero(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < from + SCALAR_BYTES; at++) if (bytes[at] !== 0) return false;
  return true;
}

/** Writes one scalar as a minimal, positive INTEGER and returns where it ends. */
function writeInteger(der: Buffer, at: number, scalars: Uint8Array, from: number): number {
  let start = from;
  while (scalars[start] === 0) start++;
  const length = from + SCALAR_BYTES - start;
  const sign = scalars[start]! >= 0x80 ? 1 : 0;
  der[at] = INTEGER;
  der[at + 1] = length + sign;
  if (sign) der[at + 2] = 0;
  der.set(scalars.subarray(start, start + length), at + 2 + sign);
  return at + 2 + sign + length;
}

/** Reads one minimal, positive INTEGER right-aligned before `end`; returns where it ends in `der`. */
function readInteger(der: Uint8Array, at: number, signature: Buffer, end: number): number | undefined {
  const length = der[at + 1];
  if (der[at] !== INTEGER || length === undefined || length === 0 || at + 2 + length > der.length) return undefined;
  const first = der[at + 2]!;
  const padded = first === 0;
  if (first >= 0x80 || (padded && (length === 1 || der[at + 3]! < 0x80))) return undefined;
  const scalar = der.subarray(at + 2 + (padded ? 1 : 0), at + 2 + length);
  if (scalar.length > SCALAR_BYTES) return undefined;
  signature.set(scalar, end - scalar.length);
  return at + 2 + length;
}
