import type { Evidence } from '../../core/authentication/evidence.ts';
import { RequestError } from '../../core/model/errors.ts';
import type { PresentedToken } from '../../core/revocation/presented-token.ts';
import { evidenceOf, readParameters } from './token-form.schema.ts';

/** Parameters of POST /oauth2/revoke (RFC 7009 §2.1) and /oauth2/introspect (RFC 7662 §2.1); others are ignored. */
const PARAMETERS = [
  'token',
  // Only helps to look in the right place first; there is one.
  'token_type_hint',
  'client_id',
  'client_secret',
  'client_assertion_type',
  'client_assertion',
] as const;

interface PresentedForm {
  readonly requestId: string;
  readonly form: URLSearchParams;
  /** Every Authorization header of the request. */
  readonly authorization: readonly string[];
  /** What was found besides: certificates. */
  readonly certificates: readonly Evidence[];
}

/** @throws RequestError PARAMETER_MISSING, PARAMETER_REPEATED */
export function toPresentedToken({ requestId, form: params, ...found }: PresentedForm): PresentedToken {
  const form = readParameters(params, PARAMETERS);
  if (form.token === undefined) throw new RequestError('PARAMETER_MISSING', 'The parameter token is missing.');
  return { requestId, evidence: evidenceOf(form, found), token: form.token };
}
