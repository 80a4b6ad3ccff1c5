import { randomUUID } from 'node:crypto';
import type { VerifierErrorCode } from '@mintmark/contract';
import { harmless, readExternalUrl, type Verifier } from '@mintmark/verifier';
import { authenticate, type Authentication, type Authenticator } from './authenticate.ts';
import { authorise } from './authorise.ts';
import type { ReceivedRequest } from './received-credential.ts';
import { readRealm, refusalOf, type Refusal } from './refusal.ts';

/** The part of node:http's ServerResponse that a refusal needs; Express responses have it. */
export interface PlainResponse {
  readonly headersSent: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

export interface RequireTokenOptions {
  /** Scopes the token must have; none: any valid token. */
  readonly scopes?: readonly string[];
  /** `realm` of the challenge; default `mintmark`. */
  readonly realm?: string;
  /** Where callers reach this server, as `https://inventory.internal`: lets in tokens with a DPoP proof for it. */
  readonly externalUrl?: string;
  /** Hears of every refusal, with the fine code that the caller is not told; for logs and metrics. */
  readonly onDenied?: (denied: DeniedRequest) => void;
}

export interface DeniedRequest {
  readonly code: VerifierErrorCode;
  readonly requestId: string;
  /** What `verify` threw, if it did: a defect of this side, answered as "cannot determine". */
  readonly cause?: unknown;
}

/** Calls `next` for what is let in and for nothing else, never with an error: a plain server may not look at it. */
export type TokenMiddleware = (request: ReceivedRequest, response: PlainResponse, next: () => void) => void;

/**
 * Middleware for Express, Connect or a plain node:http server. Put it before the body parser, so that a stranger's body is not read,
 * and behind it again: a body takes as long as its sender likes, and the token may have ended meanwhile.
 *
 *     app.use(requireToken(verifier), express.json());
 *     app.post('/reservations', requireToken(verifier, { scopes: ['stock:reserve'] }), (request, response) => …);
 *
 * @throws TypeError for an `externalUrl` that is none, or a `realm` that a header cannot carry
 */
export function requireToken(verifier: Verifier, options: RequireTokenOptions = {}): TokenMiddleware {
  const authenticator = { verifier, externalUrl: readExternalUrl(options.externalUrl) };
  const realm = readRealm(options.realm);
  return (request, response, next) =>
    void decide(authenticator, request, options.scopes ?? [])
      .catch((cause: unknown): Authentication => ({ ok: false, code: 'KEYS_UNAVAILABLE', cause }))
      .then((verdict) => (verdict.ok ? next() : refuse(response, verdict, { ...options, realm })));
}

async function decide(
  authenticator: Authenticator,
  request: ReceivedRequest,
  scopes: readonly string[],
): Promise<Authentication> {
  const verdict = await authenticate(authenticator, request, request);
  return verdict.ok ? authorise(authenticator.verifier, verdict.caller, scopes) : verdict;
}

function refuse(
  response: PlainResponse,
  { cause, ...verdict }: Authentication & { readonly ok: false },
  { scopes = [], realm, externalUrl, onDenied }: RequireTokenOptions & { readonly realm: string },
): void {
  const requestId = randomUUID();
  if (onDenied) harmless(onDenied)({ code: verdict.code, requestId, ...(cause === undefined ? {} : { cause }) });
  send(response, refusalOf({ ...verdict, scopes }, { requestId, realm, dpop: externalUrl !== undefined }));
}

function send(response: PlainResponse, { status, headers, body }: Refusal): void {
  // Somebody else has answered meanwhile: with a time-out, say.
  if (response.headersSent) return;
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
