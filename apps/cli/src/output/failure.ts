import { EXIT, type ExitCode } from './exit-codes.ts';
import { printable, printableLines } from './printable.ts';
import type { Style } from './style.ts';
import { Interrupted, UsageError } from './usage-error.ts';
import { wireNames } from './wire-names.ts';

/** Where in a declaration something is wrong. */
interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly problem: string;
  readonly allowed?: string | undefined;
  readonly fix: string;
}

/** What somebody else changed meanwhile. */
interface ChangeSince {
  readonly actor: string;
  readonly action: string;
  readonly kind: string;
  readonly id: string;
}

/** What went wrong, as it is told and as scripts see it. */
export interface Failure {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly requestId?: string | undefined;
  readonly problems?: readonly Problem[] | undefined;
  readonly currentVersion?: number | undefined;
  readonly changesSince?: readonly ChangeSince[] | undefined;
  readonly notBefore?: Date | undefined;
  readonly waitsFor?: string | undefined;
  readonly requiredScopes?: readonly string[] | undefined;
}

/** The error classes of our libraries, seen by their shape, so that no library is loaded only to compare classes. */
interface ServiceError extends Error {
  readonly code?: string | undefined;
  readonly detail?: string;
  readonly oauthError?: string | undefined;
  readonly httpStatus?: number | undefined;
  readonly retryable?: boolean;
}

const UNREACHABLE = new Set([
  'ADMIN_UNREACHABLE',
  'ADMIN_TIMED_OUT',
  'ANSWER_LOST',
  'ISSUER_UNREACHABLE',
  'REQUEST_TIMED_OUT',
  'DEADLINE_EXCEEDED',
]);
const DENIED_OAUTH = new Set([
  'invalid_client',
  'invalid_target',
  'invalid_scope',
  'unauthorized_client',
  'access_denied',
]);

export function failureOf(error: unknown): Failure {
  if (error instanceof Interrupted) return { exitCode: EXIT.interrupted, code: 'INTERRUPTED', message: error.message };
  if (error instanceof UsageError) return { exitCode: EXIT.usage, code: 'USAGE', message: error.message };
  if (isServiceError(error)) return serviceFailure(error);
  return { exitCode: EXIT.failed, code: 'FAILED', message: error instanceof Error ? error.message : String(error) };
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && (error.name === 'AdminError' || error.name === 'TokenRequestError');
}

function serviceFailure(error: ServiceError): Failure {
  const { code = 'FAILED', message } = error;
  return { ...(error as Partial<Failure>), exitCode: exitCodeOf(error), code, message };
}

function exitCodeOf({ code = '', httpStatus, oauthError = '' }: ServiceError): ExitCode {
  if (UNREACHABLE.has(code) || httpStatus === 503) return EXIT.unreachable;
  if (httpStatus === 401 || httpStatus === 403 || DENIED_OAUTH.has(oauthError)) return EXIT.denied;
  return EXIT.failed;
}

/** For people: what, then where and how for each part of it, then what finds the log line. */
export function formatFailure(failure: Failure, style: Style): string {
  const { message, problems = [], requestId, code } = failure;
  return [
    `${style.bad('error:')} ${printableLines(message)}`,
    ...problems.map((problem) => formatProblem(problem, style)),
    ...hintsOf(failure).map((hint) => `  ${printable(hint)}`),
    ...(requestId && !message.includes(requestId)
      ? [style.faint(`  ${printable(code)}, request_id ${printable(requestId)}`)]
      : []),
  ].join('\n');
}

function hintsOf({ requiredScopes = [], changesSince = [], notBefore, waitsFor }: Failure): string[] {
  const scopes = requiredScopes.join(' ');
  const waiting = waitsFor ? ` (waits for ${waitsFor})` : '';
  return [
    ...(scopes
      ? [`it takes ${scopes}: an operator with registry:admin can grant it by a policy on mintmark-admin`]
      : []),
    ...changesSince.map(({ actor, action, kind, id }) => `meanwhile ${actor}: ${action} ${kind} ${id}`),
    ...(notBefore ? [`possible from ${notBefore.toISOString()}${waiting}`] : []),
  ];
}

export function documentOf(failure: Failure): unknown {
  const { code, message, requestId, problems, currentVersion, changesSince, notBefore, waitsFor, requiredScopes } =
    failure;
  const some = <Of>(list: readonly Of[] | undefined) => (list?.length ? list : undefined);
  return wireNames({
    error: {
      code,
      message,
      requestId,
      problems: some(problems),
      currentVersion,
      changesSince: some(changesSince),
      notBefore,
      waitsFor,
      requiredScopes: some(requiredScopes),
    },
  });
}

function formatProblem({ file, line, column, problem, allowed, fix }: Problem, style: Style): string {
  const where = style.heading(`${printable(file)}:${line}:${column}`);
  return [
    `  ${where} ${printable(problem)}`,
    ...(allowed ? [`      allowed: ${printable(allowed)}`] : []),
    `      fix: ${printable(fix)}`,
  ].join('\n');
}
