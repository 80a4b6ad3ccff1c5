import { ACCESS_TOKEN_TYP, type AccessTokenClaims } from '@mintmark/contract';
import { importPublicJwk, parseCompact, verifyBytes, type CompactJws, type VerificationKey } from '@mintmark/jws';
import { RequestError } from '../model/errors.ts';
import { isVerifying, type SigningKey } from '../model/signing-key.ts';
import type { KeyInquiry } from './key-inquiry.ts';

interface Ports {
  readonly issuer: string;
  readonly rings: readonly Pick<KeyInquiry, 'find' | 'isCompleteAt'>[];
  /** Whose keys sign what is none of these tokens: one of them is known, and not asked for. */
  readonly otherRings: readonly Pick<KeyInquiry, 'find'>[];
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

  /**
   * @returns `undefined` for anything else, without saying what was wrong with it
   * @throws RequestError REVOCATIONS_UNAVAILABLE if it may be a token of this issuer, by a key that this replica has not heard of
   */
  async read(token: string): Promise<OwnToken | undefined> {
    const jws = parseCompact(token);
    const { kid, typ, alg } = jws?.header ?? {};
    if (!jws || typeof kid !== 'string' || typ !== ACCESS_TOKEN_TYP) return undefined;
    const claims = jws.payload as unknown as AccessTokenClaims;
    if (claims.iss !== this.#ports.issuer || typeof claims.iat !== 'number') return undefined;
    const key = this.#import(await this.#find(kid, new Date(claims.iat * 1000)));
    if (!key || alg !== key.algorithm || !isSigned(jws, key)) return undefined;
    return { claims, kid };
  }

  async #find(kid: string, issuedAt: Date): Promise<SigningKey | undefined> {
    const { rings, otherRings } = this.#ports;
    const held = () => rings.map((ring) => ring.find(kid)).find((key) => key !== undefined);
    const known = held();
    if (known || otherRings.some((ring) => ring.find(kid))) return known;
    const answers = await Promise.all(rings.map((ring) => ring.isCompleteAt(issuedAt)));
    const learnt = held();
    if (!learnt && answers.includes(false)) throw undetermined(kid);
    return learnt;
  }

  /** A kid is the thumbprint of its key, so what was imported once stays right; that it is still in the set is asked each time. */
  #import(key: SigningKey | undefined): VerificationKey | undefined {
    if (!key || !isVerifying(key)) return undefined;
    const { kid, algorithm: alg, publicJwk } = key;
    const known = this.#imported.get(kid);
    if (known) return known;
    const imported = importPublicJwk({ ...publicJwk, alg, kid });
    if (!imported.ok) return undefined;
    this.#imported.set(kid, imported.key);
    return imported.key;
  }
}

function undetermined(kid: string): RequestError {
  const message = 'Whether this is a token of this issuer is not known here just now. Retry later.';
  return new RequestError('REVOCATIONS_UNAVAILABLE', message, { kid });
}

function isSigned({ signingInput, signature }: CompactJws, { algorithm, publicKey }: VerificationKey): boolean {
  return verifyBytes(algorithm, publicKey, signingInput, signature);
}
