/**
 * Ids of clients and resources: 1 to 64 of `a-z 0-9 . _ -`, beginning and ending with a letter or digit. They travel in
 * Basic credentials, in `aud` and in paths, so no colon, no slash, nothing to encode, and no two that differ in case alone.
 * None begins as a client secret does: one pasted in the wrong place must not become a public name.
 */
const ENTITY_ID = /^(?!mmcs_)[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

export function isEntityId(text: string): boolean {
  return ENTITY_ID.test(text);
}

export const ENTITY_ID_PATTERN = ENTITY_ID.source;

/** Names of Mintmark itself: declaring them would let a file reach what guards the registry. */
export const RESERVED_IDS: readonly string[] = ['mintmark-admin', 'mintmark-keyset'];
