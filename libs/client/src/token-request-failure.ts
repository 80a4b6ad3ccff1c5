import type { IssuerErrorCode } from '@mintmark/contract';

/** Why a request failed before or beside the issuer's own answer. */
export type ClientErrorCode =
  | 'ISSUER_UNREACHABLE'
  | 'REQUEST_TIMED_OUT'
  | 'RESPONSE_INVALID'
  | 'METADATA_INVALID'
  | 'SECRET_UNREADABLE'
  | 'KEY_UNREADABLE'
  | 'CERTIFICATE_UNREADABLE'
  | 'WORKLOAD_TOKEN_UNREADABLE'
  | 'IDENTITY_MISSING'
  | 'DEADLINE_EXCEEDED'
  | 'CLIENT_CLOSED';

/** The issuer's code or one of the client's own; a newer issuer may send codes this release does not know. */
export type TokenErrorCode = IssuerErrorCode | ClientErrorCode | (string & {});

export interface TokenRequestFailure {
  readonly code?: TokenErrorCode | undefined;
  /** What was wrong, in words that hold no secret. */
  readonly detail: string;
  /** True where the same request may succeed later. */
  readonly retryable: boolean;
  /** `error` of RFC 6749 §5.2; HTTP only. */
  readonly oauthError?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** Canonical gRPC status number. */
  readonly grpcStatus?: number | undefined;
  /** Finds the issuer's log line. */
  readonly requestId?: string | undefined;
  /** Seconds to wait before asking again, where the issuer said so. */
  readonly retryAfterSeconds?: number | undefined;
}
