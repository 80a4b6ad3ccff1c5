/** What the declaration file can name as a way for a client to prove who it is. */
export const CREDENTIAL_KINDS = [
  'client_secret',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'workload_identity',
] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** A public JWK (RFC 7517) as declared: members checked, no private one among them. */
export type DeclaredJwk = Readonly<Record<string, unknown>>;

/** Where a client's public keys are: in the declaration, or behind a URL. */
export type DeclaredKeys = { readonly jwks: { readonly keys: readonly DeclaredJwk[] } } | { readonly jwksUri: string };

/** The one name a certificate must carry (RFC 8705 §2.1.2). */
export type CertificateName =
  | { readonly subjectDn: string }
  | { readonly sanDns: string }
  | { readonly sanUri: string }
  | { readonly sanIp: string };

export type DeclaredCredential =
  /** A slot: the secrets themselves are made by Mintmark and live beside the declaration (`Client.secrets`). */
  | { readonly kind: 'client_secret' }
  | ({ readonly kind: 'private_key_jwt' } & DeclaredKeys)
  | ({ readonly kind: 'tls_client_auth' } & CertificateName)
  | { readonly kind: 'self_signed_tls_client_auth'; readonly jwks: { readonly keys: readonly DeclaredJwk[] } }
  | {
      readonly kind: 'workload_identity';
      readonly issuer: string;
      readonly subject: string;
      readonly audience: string;
      /** Of the service account (profile `kubernetes`): one made anew under the same name is another. */
      readonly uid?: string;
      /** Further claims that the token must have, with exactly these values. */
      readonly claims?: Readonly<Record<string, string>>;
    };

/** Of what only one client may declare to be: a token names the workload, not the client. */
export function workloadKey({ issuer, subject, audience }: Workload): string {
  return JSON.stringify([issuer, subject, audience]);
}

type Workload = Pick<Extract<DeclaredCredential, { kind: 'workload_identity' }>, 'issuer' | 'subject' | 'audience'>;

/** What the registry keeps of a client besides its secrets. */
export interface ClientFacts {
  readonly id: string;
  readonly disabled: boolean;
  readonly credentials: readonly DeclaredCredential[];
}

/** A service that makes calls, with the secrets it may present. */
export interface Client extends ClientFacts {
  /** Empty unless a `client_secret` credential is declared. May hold expired ones: ask `isLiveSecret`. */
  readonly secrets: readonly ClientSecret[];
}

export interface ClientSecret {
  readonly id: string;
  /** HMAC-SHA-256 of the secret: 32 bytes. */
  readonly digest: Buffer;
  /** The key of that HMAC, with its version. */
  readonly digestKeyId: string;
  readonly createdAt: Date;
  /** `null`: until it is expired by hand. */
  readonly expiresAt: Date | null;
}

/** At most two secrets of a client are alive at a time: the old one and its successor. */
export const MAX_LIVE_SECRETS = 2;

export function isLiveSecret(secret: Pick<ClientSecret, 'expiresAt'>, now: Date): boolean {
  return secret.expiresAt === null || secret.expiresAt > now;
}

/** Whether a client may hold generated secrets at all. */
export function hasSecretSlot(client: Pick<ClientFacts, 'credentials'>): boolean {
  return client.credentials.some(({ kind }) => kind === 'client_secret');
}
