import { clientSecret } from '../src/client-secret.ts';
import type { TokenClientOptions } from '../src/token-client-options.ts';
import { createTokenClient, type TokenClient } from '../src/token-client.ts';
import { FakeClock } from './fake-clock.ts';
import { ScriptedTransport } from './scripted-transport.ts';

export const SECRET = 'canary-secret-6b1f';

export interface Scripted {
  readonly client: TokenClient;
  readonly clock: FakeClock;
  readonly transport: ScriptedTransport;
}

/** Late, so that a test sees what a short remainder does; `DEFAULT_RENEWAL` has a test of its own. */
const RENEWAL = { from: 0.75, to: 0.8 };

/** A client over an issuer in memory and a clock that stands still; the lot always falls in the middle. */
export function scripted(options: Partial<TokenClientOptions> = {}): Scripted {
  const clock = new FakeClock();
  const transport = new ScriptedTransport();
  const identity = clientSecret({ clientId: 'orders', secret: SECRET });
  const client = createTokenClient({ transport, identity, clock, random: () => 0.5, renewal: RENEWAL, ...options });
  return { client, clock, transport };
}
