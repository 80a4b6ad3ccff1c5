import type { IssuerErrorCode } from '@mintmark/contract';
import type { ClientErrorCode, TokenRequestFailure } from './token-request-failure.ts';

const WITH_PROOF = 'Check the client id, and that its secret, key, certificate or workload token is the current one.';

/** How to mend it, from the caller's side; the issuer's own words, where it sent any, come before. */
const ADVICE: Partial<Record<IssuerErrorCode | ClientErrorCode, string>> = {
  EVIDENCE_MISSING: WITH_PROOF,
  EVIDENCE_MALFORMED: WITH_PROOF,
  CLIENT_AUTHENTICATION_FAILED: WITH_PROOF,
  RESOURCE_UNSPECIFIED: 'Name the resource by audience or resource.',
  RESOURCE_DENIED: 'Check the name of the resource, or have a policy declared for this client and resource.',
  SCOPE_MALFORMED: 'Check the spelling of the scopes.',
  SCOPE_DENIED: 'Ask only for scopes the policy grants, or have the policy extended.',
  ISSUER_UNREACHABLE: 'Check the address of the token service and that it runs.',
  REQUEST_TIMED_OUT: 'Check the address of the token service, or allow more by timeoutSeconds.',
  RESPONSE_INVALID: 'Check that the address is that of the token endpoint and not of something else.',
  METADATA_INVALID: 'Check the issuer, or give tokenEndpoint instead.',
  SECRET_UNREADABLE: 'Check that the file exists, holds the secret and may be read by this process.',
  KEY_UNREADABLE: 'Check that the file exists, holds the private key and may be read by this process.',
  CERTIFICATE_UNREADABLE: 'Check that the files exist, hold a certificate and its key and may be read by this process.',
  WORKLOAD_TOKEN_UNREADABLE: 'Check that the platform puts the token there and that this process may read it.',
  IDENTITY_MISSING: 'Provide one of them; describe() says what is looked for.',
  DEADLINE_EXCEEDED: 'Allow more time, or see why the token service is slow.',
  CLIENT_CLOSED: 'Ask before close(), or create another client.',
};

export function advice({ code, retryable }: Pick<TokenRequestFailure, 'code' | 'retryable'>): string {
  const known = (ADVICE as Record<string, string | undefined>)[code ?? ''];
  if (known) return known;
  return retryable ? 'It may succeed later.' : 'The same request will be refused again: correct it first.';
}
