// Keys in each of their states, as the specs of their lifecycle need them: seconds since an instant of no meaning.
import type { SigningAlgorithm } from '@mintmark/contract';
import type { PublicJwk } from '@mintmark/jws';
import {
  activateKey,
  deactivateKey,
  freezeTiming,
  publishKey,
  secondsAfter,
  type ActiveSigningKey,
  type DeactivatedKey,
  type GeneratingKey,
  type PublishedKey,
} from '../../apps/token-service/src/core/model/signing-key.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';

export const T0 = new Date('2026-01-01T00:00:00Z');
export const P = timing.publishAheadSeconds;
export const R = timing.rotationPeriodSeconds;
/** V, with the tokens and times above: Z + T + L + 2ε. */
export const AFTERLIFE = 300 + 900 + 20 + 2 * 10;
export const at = (seconds: number) => secondsAfter(T0, seconds);

export function generating(id: string, algorithm: SigningAlgorithm = 'ES256'): GeneratingKey {
  return { id, algorithm, state: 'generating', createdAt: T0 };
}

export function published(id: string, since = 0, algorithm: SigningAlgorithm = 'ES256'): PublishedKey {
  const publicJwk = { kty: 'EC', alg: algorithm, use: 'sig', kid: id } as PublicJwk;
  return publishKey(generating(id, algorithm), { publicJwk, handle: `local:${id}` }, freezeTiming(timing), at(since));
}

export function active(id: string, since = 0, algorithm: SigningAlgorithm = 'ES256'): ActiveSigningKey {
  return activateKey(published(id, since - P, algorithm), timing, at(since));
}

/** The same key, published when P was another one. */
export function publishedUnder<Key extends PublishedKey | ActiveSigningKey>(
  key: Key,
  publishAheadSeconds: number,
): Key {
  return { ...key, frozen: { ...key.frozen, publishAheadSeconds } };
}

export function deactivated(id: string, since = 0): DeactivatedKey {
  return deactivateKey(active(id, since - R), at(since));
}
