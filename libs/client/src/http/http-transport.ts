import { formatScope } from '@mintmark/contract';
import type { ClientEvidence } from '../client-identity.ts';
import { onTheWire } from '../evidence-on-the-wire.ts';
import { foreignText } from '../foreign-text.ts';
import { checkedToken } from '../issued-token.ts';
import { credentialSafeUrl } from '../loopback.ts';
import { isRetryable } from '../retryable.ts';
import { TokenRequestError } from '../token-request-error.ts';
import type { CanonicalRequest } from '../token-request.ts';
import type { IssuedToken, TokenTransport, TransportCall } from '../token-transport.ts';
import { certificateFetch } from './certificate-fetch.ts';
import { TokenEndpointDiscovery, type TokenEndpoints } from './discovery.ts';
import { exchange, type HttpAnswer } from './exchange.ts';
import { retryAfterSeconds } from './retry-after.ts';

interface HttpTransportSettings {
  /** Seconds for looking up the issuer's metadata. Default 5. */
  readonly discoveryTimeoutSeconds?: number;
  /** Another fetch, for a private CA or a proxy, say. Default: the built-in one, which keeps connections alive. */
  readonly fetch?: typeof globalThis.fetch;
}

/** One of: the issuer, whose metadata names the token endpoint (RFC 8414), or the endpoint itself. */
export type HttpTransportOptions = HttpTransportSettings &
  (
    | { readonly issuer: string; readonly tokenEndpoint?: undefined }
    | { readonly tokenEndpoint: string; readonly issuer?: undefined }
  );

interface Endpoint {
  endpoints(): Promise<TokenEndpoints>;
  forget(): void;
}

/**
 * Requests tokens by RFC 6749 §4.4, authenticated as the identity has it: `client_secret_basic`, a client assertion, or a
 * certificate, which goes where the metadata says (RFC 8705 §5) and not through `fetch`.
 * @throws TypeError unless exactly one address is given, and it is https or loopback
 */
export function httpTransport(options: HttpTransportOptions): TokenTransport {
  const { fetch = globalThis.fetch, discoveryTimeoutSeconds: timeoutSeconds = 5 } = options;
  if ((options.issuer === undefined) === (options.tokenEndpoint === undefined)) {
    throw new TypeError('httpTransport: give either issuer or tokenEndpoint');
  }
  const closing = new AbortController();
  const endpoint =
    options.issuer === undefined
      ? fixedEndpoint(options.tokenEndpoint)
      : new TokenEndpointDiscovery(options.issuer, fetch, { timeoutSeconds, closing: closing.signal });
  return { issue: (call) => issue(endpoint, fetch, call), close: () => closing.abort() };
}

function fixedEndpoint(address: string): Endpoint {
  const url = credentialSafeUrl(address, 'httpTransport: tokenEndpoint');
  return { endpoints: async () => ({ plain: url, certificate: url }), forget: () => undefined };
}

async function issue(endpoint: Endpoint, fetch: typeof globalThis.fetch, call: TransportCall): Promise<IssuedToken> {
  const { plain, certificate } = await endpoint.endpoints();
  const { evidence } = call;
  const shown = evidence.kind === 'client_certificate' ? evidence : undefined;
  const url = shown ? certificate : plain;
  try {
    const answer = await exchange(shown ? certificateFetch(shown) : fetch, url, requestOf(call));
    if (answer.status === 200) return tokenOf(answer, call.request);
    throw failureOf(answer, url, call.evidence);
  } catch (error) {
    if (mayHaveMoved(error)) endpoint.forget();
    throw error;
  }
}

function requestOf({ request, evidence, signal }: TransportCall): RequestInit {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (request.target) form.set(request.target.kind, request.target.value);
  if (request.scopes.length > 0) form.set('scope', formatScope(request.scopes));
  const { authorization, clientId, assertionType, assertion } = onTheWire(evidence);
  if (clientId !== undefined) form.set('client_id', clientId);
  if (assertionType !== undefined) form.set('client_assertion_type', assertionType);
  if (assertion !== undefined) form.set('client_assertion', assertion);
  const headers = { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) };
  return { method: 'POST', headers, body: form, signal };
}

/** A `scope` left out means: as requested (RFC 6749 §5.1). */
function tokenOf({ body }: HttpAnswer, request: CanonicalRequest): IssuedToken {
  const { access_token: accessToken, token_type: tokenType, expires_in: expiresInSeconds, scope } = body;
  const scopes = typeof scope === 'string' ? scope.split(' ').filter(Boolean) : request.scopes;
  return checkedToken({ accessToken, tokenType, expiresInSeconds, scopes });
}

function failureOf({ status, headers, body }: HttpAnswer, url: URL, evidence: ClientEvidence): TokenRequestError {
  const code = foreignText(body['code'], evidence);
  const description = foreignText(body['error_description'], evidence);
  const redirected = status >= 300 && status < 400;
  return new TokenRequestError({
    code: redirected ? 'RESPONSE_INVALID' : code,
    detail: redirected
      ? `${url.href} redirects, and credentials are not sent on`
      : (description ?? refusal(url, status)),
    retryable: isRetryable(code, { http: status }),
    oauthError: foreignText(body['error'], evidence),
    httpStatus: status,
    requestId: foreignText(body['request_id'], evidence),
    retryAfterSeconds: retryAfterSeconds(headers),
  });
}

function refusal(url: URL, status: number): string {
  return `${url.origin}${url.pathname} answered ${status} without saying why`;
}

function mayHaveMoved(error: unknown): boolean {
  if (!(error instanceof TokenRequestError)) return false;
  const { code, httpStatus = 0 } = error;
  return (
    code === 'ISSUER_UNREACHABLE' || httpStatus === 404 || httpStatus === 405 || (httpStatus >= 300 && httpStatus < 400)
  );
}
