// Loaded by the token service before its own code when the proof runs with --sabotage; never part of a product.
// PROVE_SABOTAGE names what to break: early, forget, or all. It begins when there is the file that PROVE_SABOTAGE_FROM names:
// a cluster that never came up would prove nothing.
import { existsSync } from 'node:fs';
import { compiled, inflict, method, type Patched } from '../damage.ts';

interface Key {
  readonly state: string;
  readonly publishedAt?: Date;
  readonly activatedAt?: Date;
}

interface KeySet {
  readonly keys: readonly Key[];
}

type Decide = (current: KeySet, now: Date) => unknown;

const hasBegun = () => existsSync(process.env['PROVE_SABOTAGE_FROM'] ?? '');
const MINUTE_MS = 60_000 / Number(process.env['MINTMARK_TIME_SCALE'] ?? 1);
await inflict({ early: activateEarly, forget: forgetRetired });

/** The guards believe that every standby has been published for an hour, and every active key has signed for fifty minutes. */
async function activateEarly(): Promise<void> {
  const aged = (key: Key): Key => {
    if (key.state === 'published') return { ...key, publishedAt: earlier(key.publishedAt, 60) };
    return key.state === 'active' ? { ...key, activatedAt: earlier(key.activatedAt, 50) } : key;
  };
  const believe = (set: KeySet): KeySet => ({ ...set, keys: set.keys.map(aged) });
  await patch('transact', (transact) => (decide: Decide) => {
    return transact((current: KeySet, now: Date) => decide(believe(current), now));
  });
  await distortLoaded(believe);
}

/** A key leaves the key set the moment its successor signs. */
async function forgetRetired(): Promise<void> {
  await distortLoaded((set) => ({ ...set, keys: set.keys.filter(({ state }) => state !== 'deactivated') }));
}

async function distortLoaded(distort: (set: KeySet) => KeySet): Promise<void> {
  await patch('load', (load) => async () => {
    const reading = (await load()) as { readonly value: KeySet };
    return { ...reading, value: distort(reading.value) };
  });
}

function earlier(instant: Date | undefined, minutes: number): Date {
  return new Date((instant?.getTime() ?? 0) - minutes * MINUTE_MS);
}

type Method = (...parameters: never[]) => unknown;

/** Replaces a method of the very class the product runs; `broken` gets the sound one, bound. */
async function patch(name: string, broken: (sound: (...parameters: unknown[]) => unknown) => Method): Promise<void> {
  const path = 'apps/token-service/dist/adapters/sql/key-repository.js';
  const { SqlKeyRepository } = (await compiled(path)) as { SqlKeyRepository: Patched };
  const sound = method(SqlKeyRepository, name);
  Object.defineProperty(SqlKeyRepository.prototype, name, {
    value(this: object, ...parameters: never[]) {
      if (!hasBegun()) return sound.apply(this, parameters);
      return broken((...given) => sound.apply(this, given))(...parameters);
    },
  });
}
