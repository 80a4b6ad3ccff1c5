import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenClient } from '@mintmark/client';
import { kidOf } from './forge.ts';
import type { InventoryCalls } from './inventory-calls.ts';

const ALL = { audience: 'inventory' };
const PAUSE_MILLIS = 20;

interface Summary {
  readonly succeeded: number;
  /** What each failed call said. */
  readonly failures: readonly string[];
  /** Keys that signed the tokens used, in order of appearance. */
  readonly kids: ReadonlySet<string>;
}

/** Calls over HTTP and gRPC without a pause and without a second attempt, noting which keys signed. */
export class Traffic {
  readonly #parts: { readonly http: TokenClient; readonly grpc: TokenClient; readonly calls: InventoryCalls };
  readonly #failures: string[] = [];
  readonly #kids = new Set<string>();
  #succeeded = 0;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(parts: { http: TokenClient; grpc: TokenClient; calls: InventoryCalls }) {
    this.#parts = parts;
  }

  start(): void {
    const { http, grpc, calls } = this.#parts;
    this.#running = Promise.all([
      this.#loop(http, (token) => calls.httpList(token)),
      this.#loop(grpc, (token) => calls.grpcList(token)),
    ]);
  }

  /** @throws Error if so many keys have not signed in time */
  async untilKeysSeen(count: number, seconds: number): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (this.#kids.size < count) {
      if (performance.now() > deadline) throw new Error(`only ${this.#kids.size} keys signed within ${seconds} s`);
      await sleep(PAUSE_MILLIS);
    }
  }

  async stop(): Promise<Summary> {
    this.#stopped = true;
    await this.#running;
    return { succeeded: this.#succeeded, failures: this.#failures, kids: this.#kids };
  }

  async #loop(client: TokenClient, call: (token: string) => Promise<string>): Promise<void> {
    while (!this.#stopped) {
      try {
        const { value } = await client.token(ALL);
        this.#kids.add(kidOf(value));
        this.#count(await call(value));
      } catch (error) {
        this.#count(String(error));
      }
      await sleep(PAUSE_MILLIS);
    }
  }

  #count(outcome: string): void {
    if (outcome.startsWith('ok')) this.#succeeded += 1;
    else this.#failures.push(outcome);
  }
}
