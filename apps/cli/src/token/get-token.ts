import {
  automaticIdentity,
  clientSecret,
  createTokenClient,
  httpTransport,
  type AccessToken,
  type ClientIdentity,
  type TokenRequest,
} from '@mintmark/client';
import { asUsage, UsageError, usageErrorOf } from '../output/usage-error.ts';

export interface TokenWanted {
  readonly issuer: string;
  readonly identity: ClientIdentity;
  readonly request: TokenRequest;
  readonly timeScale: number;
  readonly signal: AbortSignal;
}

/** @throws TokenRequestError, UsageError on a request that cannot be */
export async function getToken(wanted: TokenWanted): Promise<AccessToken> {
  const { issuer, identity, request, timeScale, signal } = wanted;
  const client = asUsage(() =>
    createTokenClient({ transport: httpTransport({ issuer }), identity, retries: 0, timeScale }),
  );
  try {
    return await client.token(request, { signal });
  } catch (error) {
    throw usageErrorOf(error);
  } finally {
    client.close();
  }
}

interface Given {
  readonly issuer: string;
  readonly clientId?: string | undefined;
  readonly secretFile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ChosenIdentity {
  readonly identity: ClientIdentity;
  /** What was looked for, and why it was chosen or skipped; `undefined` where nothing had to be. */
  readonly explanation: string | undefined;
}

/**
 * The secret that was named, or else what a service with this environment would be.
 * @throws UsageError for a secret without a client
 */
export async function chooseIdentity({ issuer, clientId, secretFile, env }: Given): Promise<ChosenIdentity> {
  const id = clientId ?? env['MINTMARK_CLIENT_ID'];
  if (secretFile !== undefined) {
    if (!id) throw new UsageError('--secret-file takes --client too: whose secret it is.');
    return { identity: clientSecret({ clientId: id, secret: { file: secretFile } }), explanation: undefined };
  }
  const identity = automaticIdentity({ ...env, MINTMARK_CLIENT_ID: id, MINTMARK_ISSUER: issuer });
  const attempts = await identity.describe();
  const chosen = attempts.findIndex((attempt) => attempt.chosen);
  const skipped = attempts.slice(0, chosen).map(({ kind, reason }) => `\n  no ${kind}: ${reason}`);
  const explanation = chosen < 0 ? undefined : `With the ${attempts[chosen]!.kind}.${skipped.join('')}`;
  return { identity, explanation };
}
