import { status, type Metadata } from '@grpc/grpc-js';
import type { PublicCode } from '@mintmark/contract';
import { detailsOf } from '@mintmark/proto';
import type { TokenClient } from '../token-client.ts';
import type { TokenRequest } from '../token-request.ts';

const REFUSED: readonly string[] = ['TOKEN_EXPIRED', 'TOKEN_INVALID'] satisfies PublicCode[];

/**
 * Whether a failed gRPC call says that its token is no longer good, so that a new one may help. A missing scope or a
 * resource that could not decide is no such case.
 */
export function isTokenRefused(error: unknown): boolean {
  const { code, metadata } = error as { code?: unknown; metadata?: Metadata };
  return code === status.UNAUTHENTICATED && REFUSED.includes(detailsOf(metadata)?.reason ?? '');
}

/**
 * Makes a gRPC call with a token in its metadata; if the resource refuses the token as expired or invalid, once more
 * with a new one. The channel is the caller's: TLS, or loopback.
 */
export async function callWithToken<T>(
  client: TokenClient,
  request: TokenRequest,
  call: (metadata: Metadata) => Promise<T>,
): Promise<T> {
  const metadata = await client.metadata(request);
  try {
    return await call(metadata);
  } catch (error) {
    if (!isTokenRefused(error)) throw error;
    client.invalidate(tokenIn(metadata));
    const renewed = await client.metadata(request);
    if (tokenIn(renewed) === tokenIn(metadata)) throw error;
    return call(renewed);
  }
}

function tokenIn(metadata: Metadata): string {
  return String(metadata.get('authorization')[0]).slice('Bearer '.length);
}
