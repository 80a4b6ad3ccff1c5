import type { ClientEvidence } from '../authentication/evidence.ts';

/** The one resource a token is asked for: by bare id, or by URI (RFC 8707). */
export type Target = { readonly audience: string } | { readonly resource: string };

/** What HTTP and gRPC both turn their wire form into. */
export interface TokenRequest {
  readonly requestId: string;
  readonly evidence: ClientEvidence;
  /** Absent: the client's only resource. */
  readonly target?: Target;
  /** Absent: all that policy grants there. */
  readonly scopes?: readonly string[];
}

export interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly scopes: readonly string[];
}
