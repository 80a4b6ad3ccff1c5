import type { CompromiseOrder } from './compromise.ts';
import { canonicalJson, isLater, type KeySet, type KeySetVersion } from './key-set.ts';
import { isBefore, type RevocationHead } from './revocation.ts';
import { isVerifying } from './signing-key.ts';

/** What is remembered outside the database, so that a restored backup is known for one. */
export interface WitnessRecord {
  /** The highest pair of each key set, by its issuer, and the digest of what it held. */
  readonly keySets: Readonly<Record<string, KeySetVersion & { readonly digest: string }>>;
  readonly registryVersion: number;
  /** How far what is revoked had got. */
  readonly revocations: RevocationHead;
  /** Kids of compromised keys, by issuer: for good, for a backup may be old. */
  readonly compromised: Readonly<Record<string, readonly string[]>>;
  /** Custodies that were compromised, by issuer: for good, too. */
  readonly condemned: Readonly<Record<string, readonly string[]>>;
  /** The latest key that proved key sets: one before it may be known to others. */
  readonly sealVersion: number;
  /** Orders that the database was not seen to hold yet. */
  readonly reserved: readonly ReservedCompromise[];
}

/**
 * An order to end the trust in keys of one key set, written down before it is carried out. One for a custody names that, and not the
 * key it was ordered by, which may be gone when its turn comes.
 */
export interface ReservedCompromise extends CompromiseOrder {
  readonly issuer: string;
  readonly actor: string;
  readonly kids: readonly string[];
  /** Which key proved the key sets when it was ordered; 0: none did. */
  readonly sealVersion: number;
}

export const NOTHING_WITNESSED: WitnessRecord = {
  keySets: {},
  registryVersion: 0,
  revocations: { epoch: 0, sequence: 0 },
  compromised: {},
  condemned: {},
  sealVersion: 0,
  reserved: [],
};

/** What was compromised as a whole, in whichever ring it was ordered. */
export function condemnedIn({ condemned }: Pick<WitnessRecord, 'condemned'>): readonly string[] {
  return [...new Set(Object.values(condemned).flat())];
}

/** Kids that a set trusts although they were compromised. */
export function risenIn(
  { compromised }: Pick<WitnessRecord, 'compromised'>,
  issuer: string,
  { keys }: Pick<KeySet, 'keys'>,
): readonly string[] {
  const lost = compromised[issuer] ?? [];
  return keys
    .filter(isVerifying)
    .map(({ kid }) => kid)
    .filter((kid) => lost.includes(kid));
}

/** What a set that is not a restored one shows: which keys are compromised, and which orders were carried out. */
export function withShown(
  record: WitnessRecord,
  issuer: string,
  { keys, condemned = [] }: Pick<KeySet, 'keys' | 'condemned'>,
): WitnessRecord {
  const isTrusted = (kid: string) => keys.some((key) => isVerifying(key) && key.kid === kid);
  const isConfirmed = (order: ReservedCompromise) =>
    order.issuer === issuer && isAsOrdered(order, { isTrusted, condemned });
  const kids = [
    ...keys.flatMap((key) => (key.state === 'compromised' ? [key.kid] : [])),
    ...record.reserved.filter(isConfirmed).flatMap((order) => order.kids),
  ];
  return {
    ...record,
    compromised: unionOf(record.compromised, { [issuer]: kids }),
    condemned: unionOf(record.condemned, { [issuer]: condemned }),
    reserved: record.reserved.filter((order) => !isConfirmed(order)),
  };
}

/** Then an order is over. Keys that retired by themselves say nothing of others that lie where they did. */
function isAsOrdered(
  { target, kids }: ReservedCompromise,
  { isTrusted, condemned }: { isTrusted: (kid: string) => boolean; condemned: readonly string[] },
): boolean {
  const custody = 'custody' in target ? target.custody : [];
  return !kids.some(isTrusted) && custody.every((each) => condemned.includes(each));
}

export function withReserved(record: WitnessRecord, orders: readonly ReservedCompromise[]): WitnessRecord {
  return { ...record, reserved: [...withoutReserved(record, orders).reserved, ...orders] };
}

export function withoutReserved(record: WitnessRecord, orders: readonly ReservedCompromise[]): WitnessRecord {
  const named = new Set(orders.map(canonicalJson));
  return { ...record, reserved: record.reserved.filter((each) => !named.has(canonicalJson(each))) };
}

/**
 * What two processes remember, taken together: of everything the later. It only goes up, whoever writes first.
 * @param ended orders that the one who writes knows to have come to their end
 */
export function mergeWitnesses(
  stored: WitnessRecord,
  record: WitnessRecord,
  ended: readonly ReservedCompromise[] = [],
): WitnessRecord {
  const compromised = unionOf(stored.compromised, record.compromised);
  const condemned = unionOf(stored.condemned, record.condemned);
  const isOver = (order: ReservedCompromise) =>
    ended.some((each) => canonicalJson(each) === canonicalJson(order)) ||
    isAsOrdered(order, {
      isTrusted: (kid) => !compromised[order.issuer]?.includes(kid),
      condemned: condemned[order.issuer] ?? [],
    });
  const orders = new Map([...stored.reserved, ...record.reserved].map((order) => [canonicalJson(order), order]));
  return {
    ...stored,
    ...record,
    keySets: laterOf(stored.keySets, record.keySets),
    registryVersion: Math.max(stored.registryVersion, record.registryVersion),
    revocations: isBefore(stored.revocations, record.revocations) ? record.revocations : stored.revocations,
    compromised,
    condemned,
    sealVersion: Math.max(stored.sealVersion, record.sealVersion),
    reserved: [...orders.values()].filter((order) => !isOver(order)),
  };
}

/**
 * Orders that stood when this process wrote them, and that another has found to be over since. A record that lacks something else
 * as well was put there from before, and says nothing.
 * @param was what this process wrote last
 */
export function endedElsewhere(stored: WitnessRecord, was: WitnessRecord): readonly ReservedCompromise[] {
  // Either may have been written by a version that knew less.
  const known = { ...NOTHING_WITNESSED, ...stored };
  const before = { ...NOTHING_WITNESSED, ...was };
  const both = mergeWitnesses(known, before);
  const isOlder = canonicalJson({ ...both, reserved: [] }) !== canonicalJson({ ...known, reserved: [] });
  if (isOlder) return [];
  const standing = new Set(known.reserved.map(canonicalJson));
  return before.reserved.filter((order) => !standing.has(canonicalJson(order)));
}

function laterOf(stored: WitnessRecord['keySets'], record: WitnessRecord['keySets']): WitnessRecord['keySets'] {
  const later = Object.entries(record).filter(([issuer, seen]) => !stored[issuer] || isLater(seen, stored[issuer]));
  return { ...stored, ...Object.fromEntries(later) };
}

function unionOf(
  stored: WitnessRecord['compromised'],
  record: WitnessRecord['compromised'],
): WitnessRecord['compromised'] {
  const issuers = [...new Set([...Object.keys(stored), ...Object.keys(record)])];
  const unions = issuers.map((issuer) => [...new Set([...(stored[issuer] ?? []), ...(record[issuer] ?? [])])]);
  return Object.fromEntries(issuers.flatMap((issuer, at) => (unions[at]!.length > 0 ? [[issuer, unions[at]!]] : [])));
}
