import type { ClientEvidence } from './client-identity.ts';
import type { CanonicalRequest } from './token-request.ts';

/** A token as the issuer answered, before it is cached. */
export interface IssuedToken {
  readonly value: string;
  /** Seconds of life from the moment the issuer answered; may be fractional. */
  readonly expiresInSeconds: number;
  readonly scopes: readonly string[];
}

export interface TransportCall {
  readonly request: CanonicalRequest;
  readonly evidence: ClientEvidence;
  /** Aborted when the time allowed is over or the client is closed. */
  readonly signal: AbortSignal;
  /** See `TokenClientOptions.timeScale`. */
  readonly timeScale: number;
}

/** One way to the issuer. */
export interface TokenTransport {
  /**
   * Makes exactly one attempt.
   * @throws TokenRequestError
   */
  issue(call: TransportCall): Promise<IssuedToken>;
  /** Frees connections; idempotent. */
  close(): void;
}
