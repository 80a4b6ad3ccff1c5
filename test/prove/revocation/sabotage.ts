// Loaded by the product processes before their own code when the proof runs with --sabotage; never part of a product.
// PROVE_SABOTAGE names what to break: remember, drop, keep, or all.
import { compiled, inflict, method, type Patched } from '../damage.ts';

interface KeySet {
  readonly keys: ReadonlyMap<string, unknown>;
}

interface Revocation {
  readonly kind: string;
}

await inflict({ remember: rememberVerdicts, drop: dropAllButTokens, keep: keepKeys });

/** The usual mistake of a cache: what was not revoked when the token came first is never asked again. */
async function rememberVerdicts(): Promise<void> {
  const { HeldRevocations } = (await compiled('libs/verifier/dist/revocations/held-revocations.js')) as {
    HeldRevocations: Patched;
  };
  const sound = method(HeldRevocations, 'isRevoked');
  const known = new WeakMap<object, Map<string, unknown>>();
  Object.defineProperty(HeldRevocations.prototype, 'isRevoked', {
    value(this: object, token: { readonly tokenId: string }) {
      const remembered = known.get(this) ?? new Map<string, unknown>();
      known.set(this, remembered);
      if (!remembered.has(token.tokenId)) remembered.set(token.tokenId, sound.call(this, token));
      return remembered.get(token.tokenId);
    },
  });
}

/** The issuer loses what it was told of clients and keys. */
async function dropAllButTokens(): Promise<void> {
  const path = 'apps/token-service/dist/adapters/sql/revocation-store.js';
  const { SqlRevocationStore } = (await compiled(path)) as { SqlRevocationStore: Patched };
  const sound = method(SqlRevocationStore, 'load');
  Object.defineProperty(SqlRevocationStore.prototype, 'load', {
    async value(this: object) {
      const reading = (await sound.call(this)) as { readonly value: { readonly revocations: readonly Revocation[] } };
      const revocations = reading.value.revocations.filter(({ kind }) => kind === 'token');
      return { ...reading, value: { ...reading.value, revocations } };
    },
  });
}

/** A verifier that takes every new key, and lets none go: alone it would go unnoticed, because compromised keys are revoked too. */
async function keepKeys(): Promise<void> {
  const { KeyHistory } = (await compiled('libs/verifier/dist/keys/key-history.js')) as { KeyHistory: Patched };
  const sound = method(KeyHistory, 'admit');
  const kept = new WeakMap<object, KeySet['keys']>();
  Object.defineProperty(KeyHistory.prototype, 'admit', {
    value(this: object, ...parameters: unknown[]) {
      const admission = sound.apply(this, parameters) as { readonly ok: boolean; readonly set: KeySet };
      if (!admission.ok) return admission;
      const keys = new Map([...(kept.get(this) ?? []), ...admission.set.keys]);
      kept.set(this, keys);
      return { ...admission, set: { ...admission.set, keys } };
    },
  });
}
