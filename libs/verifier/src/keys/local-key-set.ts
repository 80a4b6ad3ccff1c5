import type { KeyContext, KeySource, KeyStore } from './key-store.ts';
import { readKeySet } from './read-key-set.ts';

/**
 * Keys that are given, not fetched: they never age. For tests, and where key sets are distributed by other means.
 * @throws TypeError if the set is not acceptable (empty, a private key, a kid twice)
 */
export function localKeySet(jwks: { readonly keys: readonly object[] }): KeySource {
  const read = readKeySet(Buffer.from(JSON.stringify(jwks)));
  if (!read.ok) throw new TypeError(`key set refused: ${read.reason}`);
  const { keys, version } = read.set;
  return {
    open: ({ clock }: KeyContext): KeyStore => ({
      state: 'fresh',
      retryAfterSeconds: 1,
      snapshot: Object.freeze({ keys, generation: 1, asOf: clock.now(), ...(version && { version }) }),
      ready: () => Promise.resolve(),
      consult: () => Promise.resolve('settled'),
      close: () => undefined,
    }),
  };
}
