import type { KeyAlarm, VerifierObserver } from '../observer.ts';
import type { KeySetVersion } from './key-store.ts';
import type { KeySet } from './read-key-set.ts';

/** Kids remembered with their thumbprint, long after they have left the set. */
const REMEMBERED_KIDS = 1_024;

export type Admission =
  | { readonly ok: true; readonly set: KeySet }
  /** `distrusted`: kids that are not to be held any longer either. */
  | { readonly ok: false; readonly reason: string; readonly distrusted: readonly string[] };

/** Judges a new key set by what was seen before: versions never fall, and a kid never changes its key. */
export class KeyHistory {
  readonly #observer: Required<VerifierObserver>;
  readonly #thumbprints = new Map<string, string>();
  /** The last set that was admitted, as it was offered: before kids were dropped from it. */
  #offered: KeySet | undefined;

  constructor(observer: Required<VerifierObserver>) {
    this.#observer = observer;
  }

  /** @param authentic whether the set came from the issuer for certain, and not over plain http */
  admit(set: KeySet, authentic = true): Admission {
    const regression = this.#offered && regressionOf(set, this.#offered);
    if (regression) return this.#refuse('key-set-regressed', regression);
    // A new epoch puts every set of the one before out of use: whoever could forge it could shut us off from the issuer.
    if (!authentic && this.#offered && beginsEpoch(set, this.#offered)) {
      return this.#refuse('epoch-unauthenticated', 'it begins a new epoch, and came over plain http');
    }
    const reused = this.#reusedKids(set);
    const keys = without(set.keys, reused);
    if (keys.size === 0) return { ok: false, reason: 'every kid changed its key', distrusted: reused };
    this.#offered = set;
    this.#remember(keys);
    return { ok: true, set: { ...set, keys, whole: set.whole && reused.length === 0 } };
  }

  #refuse(kind: KeyAlarm['kind'], reason: string): Admission {
    this.#alarm({ kind, reason });
    return { ok: false, reason: `key set refused: ${reason}`, distrusted: [] };
  }

  #reusedKids(set: KeySet): readonly string[] {
    const reused = [...set.keys].filter(
      ([kid, key]) => (this.#thumbprints.get(kid) ?? key.thumbprint) !== key.thumbprint,
    );
    for (const [kid] of reused) this.#alarm({ kind: 'kid-reused', kid, reason: 'a known kid came with another key' });
    return reused.map(([kid]) => kid);
  }

  #remember(keys: KeySet['keys']): void {
    for (const [kid, { thumbprint }] of keys) {
      this.#thumbprints.delete(kid);
      this.#thumbprints.set(kid, thumbprint);
    }
    for (const kid of this.#thumbprints.keys()) {
      if (this.#thumbprints.size <= REMEMBERED_KIDS) return;
      this.#thumbprints.delete(kid);
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

function beginsEpoch(set: KeySet, held: KeySet): boolean {
  return set.version !== undefined && held.version !== undefined && set.version.epoch > held.version.epoch;
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
