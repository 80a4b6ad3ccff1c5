import { createHash } from 'node:crypto';
import type { KeyState, SigningKey } from './signing-key.ts';

/** Says which of two key sets is the later one. Only goes up; a new epoch begins when an operator says that a restore was meant. */
export interface KeySetVersion {
  readonly epoch: number;
  readonly version: number;
}

/** All keys of an issuer that are not gone, of every algorithm, at one version. */
export interface KeySet extends KeySetVersion {
  /** Of the keys, by {@link digestOfKeys}: one version has one content. */
  readonly digest: string;
  /** When the issuer's first key began to sign; `null` while no token can exist. */
  readonly firstActivatedAt: Date | null;
  /** Destroyed ones only as long as their provider has not confirmed it. Rows that were tampered with are not among them. */
  readonly keys: readonly SigningKey[];
  /** What was found of others; absent where nothing was. Their algorithms are sealed. */
  readonly tampered?: readonly TamperedKey[];
  /** What keys of this set lay under when it was compromised; absent where nothing was. Nothing is made under it again. */
  readonly condemned?: readonly string[];
}

/** A stored key that is not as Mintmark wrote it. */
export interface TamperedKey {
  readonly id: string;
  /** As it was, and as the row says now. */
  readonly algorithms: readonly string[];
  /** Names the row, what is wrong with it, and the way out. */
  readonly finding: string;
}

/** Why nothing may be signed or changed with an algorithm. */
export function tamperingWith(set: Pick<KeySet, 'tampered'>, algorithm: string): string | undefined {
  return set.tampered?.find(({ algorithms }) => algorithms.includes(algorithm))?.finding;
}

export function tamperedIds({ tampered = [] }: Pick<KeySet, 'tampered'>): ReadonlySet<string> {
  return new Set(tampered.map(({ id }) => id));
}

export type TransitionName =
  'generate' | 'publish' | 'activate' | 'deactivate' | 'destroy' | 'compromise' | 'open-epoch';

/** One step of the key set: all of its changes or none, one version, one event. */
export interface KeyTransition {
  readonly name: TransitionName;
  /** Who asked for it: `schedule`, or the operator's name. */
  readonly actor: string;
  /** Why, where the rules alone do not say it. */
  readonly reason?: string;
  /** The pair it leads to; absent: the same epoch, the next version. */
  readonly leadsTo?: KeySetVersion;
  /** Custodies that were compromised with it. */
  readonly condemns?: readonly string[];
  /** In an order in which no two keys of an algorithm ever share a state that allows one. */
  readonly changes: readonly KeyChange[];
}

export interface KeyChange {
  /** The state in which the key must be found; `null`: it must not exist. */
  readonly from: KeyState | null;
  /** The key as it is afterwards. */
  readonly key: SigningKey;
}

export function isLater(one: KeySetVersion, other: KeySetVersion): boolean {
  return one.epoch > other.epoch || (one.epoch === other.epoch && one.version > other.version);
}

export function isSameVersion(one: KeySetVersion, other: KeySetVersion): boolean {
  return one.epoch === other.epoch && one.version === other.version;
}

/**
 * SHA-256 over every living key, base64url. It is stored, so what it is made of cannot change: a member that keys gain later
 * must be absent, not null, on those written before.
 */
export function digestOfKeys(keys: readonly SigningKey[]): string {
  const living = keys.filter(({ state }) => state !== 'destroyed').sort((a, b) => (a.id < b.id ? -1 : 1));
  return createHash('sha256').update(canonicalJson(living)).digest('base64url');
}

/** JSON with members in one order, so that equal values have one spelling. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    member !== null && typeof member === 'object' && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
