import { readCredential, type Credential, type Refused } from '@mintmark/verifier';

/** What is read of a request; node:http's, Fastify's `request.raw` and Express's all have it. */
export interface ReceivedRequest {
  /** Names and values in turn, as received. `headers` would not do: Node drops a second Authorization from it unseen. */
  readonly rawHeaders: readonly string[];
  readonly url?: string | undefined;
  /** Where a framework has cut or rewritten `url` for its handlers (Express, Fastify): the one that was sent. */
  readonly originalUrl?: string | undefined;
  readonly method?: string | undefined;
  /** The connection; over TLS it knows the peer's certificate. */
  readonly socket?: object | null | undefined;
}

/**
 * Finds the one access token of a request. A token in the URL is never accepted (RFC 9700 §4.3.2), and counts as a second
 * one beside a header.
 */
export function receivedCredential(request: ReceivedRequest): Credential | Refused {
  return readCredential({ authorization: headerValues(request, 'authorization'), elsewhere: tokensInUrl(request.url) });
}

/** @param name in small letters */
export function headerValues({ rawHeaders }: ReceivedRequest, name: string): string[] {
  return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
}

function tokensInUrl(url = ''): string[] {
  const query = url.indexOf('?');
  return query < 0 ? [] : new URLSearchParams(url.slice(query + 1)).getAll('access_token');
}
