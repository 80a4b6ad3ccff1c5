import type { ErrorCode } from '@mintmark/contract';

/** What is written down before a token or an answer leaves. Never holds a token, secret or assertion. */
export type AuditEvent = TokenIssued | TokenDenied;

interface AboutRequest {
  readonly time: Date;
  readonly requestId: string;
}

export interface TokenIssued extends AboutRequest {
  readonly event: 'token.issued';
  readonly client: string;
  readonly method: string;
  readonly credentialId: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly jti: string;
  readonly kid: string;
  readonly expiresAt: Date;
  /** The policy that decided. */
  readonly rule: string;
}

export interface TokenDenied extends AboutRequest {
  readonly event: 'token.denied';
  readonly code: ErrorCode;
  /** As claimed, not proved, where authentication failed. */
  readonly client?: string;
  readonly target?: string;
  readonly scopes?: readonly string[];
}
