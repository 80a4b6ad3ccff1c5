import { scrub } from './evidence-on-the-wire.ts';
import type { ClientEvidence, ClientIdentity } from './client-identity.ts';
import { withinLimits, type Limits } from './limits.ts';
import type { CanonicalRequest } from './token-request.ts';
import { TokenRequestError } from './token-request-error.ts';
import type { IssuedToken, TokenTransport, TransportCall } from './token-transport.ts';

/** What it takes to ask the issuer once. */
export interface TokenSource {
  readonly transport: TokenTransport;
  readonly identity: ClientIdentity;
  readonly timeScale: number;
  readonly limits: Limits;
}

/**
 * Asks the issuer once; a second time only if the evidence was refused and has changed since (a secret was rotated).
 * All of it, reading the evidence too, within the limits.
 * @throws TokenRequestError
 */
export function attempt(source: TokenSource, request: CanonicalRequest): Promise<IssuedToken> {
  return withinLimits(source.limits, async (signal) => {
    const send = (evidence: ClientEvidence) =>
      issue(source, { request, evidence, signal, timeScale: source.timeScale });
    const evidence = await source.identity.evidence();
    try {
      return await send(evidence);
    } catch (error) {
      const newer = isRefusedEvidence(error) ? await source.identity.replacement(evidence) : undefined;
      if (!newer) throw error;
      return send(newer);
    }
  });
}

async function issue({ transport }: TokenSource, call: TransportCall): Promise<IssuedToken> {
  try {
    return await transport.issue(call);
  } catch (error) {
    throw asRequestError(error, call.evidence);
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
