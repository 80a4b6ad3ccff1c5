import { parseScope } from '@mintmark/contract';
import type { ClientEvidence, Evidence } from '../../core/authentication/evidence.ts';
import type { Target, TokenRequest } from '../../core/issuance/token-request.ts';
import { RequestError } from '../../core/model/errors.ts';
import { authorizationEvidence } from '../authorization-evidence.ts';

/** Parameters of POST /oauth2/token that Mintmark reads; others are ignored (RFC 6749 §3.2). */
const PARAMETERS = [
  'grant_type',
  'scope',
  'resource',
  'audience',
  'client_id',
  'client_secret',
  'client_assertion_type',
  'client_assertion',
] as const;

type TokenForm = Partial<Record<(typeof PARAMETERS)[number], string>>;

type EvidenceForm = Pick<TokenForm, 'client_id' | 'client_secret' | 'client_assertion' | 'client_assertion_type'>;

interface TokenHttpRequest {
  readonly requestId: string;
  readonly form: URLSearchParams;
  /** Every Authorization header of the request. */
  readonly authorization: readonly string[];
  /** What was found besides: certificates. */
  readonly certificates: readonly Evidence[];
}

/**
 * Turns the form of RFC 6749 §4.4.2 into the use case's request.
 * @throws RequestError PARAMETER_MISSING, PARAMETER_REPEATED, PARAMETER_INVALID, GRANT_TYPE_UNSUPPORTED, SCOPE_MALFORMED
 */
export function toTokenRequest({ requestId, form: params, ...found }: TokenHttpRequest): TokenRequest {
  const form = readParameters(params, PARAMETERS);
  requireClientCredentials(form.grant_type);
  const target = targetOf(form);
  const scopes = form.scope === undefined ? undefined : readScope(form.scope);
  return {
    requestId,
    evidence: evidenceOf(form, found),
    ...(target === undefined ? {} : { target }),
    ...(scopes === undefined ? {} : { scopes }),
  };
}

/** @throws RequestError PARAMETER_REPEATED */
export function readParameters<Name extends string>(
  params: URLSearchParams,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const form: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const values = params.getAll(name);
    if (values.length > 1) {
      throw new RequestError(
        'PARAMETER_REPEATED',
        `The parameter ${name} was sent ${values.length} times. Send it once.`,
      );
    }
    // RFC 6749 §3.2: a parameter without a value counts as not sent.
    if (values[0]) form[name] = values[0];
  }
  return form;
}

function requireClientCredentials(grantType: string | undefined): void {
  if (grantType === undefined) {
    throw new RequestError(
      'PARAMETER_MISSING',
      'The parameter grant_type is missing. Send grant_type=client_credentials.',
    );
  }
  if (grantType !== 'client_credentials') {
    throw new RequestError('GRANT_TYPE_UNSUPPORTED', 'Only grant_type=client_credentials is supported.');
  }
}

function targetOf({ resource, audience }: TokenForm): Target | undefined {
  if (resource !== undefined && audience !== undefined) {
    throw new RequestError('PARAMETER_INVALID', 'Both resource and audience were sent. Send one of them.');
  }
  if (resource !== undefined) return { resource };
  return audience === undefined ? undefined : { audience };
}

function readScope(text: string): readonly string[] {
  const scopes = parseScope(text);
  if (!scopes) {
    throw new RequestError(
      'SCOPE_MALFORMED',
      'The parameter scope is not a list of distinct scopes, one space between each (RFC 6749 section 3.3).',
    );
  }
  return scopes;
}

/** All the evidence there is in a request to any endpoint at which clients authenticate. */
export function evidenceOf(
  form: EvidenceForm,
  { authorization, certificates }: Pick<TokenHttpRequest, 'authorization' | 'certificates'>,
): ClientEvidence {
  const { client_assertion: assertion, client_assertion_type: type } = form;
  const found = authorizationEvidence(authorization);
  if (form.client_secret !== undefined) found.push({ kind: 'client_secret_post', secret: form.client_secret });
  if (assertion !== undefined || type !== undefined) {
    found.push({ kind: 'client_assertion', ...(type && { type }), ...(assertion && { assertion }) });
  }
  return { found: [...found, ...certificates], ...(form.client_id === undefined ? {} : { clientId: form.client_id }) };
}
