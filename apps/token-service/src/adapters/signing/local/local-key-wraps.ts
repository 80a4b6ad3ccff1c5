import type { DataKeyWrap, Envelope, EnvelopeStore, StoredEnvelope } from '../../../core/ports/envelope-store.ts';
import type { KekAtHand, KeyWraps, WrappedKey } from '../../../core/ports/key-wraps.ts';
import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import { digestKeyContexts, signingKeyContexts } from './envelope-contexts.ts';
import { soundAmong, type KeyEncryptionKey, type KeyEncryptionKeys } from './key-encryption-key.ts';
import { openEnvelope, wrapFor, type EnvelopeContexts } from './key-envelope.ts';

interface Needs {
  readonly store: EnvelopeStore;
  readonly keks: KeyEncryptionKeys;
  /** Custodies that were compromised, as something outside the database remembers them. */
  readonly condemned?: () => readonly string[];
}

/** Wraps of the keys in the database: those that sign, and those that digest. */
export class LocalKeyWraps implements KeyWraps {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  keks(): readonly KekAtHand[] {
    return this.#needs.keks.map(({ id, file }) => ({ id, file }));
  }

  async wrapped(): Promise<readonly WrappedKey[]> {
    return (await this.#needs.store.envelopes()).map((stored) => ({
      kind: stored.kind,
      id: stored.key.id,
      name: nameOf(stored),
      kekIds: stored.key.envelope.wraps.map(({ kekId }) => kekId),
    }));
  }

  async add(key: WrappedKey, kekId: string): Promise<boolean> {
    const { store, keks } = this.#needs;
    const target = this.#atHand(kekId);
    const condemned = [...(await store.condemned()), ...(this.#needs.condemned?.() ?? [])];
    soundAmong([target], condemned);
    const { envelope, contexts } = await this.#stored(key);
    if (isSealKey(key) && envelope.wraps.some((wrap) => condemned.includes(wrap.kekId))) throw planted(key);
    if (opensWith(envelope, contexts, target)) return false;
    const wrap = wrapFor(target, envelope, { contexts, keks });
    // One of that name that does not open is none, whoever put it there: while it is left the other can never be dropped.
    const others = envelope.wraps.filter((each) => each.kekId !== kekId);
    await this.#replace(key, envelope.wraps, [...others, wrap]);
    demandOpens((await this.#stored(key)).envelope, contexts, target);
    return true;
  }

  async drop(key: WrappedKey, kekId: string): Promise<boolean> {
    const { envelope, contexts } = await this.#stored(key);
    const kept = envelope.wraps.filter((wrap) => wrap.kekId !== kekId);
    if (kept.length === envelope.wraps.length) return false;
    if (kept.length === 0) {
      throw new SigningProviderError(
        'KEY_ENCRYPTION_UNAVAILABLE',
        `It is the last wrap of ${key.name}: dropping it would lose the key. Add another one first.`,
      );
    }
    openEnvelope({ ...envelope, wraps: kept }, contexts, this.#needs.keks).fill(0);
    await this.#replace(key, envelope.wraps, kept);
    return true;
  }

  #atHand(kekId: string): KeyEncryptionKey {
    const kek = this.#needs.keks.find(({ id }) => id === kekId);
    if (kek) return kek;
    throw new SigningProviderError('KEY_ENCRYPTION_UNAVAILABLE', `There is no key-encryption key ${kekId} at hand.`);
  }

  async #stored({ kind, id, name }: WrappedKey): Promise<{ envelope: Envelope; contexts: EnvelopeContexts }> {
    const stored = (await this.#needs.store.envelopes()).find((each) => each.kind === kind && each.key.id === id);
    if (!stored) throw new SigningProviderError('KEY_NOT_FOUND', `${name} is gone.`);
    return { envelope: stored.key.envelope, contexts: contextsOf(stored) };
  }

  async #replace(key: WrappedKey, from: readonly DataKeyWrap[], to: readonly DataKeyWrap[]): Promise<void> {
    if (await this.#needs.store.replaceWraps(key, from, to)) return;
    throw new SigningProviderError(
      'KEY_UNREADABLE',
      `The wraps of ${key.name} were changed meanwhile. Run this again.`,
    );
  }
}

function opensWith(...asked: Parameters<typeof demandOpens>): boolean {
  try {
    demandOpens(...asked);
    return true;
  } catch (error) {
    if (error instanceof SigningProviderError && error.code === 'KEY_UNREADABLE') return false;
    throw error;
  }
}

function demandOpens(envelope: Envelope, contexts: EnvelopeContexts, kek: KeyEncryptionKey): void {
  openEnvelope({ ...envelope, wraps: envelope.wraps.filter(({ kekId }) => kekId === kek.id) }, contexts, [kek]).fill(0);
}

function isSealKey({ kind, id }: WrappedKey): boolean {
  return kind === 'digest-key' && id.startsWith('key-set.');
}

/** Under a sound one, what a thief made would count for what Mintmark made. */
function planted({ name }: WrappedKey): SigningProviderError {
  return new SigningProviderError(
    'CUSTODY_COMPROMISED',
    `The ${name} lies under a key-encryption key that was compromised, and the key that proves key sets is replaced with that: unless ` +
      'that order is not carried out yet, somebody put it there since. Restore the newest backup of before.',
  );
}

function contextsOf(stored: StoredEnvelope): EnvelopeContexts {
  return stored.kind === 'signing-key' ? signingKeyContexts(stored.key) : digestKeyContexts(stored.key);
}

function nameOf(stored: StoredEnvelope): string {
  if (stored.kind === 'digest-key') return `digest key ${stored.key.id}`;
  const { kid, algorithm, issuer } = stored.key;
  return `signing key ${kid} (${algorithm}, ${issuer})`;
}
