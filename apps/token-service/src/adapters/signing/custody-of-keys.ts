import type { KeyHandle } from '../../core/model/signing-key.ts';
import type { EnvelopeStore } from '../../core/ports/envelope-store.ts';
import type { KeyCustody } from '../../core/ports/key-custody.ts';
import type { ReplaceableSeal, SealLoss } from '../../core/ports/key-set-seal.ts';
import { SigningProviderError, type SigningProviderErrorCode } from '../../core/ports/signing-key-provider.ts';
import { soundAmong, type KeyEncryptionKeys } from './local/key-encryption-key.ts';
import { custodyNamedIn, custodyOf, idOf, isCondemned, isOfToken } from './pkcs11/pkcs11-signing-keys.ts';
import type { TokenProcess } from './pkcs11/token-process.ts';
import type { Tokens } from './pkcs11/tokens.ts';

interface Needs {
  readonly store: Pick<EnvelopeStore, 'localKey' | 'condemned' | 'condemn'>;
  readonly keks: KeyEncryptionKeys;
  readonly seal: ReplaceableSeal;
  readonly tokens: Tokens;
  /** The token in which keys are made; absent: they are made in the database. */
  readonly makingToken?: TokenProcess | undefined;
}

const LOCAL = 'local:';

/** Every token was asked, or the handle names none. */
const NOWHERE: ReadonlySet<string> = new Set<SigningProviderErrorCode>(['KEY_NOT_FOUND', 'KEY_ELSEWHERE']);

/** Local keys lie under the key-encryption keys of their wraps, those of a token under that. */
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
    const { store, keks, makingToken } = this.#needs;
    const condemned = await store.condemned();
    if (!makingToken) return keks.map(({ id }) => id).filter((each) => !condemned.includes(each));
    const tag = await makingToken.reach();
    return isCondemned(tag, condemned) ? [] : [custodyOf(tag)];
  }

  get sealVersion(): number | undefined {
    return this.#needs.seal.version;
  }

  async demandCondemnable(lost: SealLoss['lost']): Promise<void> {
    const { store, keks } = this.#needs;
    if (!lost.every(isOfToken)) soundAmong(keks, [...lost, ...(await store.condemned())]);
  }

  async condemn(loss: SealLoss): Promise<void> {
    const { store, seal } = this.#needs;
    await this.demandCondemnable(loss.lost);
    await store.condemn(loss.lost);
    // Which of them it lies under is not asked: wraps bear no MAC. It is in no token.
    if (!loss.lost.every(isOfToken)) await seal.replace(loss);
  }

  async #custodyOf(handle: KeyHandle): Promise<readonly string[]> {
    if (!handle.startsWith(LOCAL)) return this.#tokenOf(handle);
    const stored = await this.#needs.store.localKey(handle.slice(LOCAL.length));
    return stored?.envelope.wraps.map(({ kekId }) => kekId) ?? [];
  }

  /** Where it is. Its name says where it was made; whoever can write to the database can make one up, and have it believed. */
  async #tokenOf(handle: KeyHandle): Promise<readonly string[]> {
    try {
      return [custodyOf(await this.#needs.tokens.tagOfHolder(idOf(handle)))];
    } catch (error) {
      if (!(error instanceof SigningProviderError)) throw error;
      return NOWHERE.has(error.code) ? [] : [custodyNamedIn(handle)];
    }
  }
}
