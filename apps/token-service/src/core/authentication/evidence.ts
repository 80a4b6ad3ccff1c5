/**
 * Unverified proof of who is asking, as it was found on the wire. Transports collect all of it; that there must be
 * exactly one is decided in authenticate-client.ts, once for HTTP and gRPC.
 */
export type Evidence =
  /** Value of an Authorization header or metadata entry, whatever its scheme. */
  | { readonly kind: 'authorization'; readonly value: string }
  | { readonly kind: 'client_secret_post'; readonly secret: string }
  | { readonly kind: 'client_assertion' };

export interface ClientEvidence {
  readonly found: readonly Evidence[];
  /** Parameter `client_id`: whom the client says it is beside, or as part of, its evidence. */
  readonly clientId?: string;
}
