import { ERRORS, GRPC_STATUS, type ErrorMapping } from '@mintmark/contract';

const RETRYABLE_HTTP: readonly number[] = [408, 429, 500, 502, 503, 504];

const RETRYABLE_GRPC: readonly number[] = [
  GRPC_STATUS.UNAVAILABLE,
  GRPC_STATUS.DEADLINE_EXCEEDED,
  GRPC_STATUS.RESOURCE_EXHAUSTED,
  GRPC_STATUS.ABORTED,
  GRPC_STATUS.INTERNAL,
  GRPC_STATUS.UNKNOWN,
];

/** Whether the same request may succeed later; a known code decides, the status only where there is none. */
export function isRetryable(code: string | undefined, status: { http: number } | { grpc: number }): boolean {
  const mapping = (ERRORS as Readonly<Record<string, ErrorMapping>>)[code ?? ''];
  if (mapping) return mapping.http >= 500 || mapping.http === 429;
  return 'http' in status ? RETRYABLE_HTTP.includes(status.http) : RETRYABLE_GRPC.includes(status.grpc);
}
