import {
  importPublicJwk,
  isJsonObject,
  parseCompact,
  type CompactJws,
  type JsonObject,
  type VerificationKey,
} from '@mintmark/jws';

/** RFC 9449 §4.2. */
export const PROOF_TYP = 'dpop+jwt';

/** A DPoP proof taken apart, with the key it brings along; nothing in it is verified yet. */
export interface DpopProof {
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly key: VerificationKey;
  readonly input: Uint8Array;
  readonly signature: Uint8Array;
}

/** @returns `undefined` unless it is a strict compact JWS whose header holds a sound public key for an asymmetric `alg` */
export function readProof(text: string): DpopProof | undefined {
  const jws = typeof text === 'string' ? parseCompact(text) : undefined;
  const key = jws && keyIn(jws);
  return key && { header: jws.header, claims: jws.payload, key, input: jws.signingInput, signature: jws.signature };
}

/** A key in a proof rarely names its algorithm: then it is the header's (RFC 9449 §4.2). */
function keyIn({ header: { alg, jwk } }: CompactJws): VerificationKey | undefined {
  const imported = isJsonObject(jwk) ? importPublicJwk({ alg, ...jwk }) : undefined;
  return imported?.ok ? imported.key : undefined;
}
