import type { GrpcStatusName } from './grpc-status.ts';

/** The `error` values of RFC 6749 §5.2, RFC 8707 §2 and RFC 6750 §3.1 that Mintmark uses. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'temporarily_unavailable'
  | 'server_error';

/** What a resource tells its callers; the finer code stays in its logs and metrics. */
export type PublicCode =
  'TOKEN_MISSING' | 'TOKEN_EXPIRED' | 'TOKEN_INVALID' | 'SCOPE_INSUFFICIENT' | 'CANNOT_DETERMINE';

export interface ErrorMapping {
  readonly http: number;
  /** `null` where the protocol sends a bare challenge without an error value (RFC 6750 §3.1). */
  readonly oauth: OAuthError | null;
  readonly grpc: GrpcStatusName;
  /** True where the same request may succeed later; the answer then carries Retry-After or RetryInfo. */
  readonly retryable?: true;
}

interface VerifierMapping extends ErrorMapping {
  readonly publicCode: PublicCode;
}

/** Codes of the token service: why a request for a token was denied or failed. */
export const ISSUER_ERRORS = {
  REQUEST_MALFORMED: { http: 400, oauth: 'invalid_request', grpc: 'INVALID_ARGUMENT' },
  // RFC 6749 §5.2 asks for 400 where nothing else is specified, so not 415.
  CONTENT_TYPE_UNSUPPORTED: { http: 400, oauth: 'invalid_request', grpc: 'INVALID_ARGUMENT' },
  REQUEST_TOO_LARGE: { http: 413, oauth: 'invalid_request', grpc: 'RESOURCE_EXHAUSTED' },
  PARAMETER_MISSING: { http: 400, oauth: 'invalid_request', grpc: 'INVALID_ARGUMENT' },
  PARAMETER_REPEATED: { http: 400, oauth: 'invalid_request', grpc: 'INVALID_ARGUMENT' },
  PARAMETER_INVALID: { http: 400, oauth: 'invalid_request', grpc: 'INVALID_ARGUMENT' },
  GRANT_TYPE_UNSUPPORTED: { http: 400, oauth: 'unsupported_grant_type', grpc: 'INVALID_ARGUMENT' },
  EVIDENCE_MISSING: { http: 401, oauth: 'invalid_client', grpc: 'UNAUTHENTICATED' },
  EVIDENCE_AMBIGUOUS: { http: 400, oauth: 'invalid_request', grpc: 'INVALID_ARGUMENT' },
  EVIDENCE_MALFORMED: { http: 401, oauth: 'invalid_client', grpc: 'UNAUTHENTICATED' },
  CLIENT_AUTHENTICATION_FAILED: { http: 401, oauth: 'invalid_client', grpc: 'UNAUTHENTICATED' },
  CLIENT_KEYS_UNAVAILABLE: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  REPLAY_GUARD_UNAVAILABLE: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  RESOURCE_UNSPECIFIED: { http: 400, oauth: 'invalid_target', grpc: 'INVALID_ARGUMENT' },
  RESOURCE_MALFORMED: { http: 400, oauth: 'invalid_target', grpc: 'INVALID_ARGUMENT' },
  RESOURCE_DENIED: { http: 400, oauth: 'invalid_target', grpc: 'PERMISSION_DENIED' },
  SCOPE_MALFORMED: { http: 400, oauth: 'invalid_scope', grpc: 'INVALID_ARGUMENT' },
  SCOPE_DENIED: { http: 400, oauth: 'invalid_scope', grpc: 'PERMISSION_DENIED' },
  SIGNING_SEALED: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  SIGNING_LEASE_LAPSED: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  AUDIT_UNAVAILABLE: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  REVOCATIONS_FULL: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  REVOCATIONS_UNAVAILABLE: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  STOPPING: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  WATCH_MISUSED: { http: 400, oauth: 'invalid_request', grpc: 'INVALID_ARGUMENT' },
  WATCH_RESOURCE_DENIED: { http: 403, oauth: 'invalid_target', grpc: 'PERMISSION_DENIED' },
  WATCH_REVOKED: { http: 401, oauth: 'invalid_token', grpc: 'UNAUTHENTICATED' },
  WATCH_LIMITED: { http: 429, oauth: 'invalid_request', grpc: 'RESOURCE_EXHAUSTED' },
  NOT_FOUND: { http: 404, oauth: 'invalid_request', grpc: 'UNIMPLEMENTED' },
  METHOD_NOT_ALLOWED: { http: 405, oauth: 'invalid_request', grpc: 'UNIMPLEMENTED' },
  INTERNAL: { http: 500, oauth: 'server_error', grpc: 'INTERNAL' },
} as const satisfies Record<string, ErrorMapping>;

