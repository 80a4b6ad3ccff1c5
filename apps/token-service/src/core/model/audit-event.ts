import type { ErrorCode } from '@mintmark/contract';

/** What is written down before a token or an answer leaves. Never holds a token, secret or assertion. */
export type AuditEvent =
  | TokenIssued
  | TokenDenied
  | OperatorAction
  | OperatorDenied
  | DenialsSuppressed
  | ChangeRecorded
  | ChangesRestored
  | ChangesCopied
  | ChainBegun
  | TimingUnsafe;

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
  /** Absent: where tokens are issued. */
  readonly endpoint?: 'revoke' | 'introspect';
  /** As claimed, not proved, unless there is a `credentialId`. */
  readonly client?: string;
  /** How it proved that, or tried to. */
  readonly method?: string;
  readonly credentialId?: string;
  readonly reason?: string;
  /** As asked for; `resource` is the one that it means. */
  readonly target?: string;
  readonly resource?: string;
  readonly scopes?: readonly string[];
  /** The policies that were looked at, none of which grants it; `no policy`: there is none. */
  readonly rule?: string;
}

/** Something an operator asked for. One that changes things is recorded twice: before, as `begun`, and when it has ended. */
export interface OperatorAction extends AboutRequest {
  readonly event: 'operator.action';
  readonly action: OperatorVerb;
  /** Client id of the operator; `host` over the socket. */
  readonly actor: string;
  /** Of the operator's token; absent over the socket, which takes none. */
  readonly jti?: string;
  readonly scopes?: readonly string[];
  /** What it is done to. */
  readonly subject: string;
  readonly plan: boolean;
  /** `denied`: refused before anything was done. `failed`: it could not be done, or nobody can tell. */
  readonly outcome: 'begun' | 'done' | 'denied' | 'failed';
  readonly code?: ErrorCode;
}

export type OperatorVerb =
  | 'bootstrap'
  | 'client.create'
  | 'client.disable'
  | 'client.enable'
  | 'client.revoke'
  | 'client.admit'
  | 'token.revoke'
  | 'credential.rotate'
  | 'registry.apply'
  | 'keys.rotate'
  | 'kek.add'
  | 'kek.rotate'
  | 'kek.drop'
  | 'keys.prepare'
  | 'keys.activate'
  | 'keys.deactivate'
  | 'keys.destroy'
  | 'keys.compromise'
  | 'keyset.unseal'
  | 'audit.verify';

/** A call of the admin API that was refused before it was looked at: no token, a bad one, or one without the scope. */
export interface OperatorDenied extends AboutRequest {
  readonly event: 'operator.denied';
  readonly code: ErrorCode;
  /** Client id of the operator, if the token was good and only its scope too narrow. */
  readonly actor?: string;
  /** What was asked for, as the code calls it. */
  readonly action: string;
  readonly transport: 'http' | 'grpc';
}

/** So many refusals came at once that they were only counted. */
export interface DenialsSuppressed {
  readonly event: 'operator.denials-suppressed';
  readonly time: Date;
  readonly strangers: number;
  readonly operators: number;
}

/** A change of the registry, of a key set or of a revocation, copied from the row that was written in its transaction. */
export interface ChangeRecorded extends ChangePosition {
  readonly event: 'registry.changed' | 'keys.changed' | 'revocations.changed';
  /** When it was made, by the database's clock. */
  readonly time: Date;
  readonly actor: string;
  /** Of the request that it was made for. */
  readonly requestId?: string;
  /** Names and states, nothing secret. */
  readonly change: Readonly<Record<string, unknown>>;
}

/** The database is older than what was copied from it: it was restored from a backup, and what it records now is new. */
export interface ChangesRestored extends ChangePosition {
  readonly event: 'changes.restored';
  readonly time: Date;
}

/** How far the chain has got with every stream, so that a start need not read back to the last change of each. */
export interface ChangesCopied {
  readonly event: 'changes.copied';
  readonly time: Date;
  readonly positions: readonly ChangePosition[];
}

/** The first line of a chain: what follows may be a copy of what another chain began with, this line is not. */
export interface ChainBegun {
  readonly event: 'chain.begun';
  readonly time: Date;
  readonly id: string;
  /** The end of the chain before it, as the database knows it. */
  readonly follows?: { readonly chain: string; readonly seq: number; readonly hash: string };
}

/** The service was started with durations under which tokens may be refused, because its settings say so. */
export interface TimingUnsafe {
  readonly event: 'timing.unsafe';
  readonly time: Date;
  readonly reason: string;
}

/** Place in a stream of changes, which are copied in order, each once. */
export interface ChangePosition {
  /** `registry`, `revocations`, or `keys:` and the issuer of the key set. */
  readonly stream: string;
  readonly epoch: number;
  readonly version: number;
}
