import type { EnvelopeStore } from '../../core/ports/envelope-store.ts';
import type { SigningKeyProvider } from '../../core/ports/signing-key-provider.ts';
import type { KeyEncryptionKeys } from './local/key-encryption-key.ts';
import { LocalSigningKeys } from './local/local-signing-keys.ts';
import { Pkcs11SigningKeys, PKCS11 } from './pkcs11/pkcs11-signing-keys.ts';
import type { TokenAddress } from './pkcs11/pkcs11-uri.ts';
import { TokenProcess } from './pkcs11/token-process.ts';
import { Tokens } from './pkcs11/tokens.ts';
import { SigningKeysByScheme } from './signing-keys-by-scheme.ts';

/** Where private keys are: encrypted in the database, or in a token that they never leave. */
export type SigningKeysPlace = { readonly kind: 'local' } | TokenPlace;

export interface TokenPlace {
  readonly kind: 'pkcs11';
  readonly address: TokenAddress;
  readonly pinFile: string;
}

export interface SigningKeysPlaces {
  /** Where they are made. Those in the database are read whatever this is. */
  readonly making: SigningKeysPlace;
  /** Where some were made before, and are used until they are gone. */
  readonly also: readonly TokenPlace[];
}

export interface SigningKeyProviders {
  /** Keys of different issuers never open for one another. */
  providerFor(issuer: string): SigningKeyProvider;
  readonly tokens: Tokens;
  /** The token in which keys are made; `undefined`: they are made in the database. */
  readonly makingToken: TokenProcess | undefined;
  close(): void;
}

/** @throws TokenSetupError */
export async function openSigningKeyProviders(
  { making, also }: SigningKeysPlaces,
  { store, keks }: { store: EnvelopeStore; keks: KeyEncryptionKeys },
): Promise<SigningKeyProviders> {
  const makingToken = making.kind === 'local' ? undefined : new TokenProcess(making);
  const tokens = new Tokens([...(makingToken ? [makingToken] : []), ...also.map((place) => new TokenProcess(place))]);
  const close = () => tokens.all.forEach((token) => token.close());
  try {
    await Promise.all(tokens.all.map((token) => token.open()));
  } catch (error) {
    close();
    throw error;
  }
  const providerFor = (issuer: string) => {
    const local = new LocalSigningKeys({ issuer, store, keks });
    const condemned = () => store.condemned();
    const inTokens = new Pkcs11SigningKeys({ issuer, tokens, making: makingToken, condemned });
    const all = new Map<string, SigningKeyProvider>([['local', local]]);
    if (tokens.all.length > 0) all.set(PKCS11, inTokens);
    return new SigningKeysByScheme(makingToken ? inTokens : local, all);
  };
  return { providerFor, tokens, makingToken, close };
}
