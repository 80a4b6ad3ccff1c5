import type { Migration } from '../migrator.ts';

export const authentication: Migration = {
  name: '0005-authentication',
  needs: 3, // Tables of its own: who does not know them leaves them as they are.
  statements: ({ types: { text, integer }, tableOptions }) => [
    `create table trusted_issuer (
      id ${text} not null primary key,
      disabled ${integer} not null check (disabled in (0, 1)),
      trust ${text} not null
    ) ${tableOptions}`,

    `create table one_time_use (
      key ${text} not null primary key,
      forget_at ${integer} not null
    ) ${tableOptions}`,
    `create index one_time_use_end on one_time_use (forget_at)`,
  ],
};
