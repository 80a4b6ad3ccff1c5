import { isScopeToken } from '@mintmark/contract';

/** What a token is wanted for. */
export interface TokenRequest {
  /** Id of the resource; this or `resource`, or neither if policy grants the client exactly one. */
  readonly audience?: string | undefined;
  /** Absolute URI of the resource (RFC 8707). */
  readonly resource?: string | undefined;
  /** Wanted scopes; none means all that policy grants there. */
  readonly scopes?: readonly string[] | undefined;
}

/** A checked request in one canonical form: two that mean the same have the same key. */
export interface CanonicalRequest {
  readonly key: string;
  readonly target: { readonly kind: 'audience' | 'resource'; readonly value: string } | undefined;
  /** Sorted, without repetition. */
  readonly scopes: readonly string[];
}

/** @throws TypeError on two targets, an empty one, or a scope that breaks RFC 6749 §3.3 */
export function canonicalRequest(request: TokenRequest): CanonicalRequest {
  const target = targetOf(request);
  const scopes = [...new Set(request.scopes)].sort();
  const malformed = scopes.find((scope) => !isScopeToken(scope));
  if (malformed !== undefined) throw new TypeError(`Not a scope (RFC 6749 §3.3): ${JSON.stringify(malformed)}`);
  return { key: JSON.stringify([target?.kind, target?.value, ...scopes]), target, scopes };
}

function targetOf({ audience, resource }: TokenRequest): CanonicalRequest['target'] {
  if (audience !== undefined && resource !== undefined) {
    throw new TypeError('A token is for one target: give audience or resource, not both');
  }
  if (audience === '' || resource === '') throw new TypeError('The audience or resource of a token request is empty');
  if (audience !== undefined) return { kind: 'audience', value: audience };
  return resource === undefined ? undefined : { kind: 'resource', value: resource };
}
