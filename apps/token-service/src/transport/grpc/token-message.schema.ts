import { isScopeToken } from '@mintmark/contract';
import type { IssueTokenRequest__Output } from '@mintmark/proto';
import type { ClientEvidence, Evidence } from '../../core/authentication/evidence.ts';
import type { Target, TokenRequest } from '../../core/issuance/token-request.ts';
import { RequestError } from '../../core/model/errors.ts';
import { authorizationEvidence } from '../authorization-evidence.ts';

interface TokenGrpcRequest extends EvidenceFound {
  readonly requestId: string;
  readonly message: IssueTokenRequest__Output;
}

export interface EvidenceFound {
  readonly message: Pick<IssueTokenRequest__Output, 'clientAssertionType' | 'clientAssertion' | 'clientId'>;
  /** Every value of the metadata key `authorization`. */
  readonly authorization: readonly (string | Buffer)[];
  /** What was found besides: certificates. */
  readonly certificates: readonly Evidence[];
}

/**
 * Turns the message into the use case's request.
 * @throws RequestError SCOPE_MALFORMED, PARAMETER_INVALID
 */
export function toTokenRequest(request: TokenGrpcRequest): TokenRequest {
  const { requestId, message } = request;
  const target = targetOf(message);
  return {
    requestId,
    evidence: evidenceOf(request),
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

/** All the evidence there is in a call of any method at which clients authenticate. */
export function evidenceOf({ message, authorization, certificates }: EvidenceFound): ClientEvidence {
  const { clientAssertionType: type, clientAssertion: assertion, clientId } = message;
  const found = authorizationEvidence(authorization.map(String));
  if (assertion || type) found.push({ kind: 'client_assertion', type, assertion });
  return { found: [...found, ...certificates], ...(clientId === '' ? {} : { clientId }) };
}
