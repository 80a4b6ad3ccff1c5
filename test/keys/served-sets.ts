import { expect } from '@jest/globals';
import type { KeySetVersion } from '../../apps/token-service/src/core/model/key-set.ts';
import { httpCacheTotalSeconds, type Timing } from '../../apps/token-service/src/core/model/timing.ts';

/** A key set that some replica has served; a verifier or a cache may go on with it. */
export interface Served extends KeySetVersion {
  readonly kids: ReadonlySet<string>;
  /** When it was last served. */
  at: number;
}

const MEMBERS = new Set(['kty', 'crv', 'x', 'y', 'alg', 'use', 'kid']);

/** Every key set that anybody was ever given, and what must be true of all of them together. Times are seconds. */
export class ServedSets {
  readonly #contents = new Map<string, string>();
  readonly #jwks = new Map<string, string>();
  readonly #kids = new Map<string, string>();
  readonly #served = new Map<string, Served>();

  take(body: string, now: number): Served {
    const served = this.#served.get(body) ?? this.#inspect(body, now);
    served.at = now;
    return served;
  }

  /** A verifier may go on with what any replica served A + C ago, and must find the key in it. */
  expectKnownEverywhere(kid: string, timing: Timing, now: number): void {
    const oldest = now - httpCacheTotalSeconds(timing) - timing.verifierStalenessSeconds;
    for (const { at, kids } of this.#served.values())
      if (at >= oldest && !kids.has(kid)) expect([...kids]).toContain(kid);
  }

  /** A body seen for the first time. */
  #inspect(body: string, at: number): Served {
    const { keys, epoch, version } = JSON.parse(body) as { keys: { kid: string }[]; epoch: number; version: number };
    expect([keys.length > 0, keys.length <= 16]).toEqual([true, true]);
    expect(body).toBe(remember(this.#contents, `${epoch}.${version}`, body));
    for (const jwk of keys) {
      expect(Object.keys(jwk).filter((name) => !MEMBERS.has(name))).toEqual([]);
      expect(JSON.stringify(jwk)).toBe(remember(this.#jwks, jwk.kid, JSON.stringify(jwk)));
      const { kid, ...material } = jwk;
      expect(kid).toBe(remember(this.#kids, JSON.stringify(material), kid));
    }
    const served = { epoch, version, kids: new Set(keys.map(({ kid }) => kid)), at };
    this.#served.set(body, served);
    return served;
  }
}

function remember<Key>(memory: Map<Key, string>, key: Key, value: string): string {
  const known = memory.get(key) ?? value;
  memory.set(key, known);
  return known;
}
