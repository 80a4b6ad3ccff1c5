import { GRPC_STATUS } from '@mintmark/contract';
import { statusWithDetails } from '@mintmark/proto';
import type { StatusObject } from '@grpc/grpc-js';
import type { Failure } from '../failure.ts';

/** The service's own errors; those of the verifier have the domain `mintmark`. */
const DOMAIN = 'inventory';

export function grpcStatusOf(failure: Failure, requestId: string): StatusObject {
  const { retryAfterSeconds } = failure;
  return statusWithDetails({
    status: GRPC_STATUS[failure.grpc],
    message: failure.message,
    reason: failure.code,
    domain: DOMAIN,
    metadata: { request_id: requestId },
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}
