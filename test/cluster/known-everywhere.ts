import { setTimeout as delay } from 'node:timers/promises';
import { ROUTES } from '@mintmark/contract';
import { basic } from '../e2e/issuing/ask-for-token.ts';

const LOOK_EVERY_MS = 50;
/** A change is served everywhere within two seconds; a machine with more to do than it can takes its time. */
const LONGEST_MS = 30_000;

/**
 * Resolves when every replica has heard of a client's secret. The next request may come to any of them, and whoever is refused
 * remembers it for a while.
 * @param replicas their own addresses, past any load balancer
 * @throws Error if one does not
 */
export async function knownEverywhere(
  replicas: readonly string[],
  { clientId, secret }: { readonly clientId: string; readonly secret: string },
): Promise<void> {
  const deadline = performance.now() + LONGEST_MS;
  const waitFor = async (replica: string) => {
    while (!(await isKnown(replica, basic(clientId, secret)))) {
      if (performance.now() > deadline) throw new Error(`${replica} has not heard of ${clientId}`);
      await delay(LOOK_EVERY_MS);
    }
  };
  await Promise.all(replicas.map(waitFor));
}

/** Whatever else is said to it, a client that is not known is told so first. */
async function isKnown(replica: string, authorization: string): Promise<boolean> {
  try {
    const response = await fetch(replica + ROUTES.token, {
      method: 'POST',
      headers: { authorization },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      signal: AbortSignal.timeout(5_000),
    });
    const { error } = (await response.json()) as { readonly error?: string };
    return error !== 'invalid_client';
  } catch {
    return false;
  }
}
