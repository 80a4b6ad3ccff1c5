import type { AccessToken } from '../access-token.ts';
import type { TokenClient } from '../token-client.ts';
import type { TokenRequest } from '../token-request.ts';
import { outgoingCall, redirectedCall, type OutgoingCall } from './outgoing-call.ts';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
const MOST_REDIRECTS = 5;

/** A Bearer challenge with `error="invalid_token"` (RFC 6750 §3.1): the token is no longer good, a new one may be. */
const INVALID_TOKEN = /(^|,)\s*bearer\s(.*[\s,])?error\s*=\s*"?invalid_token\b/i;

export interface FetchWithTokenOptions {
  /** Default: the built-in fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * A `fetch` for one resource: puts the token on every call, and when the resource refuses it as invalid gets a new one
 * and repeats the call once (not where the body is a stream). Calls to plain http outside loopback, and redirects to
 * another origin, fail with a TypeError before the token is sent there.
 */
export function fetchWithToken(
  client: TokenClient,
  request: TokenRequest,
  { fetch: send = globalThis.fetch }: FetchWithTokenOptions = {},
): typeof globalThis.fetch {
  return async (input, init) => {
    const call = outgoingCall(input, init);
    const wait = { signal: call.init.signal ?? undefined };
    const token = await client.token(request, wait);
    const response = await follow(send, call, token);
    if (!isInvalidToken(response)) return response;
    client.invalidate(token);
    const renewed = call.replayable ? await client.token(request, wait).catch(() => token) : token;
    if (renewed.value === token.value) return response;
    await response.body?.cancel();
    return follow(send, call, renewed);
  };
}

async function follow(send: typeof globalThis.fetch, first: OutgoingCall, token: AccessToken): Promise<Response> {
  let call = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const response = await send(call.url, withToken(call, token));
    const location = REDIRECTS.includes(response.status) ? response.headers.get('location') : null;
    if (location === null || call.redirect === 'manual') return response;
    await response.body?.cancel();
    if (call.redirect === 'error') throw new TypeError(`${call.url.origin} redirects, which the call does not allow`);
    call = redirectedCall(call, response.status, location);
  }
  throw new TypeError(`${first.url.origin} redirects more than ${MOST_REDIRECTS} times`);
}

function withToken({ init }: OutgoingCall, token: AccessToken): RequestInit {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token.value}`);
  return { ...init, headers, redirect: 'manual' };
}

function isInvalidToken(response: Response): boolean {
  return response.status === 401 && INVALID_TOKEN.test(response.headers.get('www-authenticate') ?? '');
}
