import { ADMINISTRATION } from './administration.ts';
import { AUTHENTICATING } from './authenticating.ts';
import { HELD_CALLS } from './held-calls.ts';
import { ISSUING } from './issuing.ts';
import { KEYS } from './keys/keys.ts';
import { POSTGRES } from './keys/postgres.ts';
import type { Mutant } from './mutant.ts';
import { REVOCATION } from './revocation.ts';

/** Every mutant that is a change of text; those of the verifier are checks taken from its list. */
export const PARTS: Readonly<Record<string, readonly Mutant[]>> = {
  issuing: ISSUING,
  authenticating: AUTHENTICATING,
  administration: ADMINISTRATION,
  keys: KEYS,
  postgres: POSTGRES,
  revocation: REVOCATION,
  'held-calls': HELD_CALLS,
};
