import {
  ERROR_DOMAIN,
  formatScope,
  GRPC_STATUS,
  mappingOf,
  publicCodeOf,
  publicMessageOf,
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

/** Turns a denial into a status with google.rpc.ErrorInfo, and RetryInfo where the same call may succeed later. */
export function statusOf(denial: Denial, requestId: string): StatusObject {
  const { grpc, retryable } = mappingOf(denial.code);
  const reason = publicCodeOf(denial.code);
  return statusWithDetails({
    status: GRPC_STATUS[grpc],
    message: publicMessageOf(denial.code),
    reason,
    domain: ERROR_DOMAIN,
    metadata: {
      request_id: requestId,
      ...(denial.code === 'SCOPE_INSUFFICIENT' && denial.scopes?.length ? { scope: formatScope(denial.scopes) } : {}),
    },
    ...(retryable ? { retryAfterSeconds: denial.retryAfterSeconds ?? 1 } : {}),
  });
}
