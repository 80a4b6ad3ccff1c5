import type { EnvelopeStore } from '../../core/ports/envelope-store.ts';
import type { SigningKeyProvider } from '../../core/ports/signing-key-provider.ts';
import type { KeyEncryptionKeys } from './local/key-encryption-key.ts';
import { LocalSigningKeys } from './local/local-signing-keys.ts';
import { Pkcs11SigningKeys } from './pkcs11/pkcs11-signing-keys.ts';
import type { TokenAddress } from './pkcs11/pkcs11-uri.ts';
import { TokenProcess } from './pkcs11/token-process.ts';
import { SigningKeysByScheme } from './signing-keys-by-scheme.ts';

/** Where private keys are made: encrypted in the database, or in a token that they never leave. */
export type SigningKeysPlace =
  { readonly kind: 'local' } | { readonly kind: 'pkcs11'; readonly address: TokenAddress; readonly pinFile: string };

export interface SigningKeyProviders {
  /** Keys of different issuers never open for one another. */
  providerFor(issuer: string): SigningKeyProvider;
  close(): void;
}

/** @throws TokenSetupError */
export async function openSigningKeyProviders(
  place: SigningKeysPlace,
  { store, keks }: { store: EnvelopeStore; keks: KeyEncryptionKeys },
): Promise<SigningKeyProviders> {
  const local = (issuer: string) => new LocalSigningKeys({ issuer, store, keks });
  if (place.kind === 'local') return { providerFor: local, close: () => undefined };
  const token = new TokenProcess(place);
  await token.open();
  const inToken = (issuer: string) => new Pkcs11SigningKeys(token, issuer);
  return {
    providerFor: (issuer) => new SigningKeysByScheme(inToken(issuer), new Map([['local', local(issuer)]])),
    close: () => token.close(),
  };
}
