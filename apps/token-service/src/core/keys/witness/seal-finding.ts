import { condemnedIn, type WitnessRecord } from '../../model/witness-record.ts';
import type { KeySetSeal } from '../../ports/key-set-seal.ts';

/** An earlier key than was seen may be known to others, and so is any that lies under what was compromised. */
export function findingOnSeal(
  { version, custody }: Pick<KeySetSeal, 'version' | 'custody'>,
  record: WitnessRecord,
): string | undefined {
  if (version === undefined) return undefined;
  const { sealVersion: seen } = record;
  if (version < seen) return `the database is proved with key ${version} (key-set), and was with ${seen} before`;
  const condemned = condemnedAmong(custody, record);
  if (condemned.length === 0) return undefined;
  return `the database is proved with key ${version} (key-set), which lies under what was compromised (${condemned.join(', ')})`;
}

/** Before a custody counts as compromised the key is replaced by a later one: what lies under it and is as late, a thief made. */
export function isForged(
  { version, custody }: Pick<KeySetSeal, 'version' | 'custody'>,
  record: WitnessRecord,
): boolean {
  return version !== undefined && version >= record.sealVersion && condemnedAmong(custody, record).length > 0;
}

export function condemnedAmong(custody: readonly string[], record: WitnessRecord): readonly string[] {
  const condemned = condemnedIn(record);
  return custody.filter((each) => condemned.includes(each));
}
