import type { GrpcStatusName } from '@mintmark/contract';
import { HttpException } from '@nestjs/common';
import { StockError, type StockErrorCode } from '../stock/stock-error.ts';

/** Why a request was not served, the same for both protocols. */
export interface Failure {
  readonly code: string;
  readonly http: number;
  readonly grpc: GrpcStatusName;
  /** For the caller: what was wrong and how to mend it. */
  readonly message: string;
  /** Real seconds; only where the same request may succeed later. */
  readonly retryAfterSeconds?: number;
}

/** The request has the wrong form. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

const STOCK_FAILURES: Readonly<Record<StockErrorCode, Omit<Failure, 'code' | 'message'>>> = {
  SKU_UNKNOWN: { http: 404, grpc: 'NOT_FOUND' },
  STOCK_INSUFFICIENT: { http: 409, grpc: 'FAILED_PRECONDITION' },
  STOPPING: { http: 503, grpc: 'UNAVAILABLE', retryAfterSeconds: 1 },
};

const HTTP_CODES: Readonly<Record<number, string>> = {
  404: 'NOT_FOUND',
  413: 'REQUEST_TOO_LARGE',
  415: 'CONTENT_TYPE_UNSUPPORTED',
};

/** Translates whatever was thrown; what is not known is our fault, and says nothing of itself to the caller. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StockError) return { ...STOCK_FAILURES[error.code], code: error.code, message: error.message };
  if (error instanceof RequestError) return malformed(400, error.message);
  if (error instanceof HttpException && error.getStatus() < 500) return malformed(error.getStatus(), error.message);
  return { code: 'INTERNAL', http: 500, grpc: 'INTERNAL', message: 'Something failed here; the request id finds it.' };
}

function malformed(http: number, message: string): Failure {
  return { code: HTTP_CODES[http] ?? 'REQUEST_MALFORMED', http, grpc: 'INVALID_ARGUMENT', message };
}
