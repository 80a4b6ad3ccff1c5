import { kekVerb } from '../change-kek.ts';

export const verb = kekVerb(
  'drop',
  'Makes every stored key independent of the named key-encryption key. The last wrap of a key is never dropped.',
  ({ changed, keys }, kekId) => `${changed} of ${keys} keys no longer open with ${kekId}.`,
);
