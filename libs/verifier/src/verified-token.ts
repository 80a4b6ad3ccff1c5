import type { JsonObject, VerificationKey } from '@mintmark/jws';
import type { KeySnapshot } from './keys/key-store.ts';
import type { RevocableToken } from './revocations/revocations.ts';
import { callerOf, type Caller } from './caller.ts';
import { confirmationOf, timesOf, type AccessClaims, type Confirmation, type TokenTimes } from './token-claims.ts';

/**
 * A token whose signature and claims were verified with `key`. True for as long as that key is held; times, binding and
 * revocation are asked again at every use.
 */
export interface VerifiedToken {
  readonly caller: Caller;
  readonly kid: string;
  readonly key: VerificationKey;
  readonly times: TokenTimes;
  readonly confirmation: Confirmation | undefined;
  readonly revocable: RevocableToken;
}

/** Whether the key that it was verified with is still one. */
export function isKeyHeld({ kid, key }: VerifiedToken, { keys }: KeySnapshot): boolean {
  const held = keys.get(kid);
  return held !== undefined && held.thumbprint === key.thumbprint && held.algorithm === key.algorithm;
}

/** A caller is the one object of one token, cached or not. */
const tokensOf = new WeakMap<Caller, RevocableToken>();

/** The token that a caller was verified by, as revocations name it; `undefined` for one that no verifier has made. */
export function tokenOf(caller: Caller): RevocableToken | undefined {
  return tokensOf.get(caller);
}

export function verifiedToken(kid: string, key: VerificationKey, claims: JsonObject): VerifiedToken {
  const { iss, aud, sub, client_id: clientId, scope, iat, exp, jti } = claims as unknown as AccessClaims;
  const caller = callerOf({
    clientId,
    subject: sub,
    audience: aud,
    issuer: iss,
    scopes: typeof scope === 'string' ? scope.split(' ') : [],
    tokenId: jti,
    issuedAt: iat,
    expiresAt: exp,
  });
  const revocable = { tokenId: jti, clientId, kid, issuedAt: iat };
  tokensOf.set(caller, revocable);
  return { caller, kid, key, times: timesOf(claims), confirmation: confirmationOf(claims), revocable };
}
