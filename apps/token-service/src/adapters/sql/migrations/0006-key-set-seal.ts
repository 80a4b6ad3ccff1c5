import type { Migration } from '../migrator.ts';

/** Which rows belong to a key set, as they must be, and a MAC over that. */
export const keySetSeal: Migration = {
  name: '0006-key-set-seal',
  statements: ({ types: { text } }) => [
    `alter table keyset add column key_rows ${text}`,
    `alter table keyset add column mac ${text}`,
  ],
};
