import type { Mutant } from '../mutant.ts';

const CORE = 'apps/token-service/src/core';

/** Rows of keys that are written together, and believed only as written. */
export const STORAGE: readonly Mutant[] = [
  {
    guard: 'a change starts from the state it was decided for',
    file: 'apps/token-service/src/adapters/sql/key-repository.ts',
    from: "      .where('state', '=', from)\n",
    to: '',
    spec: 'apps/token-service/src/adapters/sql/key-repository.spec.ts',
  },
  {
    guard: 'a state is never left for an earlier one',
    file: 'apps/token-service/src/adapters/sql/key-repository.ts',
    from: 'if (!isLegal({ from, key }, opensEpoch))',
    to: 'if (!from && !isLegal({ from, key }, opensEpoch))',
    spec: 'apps/token-service/src/adapters/sql/key-repository.spec.ts',
  },
  {
    guard: 'each transition has its event in its transaction',
    file: 'apps/token-service/src/adapters/sql/key-repository.ts',
    from: '    await this.#record(trx, transition, next, now);',
    to: '',
    spec: 'test/keys/fleet-model.spec.ts',
  },
  {
    guard: 'rows that were changed outside are not believed',
    file: 'apps/token-service/src/adapters/sql/key-manifest.ts',
    from: 'if (expected?.digest === manifestEntry(row).digest) return true;',
    to: 'if (expected) return true;',
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'what is sealed is what was written, not what the database says was',
    file: 'apps/token-service/src/adapters/sql/key-repository.ts',
    from: '[...written.values()]);',
    to: '(await this.#livingRows(trx)).filter(({ id }) => written.has(id)));',
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'rows that were added outside are not believed',
    file: 'apps/token-service/src/adapters/sql/key-manifest.ts',
    from: 'if (expected?.digest === manifestEntry(row).digest) return true;',
    to: 'if (!expected || expected.digest === manifestEntry(row).digest) return true;',
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'rows that were removed outside are missed',
    file: 'apps/token-service/src/adapters/sql/key-manifest.ts',
    from: 'if (!present.has(id))',
    to: "if (id === '' && !present.has(id))",
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'the row of a key set is believed under its seal alone',
    file: 'apps/token-service/src/adapters/sql/key-manifest.ts',
    from: 'if (stored.length === expected.length && timingSafeEqual(stored, expected)) return',
    to: 'if (timingSafeEqual(expected, expected)) return',
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'a key set without a seal is one that has just begun',
    file: 'apps/token-service/src/adapters/sql/key-repository.ts',
    from: 'if (!isFresh(row)) throw',
    to: 'if (!row) throw',
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'a key set with a past does not begin anew',
    file: 'apps/token-service/src/adapters/sql/key-repository.ts',
    from: 'if (head.version === FRESH.version && (await this.#hasPast(db)))',
    to: 'if (head.version === FRESH.version && !(await this.#hasPast(db)) && head.epoch > 99)',
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'a key set has its seal before its first key',
    file: 'apps/token-service/src/adapters/sql/key-repository.ts',
    from: '.values({ issuer: this.#issuer, epoch, version, digest, ...sealed })',
    to: '.values({ issuer: this.#issuer, epoch, version, digest, ...(sealed && {}) })',
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'an algorithm that was tampered with is left as it is',
    file: 'apps/token-service/src/adapters/sql/key-repository.ts',
    from: '      for (const key of changed) demandUntampered(current, key);\n',
    to: '',
    spec: 'test/keys/tampering.spec.ts',
  },
  {
    guard: 'no order is planned or given for an algorithm that was tampered with',
    file: `${CORE}/keys/lifecycle/decide-order.ts`,
    from: 'if (finding !== undefined) throw',
    to: 'if (finding === null) throw',
    spec: 'test/keys/refused-orders.spec.ts',
  },
  {
    guard: 'an algorithm that was tampered with does not sign',
    file: `${CORE}/keys/distribution/held-keys.ts`,
    from: '      signers.delete(algorithm);\n',
    to: '',
    spec: 'test/keys/tampering.spec.ts',
  },
];
