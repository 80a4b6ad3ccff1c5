import type { IntrospectTokenResponse, RevokeTokenRequest__Output } from '@mintmark/proto';
import { RequestError } from '../../core/model/errors.ts';
import type { Introspection } from '../../core/revocation/introspect-token.ts';
import type { PresentedToken } from '../../core/revocation/presented-token.ts';
import { evidenceOf, type EvidenceFound } from './token-message.schema.ts';

interface PresentedMessage extends EvidenceFound {
  readonly requestId: string;
  /** Of RevokeToken and IntrospectToken alike. */
  readonly message: RevokeTokenRequest__Output;
}

/** @throws RequestError PARAMETER_MISSING */
export function toPresentedToken({ requestId, ...found }: PresentedMessage): PresentedToken {
  const { token } = found.message;
  if (!token) throw new RequestError('PARAMETER_MISSING', 'The field token is missing.');
  return { requestId, evidence: evidenceOf(found), token };
}

export function toIntrospectionMessage(answer: Introspection): IntrospectTokenResponse {
  if (!answer.active) return { active: false };
  const { client_id: clientId, cnf, act: _act, ...claims } = answer.claims;
  const confirmation = cnf && { cnf: { jkt: cnf.jkt ?? '', x5tS256: cnf['x5t#S256'] ?? '' } };
  return { active: true, tokenType: answer.tokenType, ...claims, clientId, ...confirmation };
}
