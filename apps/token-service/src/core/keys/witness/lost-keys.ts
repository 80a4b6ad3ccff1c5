import type { KeySet } from '../../model/key-set.ts';
import { mayLieUnder } from '../../model/compromise.ts';
import { isVerifying } from '../../model/signing-key.ts';
import type { KeyCustody } from '../../ports/key-custody.ts';
import type { DatabaseWitness } from './database-witness.ts';

interface Asked {
  readonly issuer: string;
  readonly witness: Pick<DatabaseWitness, 'risen' | 'condemned'>;
  readonly custody: Pick<KeyCustody, 'of'>;
}

/**
 * Kids that a restored set trusts although others may know the private keys: those that were compromised, and those that lie under
 * what was. A backup has some, too, that were gone when that was ordered: no order names them.
 */
export async function lostKids(
  set: Pick<KeySet, 'keys'>,
  { issuer, witness, custody }: Asked,
): Promise<readonly string[]> {
  const risen = witness.risen(issuer, set);
  const { condemned } = witness;
  if (condemned.length === 0) return risen;
  const keys = set.keys.filter(isVerifying);
  const custodyOf = await custody.of(keys.map(({ handle }) => handle));
  const isLost = ({ kid, handle }: (typeof keys)[number]) =>
    risen.includes(kid) || mayLieUnder(condemned, custodyOf.get(handle));
  return keys.filter(isLost).map(({ kid }) => kid);
}
