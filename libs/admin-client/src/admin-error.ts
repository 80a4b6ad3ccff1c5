import type { DeclarationProblem, RegistryChangeSince } from './wire/registry.schema.ts';

/** Why an admin call failed before or beside the service's own answer. */
export type AdminClientErrorCode =
  | 'ADMIN_UNREACHABLE'
  /** What was asked for may have been done, here … */
  | 'ADMIN_TIMED_OUT'
  /** … and here. */
  | 'ANSWER_LOST'
  | 'ANSWER_INVALID'
  | 'SOCKET_UNSAFE';

export interface AdminFailure {
  /** Of the service (a newer one may know more codes), or one of this library's own. */
  readonly code: AdminClientErrorCode | (string & {});
  /** What was wrong and how to mend it; holds no token and no secret. */
  readonly message: string;
  /** Absent where there was no answer. */
  readonly httpStatus?: number | undefined;
  /** Finds the service's log line. */
  readonly requestId?: string | undefined;
  /** Seconds to wait before asking again, where the service said so. */
  readonly retryAfterSeconds?: number | undefined;
  /** 403: the scopes that the call takes. */
  readonly requiredScopes?: readonly string[] | undefined;
  /** DECLARATION_INVALID: every mistake, with its place and the fix. */
  readonly problems?: readonly DeclarationProblem[] | undefined;
  /** REGISTRY_CONFLICT: the version the registry has now … */
  readonly currentVersion?: number | undefined;
  /** … and what others changed since the plan. */
  readonly changesSince?: readonly RegistryChangeSince[] | undefined;
  /** A gate of the keys: when it opens … */
  readonly notBefore?: Date | undefined;
  /** … and what it waits for. */
  readonly waitsFor?: string | undefined;
}

/** An admin call that was refused, failed or never arrived. */
export class AdminError extends Error implements AdminFailure {
  readonly code: string;
  readonly httpStatus: number | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly requiredScopes: readonly string[];
  readonly problems: readonly DeclarationProblem[];
  readonly currentVersion: number | undefined;
  readonly changesSince: readonly RegistryChangeSince[];
  readonly notBefore: Date | undefined;
  readonly waitsFor: string | undefined;

  constructor(failure: AdminFailure) {
    super(failure.message);
    this.name = 'AdminError';
    this.code = failure.code;
    this.httpStatus = failure.httpStatus;
    this.requestId = failure.requestId;
    this.retryAfterSeconds = failure.retryAfterSeconds;
    this.requiredScopes = failure.requiredScopes ?? [];
    this.problems = failure.problems ?? [];
    this.currentVersion = failure.currentVersion;
    this.changesSince = failure.changesSince ?? [];
    this.notBefore = failure.notBefore;
    this.waitsFor = failure.waitsFor;
  }
}
