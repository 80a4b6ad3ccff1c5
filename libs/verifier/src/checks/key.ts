import { verifyBytes } from '@mintmark/jws';
import { requirement } from './check.ts';

const keySetRequires = requirement('keySet', 6);
const keyRequires = requirement('key', 6);
const signatureRequires = requirement('signature', 7);

/** Keys nobody has confirmed for too long may have been removed for a reason. */
export const keySetAlive = keySetRequires('key-set-alive', 'KEYS_UNAVAILABLE', ({ state }) => state !== 'dead');

/** One key, one algorithm: the key says which, and the header may only agree (RFC 8725 §3.1). */
export const keyAlgorithm = keyRequires(
  'key-algorithm',
  'ALG_NOT_ALLOWED',
  ({ header, key }) => header.alg === key.algorithm,
);

export const signatureValid = signatureRequires('signature', 'SIGNATURE_INVALID', ({ key, input, signature }) =>
  verifyBytes(key.algorithm, key.publicKey, input, signature),
);
