import { clientSecret, createTokenClient, httpTransport, type AccessToken, type TokenRequest } from '@mintmark/client';
import { asUsage, usageErrorOf } from '../output/usage-error.ts';

export interface TokenWanted {
  readonly issuer: string;
  readonly clientId: string;
  readonly secretFile: string;
  readonly request: TokenRequest;
  readonly timeScale: number;
  readonly signal: AbortSignal;
}

/** @throws TokenRequestError, UsageError on a request that cannot be */
export async function getToken(wanted: TokenWanted): Promise<AccessToken> {
  const { issuer, clientId, secretFile, request, timeScale, signal } = wanted;
  const client = asUsage(() =>
    createTokenClient({
      transport: httpTransport({ issuer }),
      identity: clientSecret({ clientId, secret: { file: secretFile } }),
      retries: 0,
      timeScale,
    }),
  );
  try {
    return await client.token(request, { signal });
  } catch (error) {
    throw usageErrorOf(error);
  } finally {
    client.close();
  }
}
