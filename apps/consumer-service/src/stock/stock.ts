import { StockError } from './stock-error.ts';

export interface StockLevel {
  readonly sku: string;
  readonly available: number;
}

export interface Reservation {
  readonly id: string;
  readonly level: StockLevel;
}

export interface Watcher {
  onLevel(level: StockLevel): void;
  /** No more will come: the service is stopping. */
  onEnd(reason: StockError): void;
}

interface Subscription extends Watcher {
  readonly skus: ReadonlySet<string>;
}

/** What is in stock; reservations take from it and watchers see each change. */
export class Stock {
  readonly #levels: Map<string, number>;
  readonly #newId: () => string;
  readonly #subscriptions = new Set<Subscription>();
  #closed = false;

  constructor(initial: Readonly<Record<string, number>>, newId: () => string) {
    this.#levels = new Map(Object.entries(initial));
    this.#newId = newId;
  }

  list(): StockLevel[] {
    return [...this.#levels].map(([sku, available]) => ({ sku, available }));
  }

  /** @throws StockError SKU_UNKNOWN, or STOCK_INSUFFICIENT, in which case nothing is taken */
  reserve(sku: string, quantity: number): Reservation {
    const before = this.#availableOf(sku);
    if (before < quantity) throw new StockError('STOCK_INSUFFICIENT', `Only ${before} of ${sku} are available.`);
    const level = { sku, available: before - quantity };
    this.#levels.set(sku, level.available);
    this.#tell(level);
    return { id: this.#newId(), level };
  }

  /**
   * Shows every level now and each change after that.
   * @param skus only these; none means all
   * @returns stops watching
   * @throws StockError SKU_UNKNOWN, or STOPPING once closed
   */
  watch(skus: readonly string[], watcher: Watcher): () => void {
    if (this.#closed) throw stopping();
    skus.forEach((sku) => this.#availableOf(sku));
    const subscription: Subscription = {
      skus: new Set(skus),
      onLevel: (level) => watcher.onLevel(level),
      onEnd: (reason) => watcher.onEnd(reason),
    };
    this.list()
      .filter(({ sku }) => sees(subscription, sku))
      .forEach((level) => watcher.onLevel(level));
    this.#subscriptions.add(subscription);
    return () => this.#subscriptions.delete(subscription);
  }

  /** Ends every watch and takes no new one, so that the service can stop. */
  close(): void {
    this.#closed = true;
    const subscriptions = [...this.#subscriptions];
    this.#subscriptions.clear();
    subscriptions.forEach((each) => each.onEnd(stopping()));
  }

  #availableOf(sku: string): number {
    const available = this.#levels.get(sku);
    if (available === undefined) throw new StockError('SKU_UNKNOWN', `There is no ${sku} here.`);
    return available;
  }

  #tell(level: StockLevel): void {
    for (const subscription of this.#subscriptions) {
      if (sees(subscription, level.sku)) subscription.onLevel(level);
    }
  }
}

function stopping(): StockError {
  return new StockError('STOPPING', 'The service is stopping; connect again.');
}

function sees({ skus }: Subscription, sku: string): boolean {
  return skus.size === 0 || skus.has(sku);
}
