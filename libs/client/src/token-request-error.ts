import { advice } from './advice.ts';
import type { TokenErrorCode, TokenRequestFailure } from './token-request-failure.ts';

/** A token could not be had. The message says why and how to mend it; it never holds a secret or a token. */
export class TokenRequestError extends Error implements TokenRequestFailure {
  readonly code: TokenErrorCode | undefined;
  readonly detail: string;
  readonly retryable: boolean;
  readonly oauthError: string | undefined;
  readonly httpStatus: number | undefined;
  readonly grpcStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(failure: TokenRequestFailure) {
    super(messageOf(failure));
    this.name = 'TokenRequestError';
    this.code = failure.code;
    this.detail = failure.detail;
    this.retryable = failure.retryable;
    this.oauthError = failure.oauthError;
    this.httpStatus = failure.httpStatus;
    this.grpcStatus = failure.grpcStatus;
    this.requestId = failure.requestId;
    this.retryAfterSeconds = failure.retryAfterSeconds;
  }
}

function messageOf(failure: TokenRequestFailure): string {
  const facts = [
    failure.code,
    failure.httpStatus && `HTTP ${failure.httpStatus}`,
    failure.grpcStatus && `gRPC status ${failure.grpcStatus}`,
    failure.oauthError,
    failure.requestId && `request_id ${failure.requestId}`,
  ].filter(Boolean);
  const detail = failure.detail.replace(/\.$/, '');
  return `No token: ${detail}. ${advice(failure)}${facts.length ? ` (${facts.join(', ')})` : ''}`;
}
