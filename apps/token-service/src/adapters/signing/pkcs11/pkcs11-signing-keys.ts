import { createHash } from 'node:crypto';
import { jwkThumbprint, type PublicJwk } from '@mintmark/jws';
import type { KeyHandle } from '../../../core/model/signing-key.ts';
import {
  SigningProviderError,
  type NewKey,
  type ProviderCapabilities,
  type SigningKeyProvider,
} from '../../../core/ports/signing-key-provider.ts';
import { TAG_BYTES } from './token-tag.ts';
import { labelOf, labelPrefix, readLabel } from './token-messages.ts';
import { TOKEN_ALGORITHMS } from './token-mechanisms.ts';
import type { TokenProcess } from './token-process.ts';
import type { Tokens } from './tokens.ts';

interface Needs {
  readonly issuer: string;
  readonly tokens: Tokens;
  /** Where keys are made; absent: they are only read here. */
  readonly making?: TokenProcess | undefined;
  /** Custodies that were compromised, beside those of a request. */
  readonly condemned?: () => Promise<readonly string[]>;
}

/** Private keys that never leave a PKCS#11 token. */
export class Pkcs11SigningKeys implements SigningKeyProvider {
  readonly #needs: Needs;
  readonly #prefix: string;

  /** @param needs.issuer whose keys these are; those of another one in the same token are not seen */
  constructor(needs: Needs) {
    this.#needs = needs;
    this.#prefix = labelPrefix(createHash('sha256').update(needs.issuer).digest('base64url').slice(0, 8));
  }

  capabilities(): ProviderCapabilities {
    return { algorithms: this.#needs.making?.algorithms() ?? TOKEN_ALGORITHMS, exportable: false };
  }

  async create({ algorithm, idempotencyKey, condemned = [] }: NewKey): Promise<KeyHandle> {
    const { making, condemned: alsoCondemned = () => Promise.resolve([]) } = this.#needs;
    if (!making) throw new TypeError('no token is named to make keys in');
    const tags = [...condemned, ...(await alsoCondemned())].flatMap(tagsOfCustody);
    const label = labelOf(this.#prefix, algorithm, idempotencyKey);
    return handleOf(await making.ask('create', { label, algorithm, condemned: tags }));
  }

  async publicJwk(handle: KeyHandle): Promise<PublicJwk> {
    const id = idOf(handle);
    const { algorithm, jwk } = await (await this.#needs.tokens.homeOf(id)).ask('publicKey', { id });
    const kid = jwkThumbprint(jwk)!;
    return { ...jwk, kty: jwk['kty']!, alg: algorithm, use: 'sig', kid };
  }

  async sign(handle: KeyHandle, signingInput: Uint8Array): Promise<Uint8Array> {
    const id = idOf(handle);
    return (await this.#needs.tokens.homeOf(id)).ask('sign', { id, input: signingInput });
  }

  /** Nothing of the key is in memory. */
  forget(): void {}

  async destroy(handle: KeyHandle): Promise<void> {
    const id = idOf(handle);
    await (await this.#needs.tokens.homeOf(id)).ask('destroy', { id });
  }

  async *list(): AsyncGenerator<{ handle: KeyHandle; idempotencyKey: string }> {
    for (const token of this.#needs.tokens.all) {
      for (const { id, label } of await token.ask('list', { labelPrefix: this.#prefix })) {
        const read = readLabel(label);
        if (read) yield { handle: handleOf(id), idempotencyKey: read.idempotencyKey };
      }
    }
  }
}

export const PKCS11 = 'pkcs11';

/** What the keys of a token lie under, by its tag. */
export function custodyOf(tag: string): string {
  return `${PKCS11}:${tag}`;
}

/** `''`, which every tag begins with: written when there was one token only. */
function tagsOfCustody(custody: string): string[] {
  if (custody === PKCS11) return [''];
  return custody.startsWith(custodyOf('')) ? [custody.slice(custodyOf('').length)] : [];
}

export function isOfToken(custody: string): boolean {
  return tagsOfCustody(custody).length > 0;
}

export function isCondemned(tag: string, condemned: readonly string[]): boolean {
  return condemned.flatMap(tagsOfCustody).some((each) => tag.startsWith(each));
}

/** Custody of a key that no token at hand is known to hold. */
export function custodyNamedIn(handle: KeyHandle): string {
  return handle.slice(0, custodyOf('').length + 2 * TAG_BYTES);
}

function handleOf(id: string): KeyHandle {
  return `${PKCS11}:${id}`;
}

export function idOf(handle: KeyHandle): string {
  const id = handle.startsWith(custodyOf('')) ? handle.slice(custodyOf('').length) : '';
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  throw new SigningProviderError(
    'KEY_NOT_FOUND',
    `The private key ${handle} is not one of a PKCS#11 token, and no other provider has it.`,
  );
}
