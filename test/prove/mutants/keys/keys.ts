import type { Mutant } from '../mutant.ts';
import { CUSTODY } from './custody.ts';
import { DISTRIBUTION } from './distribution.ts';
import { EMERGENCY } from './emergency.ts';
import { LIFECYCLE } from './lifecycle.ts';
import { STORAGE } from './storage.ts';
import { WATCHING } from './watching.ts';

/** Each guard of the life of keys, left out. */
export const KEYS: readonly Mutant[] = [
  ...LIFECYCLE,
  ...DISTRIBUTION,
  ...STORAGE,
  ...CUSTODY,
  ...WATCHING,
  ...EMERGENCY,
];
