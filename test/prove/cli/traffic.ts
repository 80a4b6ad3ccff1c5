// One service that never stops calling: a token from the issuer, verified as the other service would.
import { setTimeout as sleep } from 'node:timers/promises';
import { clientSecret, createTokenClient, httpTransport } from '@mintmark/client';
import { createVerifier, localKeySet, type Verifier } from '@mintmark/verifier';

interface Settings {
  readonly issuer: string;
  readonly secretFile: string;
  readonly timeScale: number;
}

const PAUSE_MS = 25;
/** A foreign verifier looks for new keys this often, and at no other time (C of the key lifecycle). */
const FOREIGN_POLL_SECONDS = 1_800;

export class Traffic {
  readonly failures: string[] = [];
  readonly kids = new Set<string>();
  succeeded = 0;
  readonly #settings: Settings;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #verifier: Verifier | undefined;
  #polledAt = -Infinity;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#verifier?.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const failure = await this.#call().catch((error: unknown) => String(error));
      if (failure === undefined) this.succeeded += 1;
      else this.failures.push(failure);
      await sleep(PAUSE_MS);
    }
  }

  /** @returns what went wrong, if anything did */
  async #call(): Promise<string | undefined> {
    const verifier = await this.#verifierOfNow();
    const token = await this.#freshToken();
    const verdict = await verifier.verify(token);
    const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
    this.kids.add(kid);
    return verdict.ok ? undefined : `a token was refused: ${verdict.code}`;
  }

  /** From a client of its own, so that nothing is held back from an earlier call; a single attempt. */
  async #freshToken(): Promise<string> {
    const { issuer, secretFile, timeScale } = this.#settings;
    const identity = clientSecret({ clientId: 'orders', secret: { file: secretFile } });
    const client = createTokenClient({ transport: httpTransport({ issuer }), identity, timeScale, retries: 0 });
    try {
      return (await client.token({ audience: 'inventory' })).value;
    } finally {
      client.close();
    }
  }

  async #verifierOfNow(): Promise<Verifier> {
    const { issuer, timeScale } = this.#settings;
    const due = this.#polledAt + (1000 * FOREIGN_POLL_SECONDS) / timeScale;
    if (this.#verifier && performance.now() < due) return this.#verifier;
    const answer = await fetch(`${issuer}/.well-known/jwks.json`);
    const jwks = (await answer.json()) as { keys: object[] };
    this.#verifier?.close();
    this.#polledAt = performance.now();
    this.#verifier = createVerifier({
      ...{ issuer, audience: 'inventory', keys: localKeySet(jwks), timeScale },
      unsafelyWithoutRevocations: true,
    });
    return this.#verifier;
  }
}
