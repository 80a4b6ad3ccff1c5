// What goes wrong meanwhile: at every turn another replica is killed, stopped, or loses the database.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Replica } from '../../cluster/replica.ts';

/** Never all replicas at once: one stays well, so that rotations go on. */
const FAULTS: Record<string, (replica: Replica) => Promise<void>> = {
  'kill -9': async (replica) => {
    await replica.kill();
    await replica.start();
  },
  SIGSTOP: async (replica) => {
    replica.pause();
    await sleep(between(100, 2_500));
    replica.resume();
  },
  'database cut': async (replica) => {
    replica.database.cut();
    await sleep(between(100, 2_500));
    replica.database.heal();
  },
  'database silent': async (replica) => {
    replica.database.silence();
    await sleep(between(100, 2_500));
    replica.database.heal();
  },
  'database slow': async (replica) => {
    replica.database.slow(between(5, 100));
    await sleep(between(100, 2_500));
    replica.database.heal();
  },
  'connections reset': async (replica) => {
    replica.database.reset();
    await sleep(between(0, 500));
  },
};

export class Faults {
  readonly counts = new Map<string, number>();
  readonly #replicas: readonly Replica[];
  #going = true;
  #running: Promise<readonly PromiseSettledResult<void>[]> = Promise.resolve([]);

  constructor(replicas: readonly Replica[]) {
    this.#replicas = replicas;
  }

  start(): void {
    const [, ...mayFail] = this.#replicas.map((_, index) => index);
    this.#running = Promise.allSettled(mayFail.map((offset) => this.#trouble(offset)));
  }

  /** Resolves when all is well again. @throws Error if a replica did not come back */
  async stop(): Promise<void> {
    this.#going = false;
    for (const ended of await this.#running) if (ended.status === 'rejected') throw ended.reason;
  }

  /** Each troublemaker goes round the replicas, so that none is spared, and no two meet at one. */
  async #trouble(offset: number): Promise<void> {
    for (let turn = offset; this.#going; turn += 1) {
      const names = Object.keys(FAULTS);
      const name = names[Math.floor(Math.random() * names.length)] ?? '';
      const replica = this.#free(turn);
      if (replica) await this.#inflict(name, replica);
      await sleep(between(100, 800));
    }
  }

  readonly #troubled = new Set<Replica>();

  #free(turn: number): Replica | undefined {
    const replica = this.#replicas[turn % this.#replicas.length];
    return replica?.running && !this.#troubled.has(replica) ? replica : undefined;
  }

  async #inflict(name: string, replica: Replica): Promise<void> {
    this.#troubled.add(replica);
    try {
      await FAULTS[name]?.(replica);
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    } finally {
      this.#troubled.delete(replica);
    }
  }
}

function between(low: number, high: number): number {
  return Math.round(low + Math.random() * (high - low));
}
