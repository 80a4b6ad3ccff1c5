import type { Mutant } from '../mutant.ts';
import { COMPROMISE } from './compromise.ts';
import { CUSTODY } from './custody.ts';
import { DISTRIBUTION } from './distribution.ts';
import { LIFECYCLE } from './lifecycle.ts';
import { LOST_CUSTODY } from './lost-custody.ts';
import { STORAGE } from './storage.ts';
import { WATCHING } from './watching.ts';
import { WITNESS } from './witness.ts';

/** Each guard of the life of keys, left out. */
export const KEYS: readonly Mutant[] = [
  ...LIFECYCLE,
  ...DISTRIBUTION,
  ...STORAGE,
  ...CUSTODY,
  ...WATCHING,
  ...COMPROMISE,
  ...LOST_CUSTODY,
  ...WITNESS,
];
