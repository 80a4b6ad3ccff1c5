/** What came with a token and may prove that its sender is the one it was issued to. */
export interface Evidence {
  /**
   * DER of the certificate the peer showed on this very TLS connection; never one taken from a header. Read only for a token
   * that is bound to one, so a getter may do the work.
   */
  readonly clientCertificate?: Uint8Array | undefined;
  /** The call's DPoP proof (RFC 9449) and what it must be about. */
  readonly dpop?: DpopEvidence;
}

export interface DpopEvidence {
  /** Every `DPoP` header value of the call; exactly one is acceptable. */
  readonly proofs: readonly string[];
  /** HTTP method of the call; `POST` for gRPC. */
  readonly method: string;
  /** Configured URL of what is called, without query and fragment; never derived from a header the caller sends. */
  readonly url: string;
}
