export type CredentialScheme = 'Bearer' | 'DPoP';

/** Schemes are compared without case (RFC 9110 §11.1). */
const SCHEMES = new Map<string, CredentialScheme>([
  ['bearer', 'Bearer'],
  ['dpop', 'DPoP'],
]);

/** The scheme of an `Authorization` value, if it is one that carries an access token. */
export function schemeOf(value: string): CredentialScheme | undefined {
  const [, name = ''] = /^ *([^ ,]+)/.exec(value) ?? [];
  return SCHEMES.get(name.toLowerCase());
}
