import type { Migration } from '../migrator.ts';

/** Of which token a record of issuance speaks. Tokens recorded by a program that does not know it administer nothing here. */
export const adminTokenDigest: Migration = {
  name: '0012-admin-token-digest',
  needs: 9,
  statements: ({ types: { text } }) => [`alter table admin_token add column digest ${text}`],
};
