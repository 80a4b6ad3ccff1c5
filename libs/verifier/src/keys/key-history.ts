import type { KeyAlarm, VerifierObserver } from '../observer.ts';
import type { KeySetVersion } from './key-store.ts';
import type { KeySet } from './read-key-set.ts';

/** Kids remembered with their thumbprint, long after they have left the set. */
const REMEMBERED_KIDS = 1_024;

export type Admission =
  | { readonly ok: true; readonly set: KeySet }
  /** `distrusted`: kids that are not to be held any longer either. */
  | { readonly ok: false; readonly reason: string; readonly distrusted: readonly string[] };

/**
 * Where a set came from: the issuer for certain; anybody, in clear (plain http, or a stream without TLS); or a file of before, into
 * which it came in clear.
 */
export type Origin = 'issuer' | 'anybody' | 'saved';

/** How far a set that came in clear may be: ahead of the last one, and where there was none. */
const MOST_VERSIONS_AHEAD = 1_000;
const MOST_AT_FIRST: KeySetVersion = { epoch: 1_000, version: 1_000_000 };

interface KnownKey {
  readonly thumbprint: string;
  /** Whether it came from the issuer for certain. */
  readonly proven: boolean;
}

/** Judges a new key set by what was seen before: versions never fall, and a kid never changes its key. */
export class KeyHistory {
  readonly #observer: Required<VerifierObserver>;
  readonly #known = new Map<string, KnownKey>();
  /** The last set that was admitted, as it was offered: before kids were dropped from it. */
  #offered: KeySet | undefined;
  /** The last of those that came from the issuer for certain: what anybody sent since is no reason to refuse the issuer. */
  #proven: KeySet | undefined;

  constructor(observer: Required<VerifierObserver>) {
    this.#observer = observer;
  }

  admit(set: KeySet, origin: Origin): Admission {
    const before = origin === 'issuer' ? this.#proven : this.#offered;
    const regression = before && regressionOf(set, before);
    if (regression) return this.#refuse('key-set-regressed', regression);
    const leap = origin === 'issuer' ? undefined : leapOf(set, this.#offered);
    if (leap) return this.#refuse(leap, 'it is far ahead of the held one, and came in clear');
    const reused = this.#reusedKids(set, origin);
    const keys = without(set.keys, reused);
    if (keys.size === 0) return { ok: false, reason: 'every kid changed its key', distrusted: reused };
    if (origin !== 'saved') this.#settle(set, keys, origin);
    return { ok: true, set: { ...set, keys, whole: set.whole && reused.length === 0 } };
  }

  /** Not what was saved: it serves until something is fetched, and sets no mark; else one lie would outlive a restart. */
  #settle(set: KeySet, keys: KeySet['keys'], origin: Origin): void {
    this.#offered = set;
    if (origin === 'issuer') this.#proven = set;
    this.#remember(keys, origin === 'issuer');
  }

  #refuse(kind: KeyAlarm['kind'], reason: string): Admission {
    this.#alarm({ kind, reason });
    return { ok: false, reason: `key set refused: ${reason}`, distrusted: [] };
  }

  #reusedKids(set: KeySet, origin: Origin): readonly string[] {
    const reused = [...set.keys].filter(([kid, { thumbprint }]) => {
      const known = this.#known.get(kid);
      return known && known.thumbprint !== thumbprint && (known.proven || origin !== 'issuer');
    });
    for (const [kid] of reused) this.#alarm({ kind: 'kid-reused', kid, reason: 'a known kid came with another key' });
    return reused.map(([kid]) => kid);
  }

  #remember(keys: KeySet['keys'], fromIssuer: boolean): void {
    for (const [kid, { thumbprint }] of keys) {
      const proven = fromIssuer || (this.#known.get(kid)?.proven ?? false);
      this.#known.delete(kid);
      this.#known.set(kid, { thumbprint, proven });
    }
    for (const kid of this.#known.keys()) {
      if (this.#known.size <= REMEMBERED_KIDS) return;
      this.#known.delete(kid);
    }
  }

  #alarm(alarm: KeyAlarm): void {
    this.#observer.onAlarm(alarm);
  }
}

/** A replayed or restored set would bring removed keys back. One (epoch, version) has one content. */
function regressionOf(set: KeySet, held: KeySet): string | undefined {
  if (!held.version) return undefined;
  if (!set.version) return 'it has no version, the held one has';
  const order = compareVersions(set.version, held.version);
  if (order < 0) return 'it is older than the held one';
  return order === 0 && !sameKeys(set.keys, held.keys)
    ? 'it differs from the held one under the same version'
    : undefined;
}

/**
 * A new epoch puts every set of the one before out of use, and so does a version far ahead: whoever could forge one could shut us off
 * from the issuer.
 */
function leapOf({ version }: KeySet, last: KeySet | undefined): KeyAlarm['kind'] | undefined {
  if (!version) return undefined;
  const most = last?.version
    ? { epoch: last.version.epoch, version: last.version.version + MOST_VERSIONS_AHEAD }
    : MOST_AT_FIRST;
  if (version.epoch > most.epoch) return 'epoch-unauthenticated';
  return version.version > most.version ? 'version-unauthenticated' : undefined;
}

function compareVersions(one: KeySetVersion, other: KeySetVersion): number {
  return one.epoch - other.epoch || one.version - other.version;
}

function sameKeys(one: KeySet['keys'], other: KeySet['keys']): boolean {
  return one.size === other.size && [...one].every(([kid, key]) => other.get(kid)?.thumbprint === key.thumbprint);
}

export function without(keys: KeySet['keys'], kids: readonly string[]): KeySet['keys'] {
  return new Map([...keys].filter(([kid]) => !kids.includes(kid)));
}
