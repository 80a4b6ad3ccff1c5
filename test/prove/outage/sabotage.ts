// Loaded by the product processes before their own code when the proof runs with --sabotage; never part of a product.
// PROVE_SABOTAGE names what to break: keys, budget, renewal, or all.
import { compiled, inflict, method, type Patched } from '../damage.ts';

await inflict({ keys: dropKeys, budget: spendFreely, renewal: renewLate });

/** The usual mistake: a key cache that is empty once a refresh has failed. */
async function dropKeys(): Promise<void> {
  const { HeldKeys } = (await compiled('libs/verifier/dist/keys/held-keys.js')) as { HeldKeys: Patched };
  const failed = new WeakSet<object>();
  const take = method(HeldKeys, 'take');
  const snapshot = Object.getOwnPropertyDescriptor(HeldKeys.prototype, 'snapshot')?.get;
  if (!snapshot) throw new Error('HeldKeys has no getter named snapshot');
  Object.defineProperties(HeldKeys.prototype, {
    take: {
      value(this: object, ...parameters: unknown[]) {
        const failure = take.apply(this, parameters);
        if (failure === undefined) failed.delete(this);
        else failed.add(this);
        return failure;
      },
    },
    snapshot: {
      get(this: object) {
        return failed.has(this) ? undefined : (snapshot.call(this) as unknown);
      },
    },
  });
}

/** A fetch for every unknown kid. */
async function spendFreely(): Promise<void> {
  const { FetchBudget } = (await compiled('libs/verifier/dist/keys/fetch-budget.js')) as { FetchBudget: Patched };
  method(FetchBudget, 'take');
  Object.defineProperty(FetchBudget.prototype, 'take', { value: () => true });
}

/** Tokens renewed when an eighth of their life is left. */
async function renewLate(): Promise<void> {
  const options = (await compiled('libs/client/dist/token-client-options.js')) as {
    DEFAULT_RENEWAL: { from: number; to: number };
  };
  Object.assign(options.DEFAULT_RENEWAL, { from: 0.84, to: 0.85 });
}
