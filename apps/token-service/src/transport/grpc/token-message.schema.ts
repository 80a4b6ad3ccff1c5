import { isScopeToken } from '@mintmark/contract';
import type { IssueTokenRequest__Output } from '@mintmark/proto';
import type { Evidence } from '../../core/authentication/evidence.ts';
import type { Target, TokenRequest } from '../../core/issuance/token-request.ts';
import { RequestError } from '../../core/model/errors.ts';

interface TokenGrpcRequest {
  readonly requestId: string;
  readonly message: IssueTokenRequest__Output;
  /** Every value of the metadata key `authorization`. */
  readonly authorization: readonly (string | Buffer)[];
}

/**
 * Turns the message into the use case's request.
 * @throws RequestError SCOPE_MALFORMED, PARAMETER_INVALID
 */
export function toTokenRequest({ requestId, message, authorization }: TokenGrpcRequest): TokenRequest {
  const target = targetOf(message);
  return {
    requestId,
    evidence: { found: evidenceOf(message, authorization) },
    ...(target === undefined ? {} : { target }),
    ...(message.scope.length === 0 ? {} : { scopes: checkScopes(message.scope) }),
  };
}

function targetOf({ audience, resource }: IssueTokenRequest__Output): Target | undefined {
  if (resource && audience) {
    throw new RequestError('PARAMETER_INVALID', 'Both resource and audience were sent. Send one of them.');
  }
  if (resource) return { resource };
  return audience ? { audience } : undefined;
}

function checkScopes(scopes: readonly string[]): readonly string[] {
  if (scopes.every(isScopeToken) && new Set(scopes).size === scopes.length) return scopes;
  throw new RequestError(
    'SCOPE_MALFORMED',
    'The field scope is not a list of distinct scopes, one in each entry (RFC 6749 section 3.3).',
  );
}

function evidenceOf(message: IssueTokenRequest__Output, authorization: readonly (string | Buffer)[]): Evidence[] {
  const found: Evidence[] = authorization.map((value) => ({ kind: 'authorization', value: value.toString() }));
  if (message.clientAssertion || message.clientAssertionType) found.push({ kind: 'client_assertion' });
  return found;
}
