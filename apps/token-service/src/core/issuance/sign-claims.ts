import { ACCESS_TOKEN_TYP, type AccessTokenHeader } from '@mintmark/contract';
import { encodeSigningInput, joinCompact } from '@mintmark/jws';
import type { ActiveKey } from '../keys/distribution/held-keys.ts';
import type { CheckedClaims } from './build-claims.ts';

/** Signs an access token: JWS compact serialisation (RFC 7515 §7.1) with exactly the header of RFC 9068 §2.1. */
export async function signClaims(key: ActiveKey, claims: CheckedClaims): Promise<string> {
  const header: AccessTokenHeader = { alg: key.algorithm, kid: key.kid, typ: ACCESS_TOKEN_TYP };
  const signingInput = encodeSigningInput(header, claims.wire);
  return joinCompact(signingInput, await key.sign(Buffer.from(signingInput, 'ascii')));
}
