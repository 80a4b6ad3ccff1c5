// Loaded by the token service before its own code when the proof runs with --sabotage; never part of a product.
// PROVE_SABOTAGE names what to break: early, forget, or all.

interface Patched {
  readonly prototype: object;
}

interface Key {
  readonly state: string;
}

type Decide = (current: { readonly keys: readonly Key[] }, now: Date) => unknown;

const HOUR_MS = 3_600_000;
const what = process.env['PROVE_SABOTAGE'] ?? 'all';
const breakages: Record<string, () => Promise<void>> = { early: activateEarly, forget: forgetRetired };
for (const name of what === 'all' ? Object.keys(breakages) : what.split(',')) {
  const damage = breakages[name];
  if (!damage) throw new Error(`no such sabotage: ${name}. There are ${Object.keys(breakages).join(', ')}`);
  await damage();
}

/** The guards are asked at a time when every key has been published long enough. */
async function activateEarly(): Promise<void> {
  const early = (0.97 * HOUR_MS) / Number(process.env['MINTMARK_TIME_SCALE'] ?? 1);
  await patch('transact', (transact) => (decide: Decide) => {
    const hasty: Decide = (current, now) => decide(current, new Date(now.getTime() + early));
    return transact(hasty);
  });
}

/** A key leaves the key set the moment its successor signs. */
async function forgetRetired(): Promise<void> {
  await patch('load', (load) => async () => {
    const reading = (await load()) as { readonly value: { readonly keys: readonly Key[] } };
    const keys = reading.value.keys.filter(({ state }) => state !== 'deactivated');
    return { ...reading, value: { ...reading.value, keys } };
  });
}

type Method = (...parameters: never[]) => unknown;

/** Replaces a method of the very class the product runs; `broken` gets the sound one, bound. */
async function patch(name: string, broken: (sound: (...parameters: unknown[]) => unknown) => Method): Promise<void> {
  const path = '../../../apps/token-service/dist/adapters/sql/key-repository.js';
  const { SqlKeyRepository } = (await import(new URL(path, import.meta.url).href)) as { SqlKeyRepository: Patched };
  const sound: unknown = Object.getOwnPropertyDescriptor(SqlKeyRepository.prototype, name)?.value;
  if (typeof sound !== 'function') throw new Error(`there is no method ${name} to break`);
  Object.defineProperty(SqlKeyRepository.prototype, name, {
    value(this: object, ...parameters: never[]) {
      return broken((...given) => (sound as (...all: unknown[]) => unknown).apply(this, given))(...parameters);
    },
  });
}
