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
  {
    guard: 'an algorithm whose provider fails is sealed',
    file: 'apps/token-service/src/core/keys/distribution/refresh-key-ring.ts',
    from: "if (error.code !== 'PROVIDER_BUSY') failed(error.message);",
    to: '',
    spec: 'test/keys/rotation.spec.ts',
  },
  {
    guard: 'one that is busy is not',
    file: 'apps/token-service/src/core/keys/distribution/refresh-key-ring.ts',
    from: "if (error.code !== 'PROVIDER_BUSY') failed(error.message);",
    to: 'failed(error.message);',
    spec: 'test/keys/rotation.spec.ts',
  },
  {
    guard: 'it is opened anew before it signs again',
    file: 'apps/token-service/src/core/keys/distribution/key-ring.ts',
    from: 'return this.#unfailed().find(',
    to: 'return [...(this.#held?.signers.values() ?? [])].find(',
    spec: 'test/keys/rotation.spec.ts',
  },
  {
    guard: 'and that at the next poll',
    file: 'apps/token-service/src/core/keys/distribution/key-ring.ts',
    from: '      this.#failed.size === 0 &&\n',
    to: '',
    spec: 'test/keys/rotation.spec.ts',
  },
  {
    guard: 'sealed algorithms are named while others sign',
    file: 'apps/token-service/src/core/keys/distribution/key-ring.ts',
    from: '...(sealed.length > 0 && { sealed })',
    to: '...(sealed.length < 0 && { sealed })',
    spec: 'apps/token-service/src/core/keys/distribution/key-ring.spec.ts',
  },
  {
    guard: 'only a key that signs stays in memory',
    file: 'apps/token-service/src/core/keys/distribution/refresh-key-ring.ts',
    from: "if (typeof signing.get(kid) === 'function') continue;",
    to: 'if (signing.has(kid) || handle) continue;',
    spec: 'test/keys/rotation.spec.ts',
  },
  {
    guard: 'a key that was only proved is wrapped again, whatever it showed',
    file: 'apps/token-service/src/core/keys/lifecycle/prove-key.ts',
    from: '    provider.forget(handle);\n',
    to: '',
    spec: 'test/keys/rotation.spec.ts',
  },
  {
    guard: 'a key is given to verifiers as its provider has it',
    file: 'apps/token-service/src/core/keys/lifecycle/prove-key.ts',
    from: 'if (canonicalJson(publicJwk) !== canonicalJson(key.publicJwk))',
    to: 'if (publicJwk.kid !== key.publicJwk.kid)',
    spec: 'test/keys/rotation.spec.ts',
  },
  {
    guard: 'a kid names one key, whoever wrote the row',
    file: 'apps/token-service/src/adapters/sql/key-manifest.ts',
    from: ' && holdsItsKey(row)) return true;',
    to: ' && holdsItsKey(row) !== undefined) return true;',
    spec: 'apps/token-service/src/adapters/sql/key-repository.spec.ts',
  },
  {
    guard: 'the key of a row that was tampered with is called no orphan',
    file: 'apps/token-service/src/core/keys/initialise-keys.ts',
    from: '        if (tampered.has(idempotencyKey)) continue;\n',
    to: '',
    spec: 'test/keys/tampering.spec.ts',
  },
];
