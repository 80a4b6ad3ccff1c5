import type { KeyHandle } from '../../core/model/signing-key.ts';
import type { EnvelopeStore } from '../../core/ports/envelope-store.ts';
import type { KeyCustody } from '../../core/ports/key-custody.ts';
import type { ReplaceableSeal } from '../../core/ports/key-set-seal.ts';
import type { KeyEncryptionKeys } from './local/key-encryption-key.ts';

interface Needs {
  readonly store: Pick<EnvelopeStore, 'localKey' | 'condemned' | 'condemn'>;
  readonly keks: KeyEncryptionKeys;
  readonly seal: ReplaceableSeal;
  /** Where keys are made. */
  readonly making: 'local' | 'pkcs11';
}

const LOCAL = 'local:';

/** Local keys lie under the key-encryption keys of their wraps, those of a token under its scheme: there is one token. */
export class CustodyOfKeys implements KeyCustody {
  readonly #needs: Needs;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async of(handles: readonly KeyHandle[]): Promise<ReadonlyMap<KeyHandle, readonly string[]>> {
    const custody = new Map<KeyHandle, readonly string[]>();
    for (const handle of handles) custody.set(handle, await this.#custodyOf(handle));
    return custody;
  }

  async ofNewKeys(): Promise<readonly string[]> {
    const { store, keks, making } = this.#needs;
    const condemned = await store.condemned();
    const all = making === 'local' ? keks.map(({ id }) => id) : [making];
    return all.filter((each) => !condemned.includes(each));
  }

  condemn(custody: readonly string[]): Promise<void> {
    return this.#needs.store.condemn(custody);
  }

  replaceSeal(custody: readonly string[]): Promise<void> {
    return this.#needs.seal.replace({ lost: custody });
  }

  async #custodyOf(handle: KeyHandle): Promise<readonly string[]> {
    if (!handle.startsWith(LOCAL)) return [handle.slice(0, handle.indexOf(':'))];
    const stored = await this.#needs.store.localKey(handle.slice(LOCAL.length));
    return stored?.envelope.wraps.map(({ kekId }) => kekId) ?? [];
  }
}
