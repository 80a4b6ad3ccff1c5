import type { Mutant } from '../mutant.ts';

/** Where private keys are, and who can open them. */
export const CUSTODY: readonly Mutant[] = [
  {
    guard: 'a key whose token the settings do not name is told of, not looked for in the database',
    file: 'apps/token-service/src/adapters/signing/signing-keys-by-scheme.ts',
    from: 'if (schemeOf(handle) === PKCS11) throw elsewhere(idOf(handle));',
    to: '',
    spec: 'test/keys/local-signing-keys.spec.ts',
  },
  {
    guard: 'what is forgotten is opened anew',
    file: 'apps/token-service/src/adapters/signing/local/local-signing-keys.ts',
    from: '    this.#open.delete(handle);\n',
    to: '',
    spec: 'test/keys/local-signing-keys.spec.ts',
  },
];
