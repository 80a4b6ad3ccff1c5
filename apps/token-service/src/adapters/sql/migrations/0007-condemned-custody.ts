import type { Migration } from '../migrator.ts';

export const condemnedCustody: Migration = {
  name: '0007-condemned-custody',
  statements: ({ types: { text, integer }, tableOptions }) => [
    `create table condemned_custody (
      custody ${text} not null primary key,
      at ${integer} not null
    ) ${tableOptions}`,
  ],
};
