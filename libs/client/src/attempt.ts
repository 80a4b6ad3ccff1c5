import { scrub } from './basic-credentials.ts';
import type { ClientEvidence, ClientIdentity } from './client-identity.ts';
import { withinLimits, type Limits } from './limits.ts';
import type { CanonicalRequest } from './token-request.ts';
import { TokenRequestError } from './token-request-error.ts';
import type { IssuedToken, TokenTransport } from './token-transport.ts';

/** What it takes to ask the issuer once. */
export interface TokenSource {
  readonly transport: TokenTransport;
  readonly identity: ClientIdentity;
  readonly timeScale: number;
  readonly limits: Limits;
}

/**
 * Asks the issuer once; a second time only if the evidence was refused and has changed since (a secret was rotated).
 * @throws TokenRequestError
 */
export async function attempt(source: TokenSource, request: CanonicalRequest): Promise<IssuedToken> {
  const evidence = await source.identity.evidence();
  try {
    return await send(source, request, evidence);
  } catch (error) {
    const newer = isRefusedEvidence(error) ? await source.identity.replacement(evidence) : undefined;
    if (!newer) throw error;
    return send(source, request, newer);
  }
}

async function send(source: TokenSource, request: CanonicalRequest, evidence: ClientEvidence): Promise<IssuedToken> {
  const { transport, timeScale, limits } = source;
  try {
    return await withinLimits(limits, (signal) => transport.issue({ request, evidence, signal, timeScale }));
  } catch (error) {
    throw asRequestError(error, evidence);
  }
}

function isRefusedEvidence(error: unknown): boolean {
  if (!(error instanceof TokenRequestError)) return false;
  return error.code === 'CLIENT_AUTHENTICATION_FAILED' || error.oauthError === 'invalid_client';
}

/** A transport of the user's own may throw anything, and put anything into it. */
function asRequestError(error: unknown, evidence: ClientEvidence): TokenRequestError {
  if (error instanceof TokenRequestError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new TokenRequestError({ detail: `the transport failed: ${scrub(text, evidence)}`, retryable: false });
}
