import { createHash } from 'node:crypto';
import type { SigningAlgorithm } from '@mintmark/contract';
import { jwkThumbprint, type PublicJwk } from '@mintmark/jws';
import type { KeyHandle } from '../../../core/model/signing-key.ts';
import {
  SigningProviderError,
  type ProviderCapabilities,
  type SigningKeyProvider,
} from '../../../core/ports/signing-key-provider.ts';
import { labelOf, labelPrefix, readLabel } from './token-messages.ts';
import { TOKEN_ALGORITHMS } from './token-mechanisms.ts';
import type { TokenProcess } from './token-process.ts';

/** Private keys that never leave a PKCS#11 token. */
export class Pkcs11SigningKeys implements SigningKeyProvider {
  readonly #token: TokenProcess;
  readonly #prefix: string;

  /** @param issuer whose keys these are; those of another one in the same token are not seen */
  constructor(token: TokenProcess, issuer: string) {
    this.#token = token;
    this.#prefix = labelPrefix(createHash('sha256').update(issuer).digest('base64url').slice(0, 8));
  }

  capabilities(): ProviderCapabilities {
    return { algorithms: this.#token.algorithms() ?? TOKEN_ALGORITHMS, exportable: false };
  }

  async create({
    algorithm,
    idempotencyKey,
  }: {
    algorithm: SigningAlgorithm;
    idempotencyKey: string;
  }): Promise<KeyHandle> {
    return handleOf(
      await this.#token.ask('create', { label: labelOf(this.#prefix, algorithm, idempotencyKey), algorithm }),
    );
  }

  async publicJwk(handle: KeyHandle): Promise<PublicJwk> {
    const { algorithm, jwk } = await this.#token.ask('publicKey', { id: idOf(handle) });
    const kid = jwkThumbprint(jwk)!;
    return { ...jwk, kty: jwk['kty']!, alg: algorithm, use: 'sig', kid };
  }

  async sign(handle: KeyHandle, signingInput: Uint8Array): Promise<Uint8Array> {
    return this.#token.ask('sign', { id: idOf(handle), input: signingInput });
  }

  /** Nothing of the key is in memory. */
  forget(): void {}

  async destroy(handle: KeyHandle): Promise<void> {
    await this.#token.ask('destroy', { id: idOf(handle) });
  }

  async *list(): AsyncGenerator<{ handle: KeyHandle; idempotencyKey: string }> {
    for (const { id, label } of await this.#token.ask('list', { labelPrefix: this.#prefix })) {
      const read = readLabel(label);
      if (read) yield { handle: handleOf(id), idempotencyKey: read.idempotencyKey };
    }
  }
}

const SCHEME = 'pkcs11:';

function handleOf(id: string): KeyHandle {
  return `${SCHEME}${id}`;
}

function idOf(handle: KeyHandle): string {
  const id = handle.startsWith(SCHEME) ? handle.slice(SCHEME.length) : '';
  if (/^[0-9a-f]{32}$/.test(id)) return id;
  throw new SigningProviderError(
    'KEY_NOT_FOUND',
    `The private key ${handle} is not one of a PKCS#11 token, and no other provider has it.`,
  );
}
