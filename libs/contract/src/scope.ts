/** One scope token (RFC 6749 §3.3): printable ASCII but space, `"` and `\`. */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

export function isScopeToken(value: string): boolean {
  return SCOPE_TOKEN.test(value);
}

/**
 * Splits a `scope` parameter at single spaces.
 * @returns the scopes in the order given, or `undefined` if the text breaks the grammar of RFC 6749 §3.3 or repeats one
 */
export function parseScope(text: string): readonly string[] | undefined {
  const scopes = text.split(' ');
  if (!scopes.every(isScopeToken) || new Set(scopes).size !== scopes.length) return undefined;
  return scopes;
}

export function formatScope(scopes: Iterable<string>): string {
  return [...scopes].join(' ');
}
