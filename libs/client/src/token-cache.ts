import type { TokenSlot } from './token-slot.ts';

/** Slots by request, at most `limit`: the one unused for longest makes room. */
export class TokenCache {
  readonly #limit: number;
  readonly #slots = new Map<string, TokenSlot>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  slot(key: string, create: () => TokenSlot): TokenSlot {
    const slot = this.#slots.get(key) ?? create();
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    if (this.#slots.size > this.#limit) this.#retireOldest();
    return slot;
  }

  peek(key: string): TokenSlot | undefined {
    return this.#slots.get(key);
  }

  all(): Iterable<TokenSlot> {
    return this.#slots.values();
  }

  clear(): void {
    for (const slot of this.#slots.values()) slot.retire();
    this.#slots.clear();
  }

  #retireOldest(): void {
    const [oldest] = this.#slots;
    if (!oldest) return;
    oldest[1].retire();
    this.#slots.delete(oldest[0]);
  }
}
