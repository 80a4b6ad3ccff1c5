import {
  ERROR_DOMAIN,
  formatScope,
  GRPC_STATUS,
  mappingOf,
  publicCodeOf,
  type PublicCode,
  type VerifierErrorCode,
} from '@mintmark/contract';
import { statusWithDetails } from '@mintmark/proto';
import type { StatusObject } from '@grpc/grpc-js';

/** Why a call goes no further; `code` is the fine one and stays on this side. */
export interface Denial {
  readonly code: VerifierErrorCode;
  /** Real seconds; absent: one. */
  readonly retryAfterSeconds?: number;
  /** The scopes the method asks for; told with PERMISSION_DENIED so that the client can ask for them. */
  readonly scopes?: readonly string[];
}

/** What a caller is told: the way to mend it, and nothing that would help to forge a token. */
const MESSAGES: Readonly<Record<PublicCode, string>> = {
  TOKEN_MISSING: 'Send an access token in the metadata key authorization: Bearer, a space, the token.',
  TOKEN_EXPIRED: 'The access token has expired; get a fresh one.',
  TOKEN_INVALID: 'The access token is not valid for this resource; get one that is issued for it.',
  SCOPE_INSUFFICIENT: 'The access token does not permit this operation.',
  CANNOT_DETERMINE: 'The access token could not be checked just now; retry with the same one.',
  CREDENTIAL_AMBIGUOUS: 'Send exactly one access token: one authorization value with one token in it.',
};

/** Turns a denial into a status with google.rpc.ErrorInfo, and RetryInfo where the same call may succeed later. */
export function statusOf(denial: Denial, requestId: string): StatusObject {
  const { grpc, retryable } = mappingOf(denial.code);
  const reason = publicCodeOf(denial.code);
  return statusWithDetails({
    status: GRPC_STATUS[grpc],
    message: MESSAGES[reason],
    reason,
    domain: ERROR_DOMAIN,
    metadata: {
      request_id: requestId,
      ...(reason === 'SCOPE_INSUFFICIENT' && denial.scopes?.length ? { scope: formatScope(denial.scopes) } : {}),
    },
    ...(retryable ? { retryAfterSeconds: denial.retryAfterSeconds ?? 1 } : {}),
  });
}
