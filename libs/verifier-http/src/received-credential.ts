import { readCredential, type Credential, type Refused } from '@mintmark/verifier';

/** What is read of a request; node:http's, Fastify's `request.raw` and Express's all have it. */
export interface ReceivedRequest {
  /** Names and values in turn, as received. `headers` would not do: Node drops a second Authorization from it unseen. */
  readonly rawHeaders: readonly string[];
  readonly url?: string | undefined;
}

/**
 * Finds the one bearer token of a request. A token in the URL is never accepted (RFC 9700 §4.3.2), and counts as a second
 * one beside a header.
 */
export function receivedCredential({ rawHeaders, url }: ReceivedRequest): Credential | Refused {
  const credential = readCredential({ authorization: authorizationValues(rawHeaders), elsewhere: tokensInUrl(url) });
  // DPoP proofs are not checked here, so their scheme is no credential: the challenge asks for Bearer.
  return credential.ok && credential.scheme !== 'Bearer' ? { ok: false, code: 'TOKEN_MISSING' } : credential;
}

function authorizationValues(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === 'authorization');
}

function tokensInUrl(url = ''): string[] {
  const query = url.indexOf('?');
  return query < 0 ? [] : new URLSearchParams(url.slice(query + 1)).getAll('access_token');
}