const unmet = { http: 409, oauth: 'invalid_request', grpc: 'FAILED_PRECONDITION' } as const;

/** Codes of the admin API beside those of the token service: why an operator's request was denied or failed. */
export const ADMIN_ERRORS = {
  CLIENT_UNKNOWN: { http: 404, oauth: 'invalid_request', grpc: 'NOT_FOUND' },
  CLIENT_EXISTS: { http: 409, oauth: 'invalid_request', grpc: 'ALREADY_EXISTS' },
  CLIENT_DISABLED: unmet,
  SECRET_NOT_DECLARED: unmet,
  SECRETS_EXHAUSTED: unmet,
  DECLARATION_INVALID: { http: 400, oauth: 'invalid_request', grpc: 'INVALID_ARGUMENT' },
  REGISTRY_CONFLICT: { http: 409, oauth: 'invalid_request', grpc: 'ABORTED' },
  REGISTRY_BUSY: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  REGISTRY_READ_ONLY: unmet,
  REGISTRY_ADMIN_REQUIRED: { http: 403, oauth: 'insufficient_scope', grpc: 'PERMISSION_DENIED' },
  OPERATOR_REQUIRED: unmet,
  KEYS_ROTATION_TOO_EARLY: unmet,
  KEYS_DESTRUCTION_TOO_EARLY: unmet,
  KEYS_SET_FULL: unmet,
  KEYS_NO_STANDBY: unmet,
  KEYS_SUCCESSOR_NEEDED: unmet,
  KEYS_KID_UNKNOWN: { http: 404, oauth: 'invalid_request', grpc: 'NOT_FOUND' },
  KEYS_STATE_WRONG: unmet,
  KEYS_ALGORITHM_UNUSED: unmet,
  KEYS_ALREADY_DONE: { http: 409, oauth: 'invalid_request', grpc: 'ABORTED' },
  KEYS_UNUSABLE: unmet,
  KEYS_CLOCK_WRONG: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
  KEYS_COMPROMISE_CHOICE: unmet,
  KEYS_CUSTODY_UNSOUND: unmet,
  KEK_UNKNOWN: { http: 404, oauth: 'invalid_request', grpc: 'NOT_FOUND' },
  KEK_PRIMARY: unmet,
  BOOTSTRAP_DONE: unmet,
  DATABASE_OUTDATED: unmet,
  EPOCH_NOT_NEEDED: unmet,
  HOST_SOCKET_UNSAFE: { http: 403, oauth: 'invalid_request', grpc: 'PERMISSION_DENIED' },
  STORAGE_UNAVAILABLE: { http: 503, oauth: 'temporarily_unavailable', grpc: 'UNAVAILABLE', retryable: true },
} as const satisfies Record<string, ErrorMapping>;

const invalid = { http: 401, oauth: 'invalid_token', grpc: 'UNAUTHENTICATED', publicCode: 'TOKEN_INVALID' } as const;
const forbidden = {
  http: 403,
  oauth: 'insufficient_scope',
  grpc: 'PERMISSION_DENIED',
  publicCode: 'SCOPE_INSUFFICIENT',
} as const;
const undecided = {
  http: 503,
  oauth: 'temporarily_unavailable',
  grpc: 'UNAVAILABLE',
  publicCode: 'CANNOT_DETERMINE',
  retryable: true,
} as const;

