import type { Mutant } from '../mutant.ts';

const CORE = 'apps/token-service/src/core';

/** What a replica signs with and publishes, and for how long it may. */
export const DISTRIBUTION: readonly Mutant[] = [
  {
    guard: 'the lease is checked before signing',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: '    if (age < lease) return undefined;',
    to: '    if (age < Infinity) return undefined;',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'the lease is checked again before a token leaves',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: 'if (signer?.key.kid === key.kid) this.#demandRightToSign(signer.key);',
    to: 'if (signer?.key.kid === key.kid) return token;',
    spec: 'test/keys/fleet-model.spec.ts',
  },
  {
    guard: 'a longer lease of today does not stretch that of the key',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: 'Math.min(this.#timing.signingLeaseSeconds, frozen.signingLeaseSeconds)',
    to: 'this.#timing.signingLeaseSeconds',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'a fresh lease is not for a key retired Z ago',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: 'if (retired && this.#clock.now() < lastRelease(retired)) return;',
    to: 'if (retired) return;',
    spec: 'test/keys/stopped-replica.spec.ts',
  },
  {
    guard: 'a lease begins when the question is sent',
    file: `${CORE}/keys/distribution/refresh-key-ring.ts`,
    from: '      ring.renew(question);',
    to: '      ring.renew(ring.contact());',
    spec: 'test/keys/rotation.spec.ts',
  },
  {
    guard: 'a key stops signing at sign_not_after',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: 'if (this.#clock.now() < key.signNotAfter) return undefined;',
    to: 'if (key.signNotAfter) return undefined;',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'a clock that leapt signs nothing',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: 'if (Math.abs(leap) <= this.#timing.clockErrorSeconds) return undefined;',
    to: 'if (leap < Infinity) return undefined;',
    spec: 'test/keys/bad-clocks.spec.ts',
  },
  {
    guard: "a clock that is off from the database's signs nothing",
    file: `${CORE}/keys/distribution/refresh-key-ring.ts`,
    from: '    if (reason === undefined) return;\n',
    to: '    if (reason || !reason) return;\n',
    spec: 'test/keys/bad-clocks.spec.ts',
  },
  {
    guard: 'a key set older than the one held is not taken',
    file: `${CORE}/keys/distribution/held-keys.ts`,
    from: '  if (isLater(held, offered)) return',
    to: '  if (isLater(held, held)) return',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'a key set that was overtaken on its way does not look like one of a database that went back',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: 'isOvertaken ? question.held : held',
    to: 'held',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'nor is it taken',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: 'if (isOvertaken) return false;',
    to: '',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'one version has one content',
    file: `${CORE}/keys/distribution/held-keys.ts`,
    from: 'const differs = isSameVersion(held, offered) && held.digest !== offered.digest;',
    to: 'const differs = isSameVersion(held, offered) && held.digest !== held.digest;',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'a cut-off replica serves no key set that may lack a key about to sign',
    file: `${CORE}/keys/distribution/key-ring.ts`,
    from: 'if (age > this.#longestServing(held)) {',
    to: 'if (age > Infinity) {',
    spec: 'test/keys/fleet-model.spec.ts',
  },
  {
    guard: 'verifiers are never given an empty set',
    file: `${CORE}/keys/distribution/key-set-document.ts`,
    from: 'if (verifying.length === 0) return undefined;',
    to: '',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'a private member is never published',
    file: `${CORE}/keys/distribution/key-set-document.ts`,
    from: 'if (hasPrivateMember(publicJwk))',
    to: 'if (hasPrivateMember(publicJwk) && !publicJwk)',
    spec: `${CORE}/keys/distribution/key-ring.spec.ts`,
  },
  {
    guard: 'a key that cannot be opened seals its algorithm alone',
    file: `${CORE}/keys/distribution/refresh-key-ring.ts`,
    from: 'if (error instanceof SigningProviderError) return error.message;',
    to: '',
    spec: 'test/keys/rotation.spec.ts',
  },
];
