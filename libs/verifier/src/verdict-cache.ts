import { hash } from 'node:crypto';
import { MAX_TOKEN_LENGTH } from '@mintmark/jws';
import type { KeySnapshot } from './keys/key-store.ts';
import type { Policy } from './policy.ts';
import { isKeyHeld, type VerifiedToken } from './verified-token.ts';

/** One client may fill no more than this part of the cache: its many tokens push out its own, not everybody's. */
const SHARE_OF_ONE_CLIENT = 1 / 8;

/** Objects, map slots and digest of one entry. */
const ENTRY_BYTES = 900;

/** A short string and its slot. */
const SCOPE_BYTES = 24;

interface Entry {
  readonly digest: string;
  readonly verified: VerifiedToken;
  readonly bytes: number;
  /** The last key set that was seen to hold the key. */
  generation: number;
}

interface Shelf {
  readonly entries: Map<string, Entry>;
  bytes: number;
}

/**
 * Spares the signature of a token that was verified before. It remembers only what a key vouches for, never a verdict:
 * the times, the binding, revocation and scope are asked again at every use, and an entry whose key has left the set is
 * gone. So a hit says exactly what a full verification would say at that moment.
 */
export class VerdictCache {
  readonly #maxBytes: number;
  readonly #digestOf: (token: string) => string;
  /** In the order of last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #shelves = new Map<string, Shelf>();
  #bytes = 0;

  constructor(maxBytes: number, policy: Policy) {
    this.#maxBytes = maxBytes;
    this.#digestOf = tokenDigest(policy);
  }

  /** Bytes held, as {@link sizeOf} counts them. */
  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** What these exact bytes were verified to be, if `snapshot` still holds the key that did it. */
  find(token: string, snapshot: KeySnapshot | undefined): VerifiedToken | undefined {
    if (!snapshot || token.length > MAX_TOKEN_LENGTH) return undefined;
    const entry = this.#entries.get(this.#digestOf(token));
    if (!entry) return undefined;
    if (entry.generation !== snapshot.generation && !isKeyHeld(entry.verified, snapshot)) return this.#remove(entry);
    entry.generation = snapshot.generation;
    this.#touch(entry);
    return entry.verified;
  }

  /** Remembers what was verified with `used`, unless the keys have been swapped since (`current`). */
  insert(token: string, verified: VerifiedToken, used: KeySnapshot, current: KeySnapshot | undefined): void {
    if (used.generation !== current?.generation) return;
    const digest = this.#digestOf(token);
    const bytes = sizeOf(verified);
    if (this.#entries.has(digest) || bytes > this.#maxBytes * SHARE_OF_ONE_CLIENT) return;
    this.#add({ digest, verified, bytes, generation: used.generation });
  }

  #add(entry: Entry): void {
    const shelf = this.#shelfOf(entry);
    this.#entries.set(entry.digest, entry);
    shelf.entries.set(entry.digest, entry);
    shelf.bytes += entry.bytes;
    this.#bytes += entry.bytes;
    while (shelf.bytes > this.#maxBytes * SHARE_OF_ONE_CLIENT) this.#removeOldest(shelf.entries);
    while (this.#bytes > this.#maxBytes) this.#removeOldest(this.#entries);
  }

  #shelfOf({ verified: { caller } }: Entry): Shelf {
    const shelf = this.#shelves.get(caller.clientId) ?? { entries: new Map<string, Entry>(), bytes: 0 };
    this.#shelves.set(caller.clientId, shelf);
    return shelf;
  }

  #touch(entry: Entry): void {
    for (const entries of [this.#entries, this.#shelfOf(entry).entries]) {
      entries.delete(entry.digest);
      entries.set(entry.digest, entry);
    }
  }

  #removeOldest(entries: ReadonlyMap<string, Entry>): void {
    const [oldest] = entries.values();
    if (oldest) this.#remove(oldest);
  }

  #remove(entry: Entry): undefined {
    const shelf = this.#shelfOf(entry);
    this.#entries.delete(entry.digest);
    shelf.entries.delete(entry.digest);
    shelf.bytes -= entry.bytes;
    this.#bytes -= entry.bytes;
    if (shelf.entries.size === 0) this.#shelves.delete(entry.verified.caller.clientId);
  }
}

/** The digest keeps tokens out of heap dumps; the policy in it keeps the verdicts of two policies apart. */
export function tokenDigest({ algorithms, ...policy }: Policy): (token: string) => string {
  const domain = hash('sha256', JSON.stringify({ ...policy, algorithms: [...algorithms].sort() }), 'binary');
  return (token) => hash('sha256', domain + token, 'binary');
}

/** By measurement, rounded up. */
function sizeOf({ caller, kid, confirmation }: VerifiedToken): number {
  const characters = JSON.stringify([caller, kid, confirmation]).length;
  return ENTRY_BYTES + 2 * characters + SCOPE_BYTES * caller.scopes.length;
}