/** Codes of the verifier: why a token was not accepted, or why that could not be decided. */
export const VERIFIER_ERRORS = {
  TOKEN_MISSING: { http: 401, oauth: null, grpc: 'UNAUTHENTICATED', publicCode: 'TOKEN_MISSING' },
  // RFC 6750 §3.1: the fault is in the request; another token would not mend it.
  CREDENTIAL_AMBIGUOUS: {
    http: 400,
    oauth: 'invalid_request',
    grpc: 'INVALID_ARGUMENT',
    publicCode: 'TOKEN_INVALID',
  },
  TOKEN_MALFORMED: invalid,
  TOKEN_TOO_LARGE: invalid,
  HEADER_FORBIDDEN: invalid,
  ALG_NOT_ALLOWED: invalid,
  TYP_MISMATCH: invalid,
  KEY_UNKNOWN: invalid,
  SIGNATURE_INVALID: invalid,
  ISS_MISMATCH: invalid,
  AUD_MISMATCH: invalid,
  CLAIM_INVALID: invalid,
  NOT_YET_VALID: invalid,
  LIFETIME_EXCEEDED: invalid,
  TOKEN_EXPIRED: { ...invalid, publicCode: 'TOKEN_EXPIRED' },
  TOKEN_REVOKED: invalid,
  REPLAYED: invalid,
  BINDING_MISSING: invalid,
  BINDING_MISMATCH: invalid,
  SCOPE_INSUFFICIENT: forbidden,
  CLIENT_NOT_ALLOWED: forbidden,
  KEYS_UNAVAILABLE: undecided,
  REVOCATION_UNAVAILABLE: undecided,
  REPLAY_UNAVAILABLE: undecided,
  CLOCK_UNRELIABLE: undecided,
} as const satisfies Record<string, VerifierMapping>;

export type IssuerErrorCode = keyof typeof ISSUER_ERRORS;
export type AdminErrorCode = keyof typeof ADMIN_ERRORS;
export type VerifierErrorCode = keyof typeof VERIFIER_ERRORS;
export type ErrorCode = IssuerErrorCode | AdminErrorCode | VerifierErrorCode;

/** The one table: a code that is not in it does not exist, and one without a mapping does not compile. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorMapping>> = {
  ...ISSUER_ERRORS,
  ...ADMIN_ERRORS,
  ...VERIFIER_ERRORS,
};

/** How a code looks from outside: HTTP status, OAuth error, gRPC status. */
export function mappingOf(code: ErrorCode): ErrorMapping {
  return ERRORS[code];
}

/** The public code a resource may tell its callers. */
export function publicCodeOf(code: VerifierErrorCode): PublicCode {
  return VERIFIER_ERRORS[code].publicCode;
}

/** What a resource tells its callers beside the public code: the way to mend it, and nothing that would help to forge a token. */
export function publicMessageOf(code: VerifierErrorCode): string {
  return code === 'CREDENTIAL_AMBIGUOUS' ? AMBIGUOUS : PUBLIC_MESSAGES[publicCodeOf(code)];
}

const AMBIGUOUS = 'Send exactly one access token: one authorization with one token in it, nothing in the URL.';

const PUBLIC_MESSAGES: Readonly<Record<PublicCode, string>> = {
  TOKEN_MISSING: 'Send an access token as the authorization: Bearer, a space, the token.',
  TOKEN_EXPIRED: 'The access token has expired; get a fresh one.',
  TOKEN_INVALID: 'The access token is not valid for this resource; get one that is issued for it.',
  SCOPE_INSUFFICIENT: 'The access token does not permit this operation.',
  CANNOT_DETERMINE: 'The access token could not be checked just now; retry with the same one.',
};

/** The `domain` of every google.rpc.ErrorInfo that Mintmark sends. */
export const ERROR_DOMAIN = 'mintmark';
