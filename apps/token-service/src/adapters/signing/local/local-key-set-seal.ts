import { createHmac, type KeyObject } from 'node:crypto';
import type { StoredDigestKey } from '../../../core/ports/envelope-store.ts';
import type { Mac, ReplaceableSeal, SealLoss } from '../../../core/ports/key-set-seal.ts';
import type { SealedKeySets } from '../../../core/ports/sealed-key-sets.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { makeDigestKey, openDigestKey, storedDigestKeys, type DigestKeyNeeds } from './digest-keys.ts';
import { soundAmong } from './key-encryption-key.ts';
import { lengthPrefixed } from './key-envelope.ts';

interface Needs extends DigestKeyNeeds {
  readonly sets: SealedKeySets;
}

interface KeyInUse {
  readonly version: number;
  readonly custody: readonly string[];
  readonly mac: Mac;
}

const PURPOSE = 'key-set';

/** Others may be replacing it at the same moment, and one of them is always first. */
const ATTEMPTS = 5;

/**
 * Opens the key of the seals; in a fresh database it makes the first one. Where it cannot be opened every seal is refused with
 * the reason: a key set that cannot be checked is neither served nor signed with.
 */
export async function openKeySetSeal(needs: Needs): Promise<ReplaceableSeal> {
  try {
    return new LocalKeySetSeal(needs, opened((await storedDigestKeys(needs, PURPOSE)).at(-1)!, needs));
  } catch (error) {
    if (!(error instanceof SigningProviderError)) throw error;
    return new LocalKeySetSeal(needs, error);
  }
}

class LocalKeySetSeal implements ReplaceableSeal {
  readonly #needs: Needs;
  #inUse: KeyInUse | SigningProviderError;

  constructor(needs: Needs, inUse: KeyInUse | SigningProviderError) {
    this.#needs = needs;
    this.#inUse = inUse;
  }

  get version(): number | undefined {
    return this.#inUse instanceof SigningProviderError ? undefined : this.#inUse.version;
  }

  get custody(): readonly string[] {
    return this.#inUse instanceof SigningProviderError ? [] : this.#inUse.custody;
  }

  mac(parts: readonly string[]): string {
    return this.#demandKey().mac(parts);
  }

  /** Never an earlier one: whoever knew that would have to put it back only. */
  async renew(): Promise<void> {
    const stored = (await this.#needs.store.digestKeys(PURPOSE)).at(-1);
    const inUse = this.#demandKey();
    if (stored && stored.version > inUse.version) this.#inUse = opened(stored, this.#needs);
  }

  async replace(loss: SealLoss): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.renew();
      if (this.#isSecret(loss) || (await this.#putAnother(loss))) return;
    }
    throw new SigningProviderError(
      'KEY_UNREADABLE',
      'The key that proves stored key sets is not the one in use (digest_key), and could not be replaced. Nothing was changed.',
    );
  }

  /** A later one is no proof by itself: whoever writes to the database can put one there, under what was lost. */
  #isSecret({ lost, known }: SealLoss): boolean {
    const { version, custody } = this.#demandKey();
    return version > known && !custody.some((each) => lost.includes(each));
  }

  /** @returns false if somebody else was first with one */
  async #putAnother({ lost, known }: SealLoss): Promise<boolean> {
    const { store, keks, sets } = this.#needs;
    const before = this.#demandKey();
    const sound = soundAmong(keks, [...lost, ...(await store.condemned())]);
    const key = makeDigestKey({ purpose: PURPOSE, version: Math.max(before.version, known) + 1 }, sound);
    const after = opened(key, { keks: sound });
    const isPut = await sets.putUnder(key, { replaced: before.version, before: before.mac, after: after.mac });
    if (isPut) this.#inUse = after;
    return isPut;
  }

  #demandKey(): KeyInUse {
    if (this.#inUse instanceof SigningProviderError) throw this.#inUse;
    return this.#inUse;
  }
}

function opened(stored: StoredDigestKey, { keks }: Pick<Needs, 'keks'>): KeyInUse {
  const key = openDigestKey(stored, keks);
  const custody = stored.envelope.wraps.map(({ kekId }) => kekId);
  return { version: stored.version, custody, mac: (parts) => macUnder(key, parts) };
}

function macUnder(key: KeyObject, parts: readonly string[]): string {
  return createHmac('sha256', key).update(lengthPrefixed(parts)).digest('base64url');
}
