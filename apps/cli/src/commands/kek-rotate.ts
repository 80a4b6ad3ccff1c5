import { kekVerb } from '../change-kek.ts';

export const verb = kekVerb(
  'rotate',
  'Wraps every stored key under the primary key-encryption key (MINTMARK_KEK_FILE) in place of the named one, which must\nstill be at hand (MINTMARK_KEK_FILES).',
  ({ changed, keys }, kekId) =>
    `${changed} of ${keys} keys were changed from ${kekId} to the primary key-encryption key.`,
);
