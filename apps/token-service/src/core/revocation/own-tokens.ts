import { ACCESS_TOKEN_TYP, type AccessTokenClaims } from '@mintmark/contract';
import { importPublicJwk, parseCompact, verifyBytes, type CompactJws, type VerificationKey } from '@mintmark/jws';
import type { KeyRing } from '../keys/distribution/key-ring.ts';
import { isVerifying } from '../model/signing-key.ts';

interface Ports {
  readonly issuer: string;
  readonly rings: readonly Pick<KeyRing, 'figures'>[];
}

/** A token of this issuer whose signature is good. Whether it has expired, or is revoked, is for the caller to ask. */
export interface OwnToken {
  readonly claims: AccessTokenClaims;
  readonly kid: string;
}

/** Tells the tokens of this issuer from all that a stranger may hand in. */
export class OwnTokens {
  readonly #ports: Ports;
  readonly #imported = new Map<string, VerificationKey>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @returns `undefined` for anything else, without saying what was wrong with it */
  read(token: string): OwnToken | undefined {
    const jws = parseCompact(token);
    const { kid, typ, alg } = jws?.header ?? {};
    if (!jws || typeof kid !== 'string' || typ !== ACCESS_TOKEN_TYP) return undefined;
    const key = this.#key(kid);
    if (!key || alg !== key.algorithm || !isSigned(jws, key)) return undefined;
    const claims = jws.payload as unknown as AccessTokenClaims;
    return claims.iss === this.#ports.issuer ? { claims, kid } : undefined;
  }

  /** A kid is the thumbprint of its key, so what was imported once stays right; that it is still in the set is asked each time. */
  #key(kid: string): VerificationKey | undefined {
    for (const { set } of this.#ports.rings.flatMap((ring) => ring.figures() ?? [])) {
      const held = set.keys.filter(isVerifying).find((key) => key.kid === kid);
      if (!held) continue;
      const known = this.#imported.get(kid);
      if (known) return known;
      const imported = importPublicJwk({ ...held.publicJwk, alg: held.algorithm, kid });
      if (!imported.ok) return undefined;
      this.#imported.set(kid, imported.key);
      return imported.key;
    }
    return undefined;
  }
}

function isSigned({ signingInput, signature }: CompactJws, { algorithm, publicKey }: VerificationKey): boolean {
  return verifyBytes(algorithm, publicKey, signingInput, signature);
}
