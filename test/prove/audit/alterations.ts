import type { Proof } from '../proof.ts';
import { alterFiles, type Tally } from './altered-files.ts';
import type { Issuer } from './issuer.ts';

interface Options {
  readonly count: number;
  readonly preloads: readonly URL[];
}

export async function proveAlterations(proof: Proof, issuer: Issuer, { count, preloads }: Options): Promise<void> {
  const tallies = await alterFiles(issuer, count, preloads);
  proof.section(`The file altered, ${count} times, and verified with what the database vouches for`);
  for (const tally of tallies) alteration(proof, tally);
  console.log(BEYOND);
}

/** The limits of the promise, so that nobody reads more into the table. */
const BEYOND = `
    Beyond a chain without a secret: what is done, while no service writes, to lines newer than the newest one that the database
    vouches for (at most 5 s of them, after a crash; none, after a stop), and whole lines added there, rightly chained.`;

function alteration(proof: Proof, { kind, count, unnoticed, misnamed, details }: Tally): void {
  proof.row({
    scenario: kind,
    expected: 'found, and the first bad line named',
    observed: [`${count} times: unnoticed ${unnoticed}, wrong line ${misnamed}`, ...details].join('; '),
    holds: count > 0 && unnoticed === 0 && misnamed === 0,
  });
}
