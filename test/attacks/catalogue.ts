import type { Attack, TokenAttack } from './attack.ts';
import { ALGORITHM_ATTACKS } from './catalogue/algorithm.ts';
import { BINDING_ATTACKS } from './catalogue/binding.ts';
import { CLAIM_ATTACKS, SCOPE_ATTACKS, TIME_ATTACKS } from './catalogue/claims.ts';
import { CREDENTIAL_ATTACKS } from './catalogue/credential.ts';
import { ENCODING_ATTACKS } from './catalogue/encoding.ts';
import { HEADER_ATTACKS, TYP_ATTACKS } from './catalogue/header.ts';
import { JSON_ATTACKS } from './catalogue/json.ts';
import { KEY_SET_ATTACKS } from './catalogue/key-set.ts';
import { KID_ATTACKS } from './catalogue/kid.ts';
import { REVOCATION_ATTACKS } from './catalogue/revocations.ts';
import { SCENARIOS } from './catalogue/scenarios.ts';
import { SIGNATURE_ATTACKS } from './catalogue/signature.ts';
import { STRUCTURE_ATTACKS } from './catalogue/structure.ts';

/** Attacks by one token each, in the order of the checks that meet them. */
export const TOKEN_ATTACKS: readonly TokenAttack[] = [
  ...CREDENTIAL_ATTACKS,
  ...STRUCTURE_ATTACKS,
  ...ENCODING_ATTACKS,
  ...JSON_ATTACKS,
  ...HEADER_ATTACKS,
  ...TYP_ATTACKS,
  ...ALGORITHM_ATTACKS,
  ...KID_ATTACKS,
  ...SIGNATURE_ATTACKS,
  ...CLAIM_ATTACKS,
  ...TIME_ATTACKS,
  ...BINDING_ATTACKS,
  ...SCOPE_ATTACKS,
];

export const ATTACKS: readonly Attack[] = [...TOKEN_ATTACKS, ...KEY_SET_ATTACKS, ...SCENARIOS, ...REVOCATION_ATTACKS];

/** `theme: name`, unique in the catalogue. */
export function titleOf({ theme, name }: Attack): string {
  return `${theme}: ${name}`;
}
