import { credentialSafeUrl } from '../loopback.ts';

/** One HTTP call as a plain address and settings, so that it can be sent again. */
export interface OutgoingCall {
  readonly url: URL;
  readonly init: RequestInit;
  readonly method: string;
  /** False where the body is a stream, which is gone once it was sent. */
  readonly replayable: boolean;
  readonly redirect: NonNullable<RequestInit['redirect']>;
}

/**
 * Takes the arguments of `fetch` apart.
 * @throws TypeError if the address is plain http outside loopback, or the call has a credential of its own
 */
export function outgoingCall(input: string | URL | Request, given: RequestInit = {}): OutgoingCall {
  const init = input instanceof Request ? plainInit(new Request(input, given), given) : given;
  const url = credentialSafeUrl(input instanceof Request ? input.url : input, 'The address of a call with a token');
  if (new Headers(init.headers).has('authorization')) {
    throw new TypeError('The call has an Authorization header of its own: one credential per call');
  }
  const { redirect = 'follow', method = 'GET' } = init;
  return { url, init, method: method.toUpperCase(), redirect, replayable: !isStream(init.body) };
}

function plainInit(request: Request, given: RequestInit): RequestInit {
  const { method, headers, body, signal, redirect } = request;
  return { ...given, method, headers, signal, redirect, ...(body ? { body, duplex: 'half' as const } : {}) };
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && (body instanceof ReadableStream || Symbol.asyncIterator in body);
}

/**
 * The call a redirect asks for (fetch standard, "HTTP-redirect fetch").
 * @throws TypeError if it leads to another origin, or a body that is gone would have to be sent again
 */
export function redirectedCall(call: OutgoingCall, status: number, location: string): OutgoingCall {
  const url = new URL(location, call.url);
  if (url.origin !== call.url.origin) {
    throw new TypeError(`${call.url.origin} redirects to ${url.origin}: a token is not taken to another origin`);
  }
  if (becomesGet(call.method, status)) return { ...call, url, method: 'GET', init: withoutBody(call.init) };
  if (!call.replayable) throw new TypeError(`${call.url.origin} redirects a call whose body cannot be sent again`);
  return { ...call, url };
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function withoutBody({ body: _gone, ...init }: RequestInit): RequestInit {
  const headers = new Headers(init.headers);
  for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language', 'content-location']) {
    headers.delete(name);
  }
  return { ...init, method: 'GET', headers };
}
