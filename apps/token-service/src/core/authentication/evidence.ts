import type { X509Certificate } from 'node:crypto';

/**
 * Unverified proof of who is asking, as it was found on the wire. Transports collect all of it; that there must be
 * exactly one is decided in authenticate-client.ts, once for HTTP and gRPC.
 */
export type Evidence =
  /** Value of an Authorization header or metadata entry, whatever its scheme. */
  | { readonly kind: 'authorization'; readonly value: string }
  | { readonly kind: 'client_secret_post'; readonly secret: string }
  | { readonly kind: 'client_assertion'; readonly type?: string; readonly assertion?: string }
  /** Its key was shown in a TLS handshake, with us or with a proxy we know. */
  | {
      readonly kind: 'client_certificate';
      readonly certificate: X509Certificate;
      /** Whether its chain leads to an authority that may vouch for clients. */
      readonly trusted: boolean;
    }
  /** A proxy we know forwarded what is no certificate. */
  | { readonly kind: 'unreadable_certificate' };

export interface ClientEvidence {
  readonly found: readonly Evidence[];
  /** Parameter `client_id`: whom the client says it is beside, or as part of, its evidence. */
  readonly clientId?: string;
}
