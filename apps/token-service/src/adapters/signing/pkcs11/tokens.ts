import { SigningProviderError } from '../../../core/ports/signing-key-provider.ts';
import type { TokenProcess } from './token-process.ts';

/**
 * The tokens that there are. A key is looked for in the one whose tag its id begins with, and else in each: a token may have
 * been copied to another device.
 */
export class Tokens {
  readonly #tokens: readonly TokenProcess[];
  readonly #homes = new Map<string, TokenProcess>();

  constructor(tokens: readonly TokenProcess[]) {
    this.#tokens = tokens;
  }

  get all(): readonly TokenProcess[] {
    return this.#tokens;
  }

  /** @throws SigningProviderError KEY_ELSEWHERE if none of them has it, or what kept one that may have it from saying so */
  async homeOf(id: string): Promise<TokenProcess> {
    const home = this.#homes.get(id) ?? this.#tokens.find((token) => isTagOf(token, id)) ?? (await this.#find(id));
    this.#homes.set(id, home);
    return home;
  }

  /** Each is asked, whatever the id says. @throws SigningProviderError as `homeOf` */
  async tagOfHolder(id: string): Promise<string> {
    return (await this.#find(id)).reach();
  }

  async #find(id: string): Promise<TokenProcess> {
    let trouble: SigningProviderError | undefined;
    const likelyFirst = [...this.#tokens].sort((one, other) => Number(isTagOf(other, id)) - Number(isTagOf(one, id)));
    for (const token of likelyFirst) {
      try {
        await token.ask('publicKey', { id });
        return token;
      } catch (error) {
        if (!(error instanceof SigningProviderError)) throw error;
        if (error.code !== 'KEY_NOT_FOUND') trouble ??= error;
      }
    }
    throw trouble ?? elsewhere(id);
  }
}

function isTagOf(token: TokenProcess, id: string): boolean {
  return token.tag !== undefined && id.startsWith(token.tag);
}

export function elsewhere(id: string): SigningProviderError {
  return new SigningProviderError(
    'KEY_ELSEWHERE',
    `The private key pkcs11:${id} was made in a PKCS#11 token that the settings do not name. Name it in ` +
      'MINTMARK_SIGNING_KEYS_ALSO, from which keys are read, and restart.',
  );
}
