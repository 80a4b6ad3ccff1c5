/** Paths of the public HTTP listener, relative to the issuer. */
export const ROUTES = {
  token: '/oauth2/token',
  revoke: '/oauth2/revoke',
  introspect: '/oauth2/introspect',
  jwks: '/.well-known/jwks.json',
  revocations: '/.well-known/mintmark-revocations',
  /** The keys of that document; they sign nothing else, and are in no other key set. */
  revocationKeys: '/.well-known/mintmark-revocations/jwks.json',
  authorizationServerMetadata: '/.well-known/oauth-authorization-server',
  openidConfiguration: '/.well-known/openid-configuration',
} as const;

/** Paths of the management listener. */
export const MANAGEMENT_ROUTES = { live: '/livez', ready: '/readyz', metrics: '/metrics' } as const;

/** Response header of the JWKS: last contact with the database, NumericDate. */
export const AS_OF_HEADER = 'mintmark-as-of';
