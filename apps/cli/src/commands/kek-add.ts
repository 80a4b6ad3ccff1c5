import { kekVerb } from '../change-kek.ts';

export const verb = kekVerb(
  'add',
  'Wraps every stored key under one more key-encryption key. Its file must be named in MINTMARK_KEK_FILES.',
  ({ changed, keys }, kekId) => `${changed} of ${keys} keys are now wrapped under ${kekId} too.`,
);
