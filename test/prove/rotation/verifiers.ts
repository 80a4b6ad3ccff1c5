// Everyone who verifies: our library, jose, and those who fetch the key set as seldom as a rotation has to bear.
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { createVerifier, remoteKeySet } from '@mintmark/verifier';
import { ROUTES } from '@mintmark/contract';

const AUDIENCE = 'inventory';

/** One look at a token: accepted, refused with a reason, or the verifier could not reach what it needs. */
export type Opinion =
  { readonly kind: 'accepted' } | { readonly kind: 'refused' | 'undecided'; readonly reason: string };

export interface TokenJudge {
  readonly name: string;
  judge(token: string): Promise<Opinion>;
  close(): void;
}

interface Place {
  readonly issuer: string;
  readonly timeScale: number;
}

const ACCEPTED: Opinion = { kind: 'accepted' };

/** Our library; whatever it does not accept counts as refused, "cannot determine" too. */
export async function ourVerifier({ issuer, timeScale }: Place): Promise<TokenJudge> {
  const keys = remoteKeySet({ url: issuer + ROUTES.jwks });
  const verifier = createVerifier({
    ...{ issuer, audience: AUDIENCE, keys, timeScale, cache: false },
    unsafelyWithoutRevocations: true,
  });
  await verifier.ready();
  return {
    name: 'our verifier, verdict cache off',
    judge: async (token) => {
      const verdict = await verifier.verify(token);
      return verdict.ok ? ACCEPTED : { kind: 'refused', reason: verdict.code };
    },
    close: () => verifier.close(),
  };
}

/** The sample consumer, a process of its own, over HTTP. */
export function consumer(address: string): TokenJudge {
  return {
    name: 'consumer-service over HTTP',
    judge: async (token) => {
      const response = await fetch(`http://${address}/stock`, { headers: { authorization: `Bearer ${token}` } });
      const text = await response.text();
      return response.ok ? ACCEPTED : { kind: 'refused', reason: `${response.status} ${text.slice(0, 80)}` };
    },
    close: () => undefined,
  };
}

/** jose's remote set, its durations scaled. It fetches on the request path, so a failing fetch is its own affair. */
export function joseRemote({ issuer, timeScale }: Place): TokenJudge {
  const keys = createRemoteJWKSet(new URL(issuer + ROUTES.jwks), {
    cacheMaxAge: 600_000 / timeScale,
    cooldownDuration: 30_000 / timeScale,
    timeoutDuration: 500,
  });
  return {
    name: 'jose, createRemoteJWKSet',
    judge: (token) => judgeWithJose(token, keys, issuer),
    close: () => undefined,
  };
}

/**
 * Fetches every so often, never because of a token, and what it gets may be as old as HTTP caches are allowed to serve.
 * @param options.everySeconds nominal, between two fetches that succeed
 * @param options.cacheSeconds nominal age of what a cache on the way serves
 */
export async function slowPoller(
  { issuer, timeScale }: Place,
  { name, everySeconds, cacheSeconds }: { name: string; everySeconds: number; cacheSeconds: number },
): Promise<TokenJudge> {
  const closing = new AbortController();
  const cache = agedCache(issuer, cacheSeconds / timeScale);
  let keys = createLocalJWKSet(await cache());
  const poll = async () => {
    while (!closing.signal.aborted) {
      await sleep((everySeconds / timeScale) * 1000, undefined, { signal: closing.signal });
      keys = createLocalJWKSet(await cache());
    }
  };
  poll().catch(() => undefined); // ends when it is closed
  return { name, judge: (token) => judgeWithJose(token, keys, issuer), close: () => closing.abort() };
}

/** An HTTP cache that revalidates as late as it may. */
function agedCache(issuer: string, seconds: number): () => Promise<JSONWebKeySet> {
  let held: { readonly set: JSONWebKeySet; readonly at: number } | undefined;
  return async () => {
    const now = performance.now();
    if (!held || now - held.at > seconds * 1000)
      held = { set: await fetchUntilAnswered(issuer + ROUTES.jwks), at: now };
    return held.set;
  };
}

async function fetchUntilAnswered(url: string): Promise<JSONWebKeySet> {
  for (;;) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(250), headers: { connection: 'close' } });
      if (response.ok) return (await response.json()) as JSONWebKeySet;
    } catch {
      // Another replica may answer.
    }
    await sleep(50);
  }
}

async function judgeWithJose(token: string, keys: JWTVerifyGetKey, issuer: string): Promise<Opinion> {
  try {
    await jwtVerify(token, keys, { issuer, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'] });
    return ACCEPTED;
  } catch (error) {
    const code = error instanceof errors.JOSEError ? error.code : undefined;
    const verdict = code !== undefined && code !== 'ERR_JOSE_GENERIC' && code !== 'ERR_JWKS_TIMEOUT';
    return { kind: verdict ? 'refused' : 'undecided', reason: code ?? String(error) };
  }
}
