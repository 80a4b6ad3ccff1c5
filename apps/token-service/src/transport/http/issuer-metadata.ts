import { ROUTES, type SigningAlgorithm } from '@mintmark/contract';

interface IssuerFacts {
  /** Absolute URL without trailing slash. */
  readonly issuer: string;
  readonly authenticationMethods: readonly string[];
  /** Of assertions that clients sign. */
  readonly assertionAlgorithms: readonly string[];
  /** The very same array while they are the same. */
  readonly signingAlgorithms: () => readonly SigningAlgorithm[];
  /** Base URL of the listener that asks for certificates; absent if there is none. */
  readonly mtlsUrl?: string | undefined;
}

/** The two discovery documents: both state the same facts. */
export class IssuerMetadata {
  /** RFC 8414. */
  readonly authorizationServer: string;
  readonly #facts: object;
  readonly #signingAlgorithms: IssuerFacts['signingAlgorithms'];
  #written: { readonly algorithms: readonly SigningAlgorithm[]; readonly text: string } | undefined;

  constructor({ issuer, authenticationMethods, assertionAlgorithms, signingAlgorithms, mtlsUrl }: IssuerFacts) {
    this.#signingAlgorithms = signingAlgorithms;
    this.#facts = {
      issuer,
      ...authenticatedAt(issuer),
      jwks_uri: `${issuer}${ROUTES.jwks}`,
      grant_types_supported: ['client_credentials'],
      ...authenticatedBy(authenticationMethods, assertionAlgorithms),
      // RFC 8705 §5: where to go with a certificate. Tokens are not bound to it (§3.3).
      ...(mtlsUrl === undefined ? {} : { mtls_endpoint_aliases: authenticatedAt(mtlsUrl) }),
      tls_client_certificate_bound_access_tokens: false,
      // Required by both documents; there is no authorization endpoint, so there is no response type.
      response_types_supported: [],
    };
    this.authorizationServer = JSON.stringify(this.#facts);
  }

  /** OpenID Connect Discovery 1.0: many verifiers discover only there. Written anew when resources ask for other algorithms. */
  get openidConfiguration(): string {
    const algorithms = this.#signingAlgorithms();
    if (this.#written?.algorithms !== algorithms) this.#written = { algorithms, text: this.#openid(algorithms) };
    return this.#written.text;
  }

  #openid(algorithms: readonly SigningAlgorithm[]): string {
    return JSON.stringify({
      ...this.#facts,
      subject_types_supported: ['public'],
      // Required; no ID token is ever issued, this is what access tokens are signed with.
      id_token_signing_alg_values_supported: algorithms,
    });
  }
}

/** The same at each of the endpoints at which clients authenticate. */
function authenticatedBy(methods: readonly string[], algorithms: readonly string[]) {
  const endpoints = ['token', 'revocation', 'introspection'];
  return Object.fromEntries(
    endpoints.flatMap((name) => [
      [`${name}_endpoint_auth_methods_supported`, methods],
      [`${name}_endpoint_auth_signing_alg_values_supported`, algorithms],
    ]),
  );
}

/** The endpoints at which clients authenticate. */
function authenticatedAt(base: string) {
  return {
    token_endpoint: `${base}${ROUTES.token}`,
    revocation_endpoint: `${base}${ROUTES.revoke}`,
    introspection_endpoint: `${base}${ROUTES.introspect}`,
  };
}

/**
 * Maps the public path of an issuer that has a path of its own (`https://host/tenant`) to the routes: `/tenant/oauth2/token`
 * as the issuer's URLs say, `/.well-known/…/tenant` as RFC 8414 §3.1 inserts it, `/tenant/.well-known/…` as OpenID
 * Connect appends it.
 */
export function stripIssuerPath(issuer: string): (path: string) => string {
  const prefix = new URL(issuer).pathname.replace(/\/$/, '');
  if (prefix === '') return (path) => path;
  const inserted = new Map(
    [ROUTES.authorizationServerMetadata, ROUTES.openidConfiguration].map((route) => [`${route}${prefix}`, route]),
  );
  return (path) => inserted.get(path) ?? (path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path);
}
