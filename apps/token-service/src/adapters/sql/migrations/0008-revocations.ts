import type { Migration } from '../migrator.ts';

export const revocations: Migration = {
  name: '0008-revocations',
  needs: 3, // Tables of its own: who does not know them leaves them as they are.
  statements: ({ types: { text, integer }, tableOptions }) => [
    `create table revocation_feed (
      id ${integer} not null primary key check (id = 1),
      epoch ${integer} not null,
      sequence ${integer} not null
    ) ${tableOptions}`,
    `insert into revocation_feed (id, epoch, sequence) values (1, 1, 0)`,

    `create table revocation (
      kind ${text} not null check (kind in ('token', 'client', 'key')),
      id ${text} not null,
      revoked_at ${integer} not null,
      ends_at ${integer} not null,
      issued_before ${integer},
      client_id ${text},
      sequence ${integer} not null unique,
      primary key (kind, id)
    ) ${tableOptions}`,
    `create index revocation_end on revocation (ends_at)`,
    `create index revocation_client on revocation (client_id) where client_id is not null`,

    `create table revocation_event (
      epoch ${integer} not null,
      sequence ${integer} not null,
      at ${integer} not null,
      actor ${text} not null,
      change ${text} not null,
      primary key (epoch, sequence)
    ) ${tableOptions}`,
  ],
};
