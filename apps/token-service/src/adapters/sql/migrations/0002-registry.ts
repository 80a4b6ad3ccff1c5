import type { Migration } from '../migrator.ts';

/** References are checked at commit, so that a transaction may write its tables in any order. */
const AT_COMMIT = 'deferrable initially deferred';

export const registry: Migration = {
  name: '0002-registry',
  statements: ({ types: { text, integer, real, bytes }, tableOptions }) => [
    `create table registry (
      id ${integer} not null primary key check (id = 1),
      version ${integer} not null check (version >= 0)
    ) ${tableOptions}`,

    `create table client (
      id ${text} not null primary key,
      disabled ${integer} not null check (disabled in (0, 1)),
      credentials ${text} not null
    ) ${tableOptions}`,

    `create table resource (
      id ${text} not null primary key,
      uri ${text} unique,
      operated_by ${text} references client (id) ${AT_COMMIT},
      scopes ${text} not null,
      token_lifetime_seconds ${real} not null check (token_lifetime_seconds > 0),
      signing_algorithm ${text} not null,
      sender_constraint ${text} not null
    ) ${tableOptions}`,
    `create index resource_operator on resource (operated_by)`,

    `create table client_secret (
      id ${text} not null primary key,
      client_id ${text} not null references client (id) on delete cascade,
      digest ${bytes} not null,
      digest_key_id ${text} not null,
      created_at ${integer} not null,
      expires_at ${integer},
      last_used_at ${integer}
    ) ${tableOptions}`,
    `create index client_secret_of on client_secret (client_id)`,

    `create table policy (
      id ${text} not null primary key,
      client_id ${text} not null references client (id) ${AT_COMMIT},
      resource_id ${text} not null references resource (id) ${AT_COMMIT},
      ordinal ${integer} not null check (ordinal > 0),
      scopes ${text} not null,
      unique (client_id, resource_id, ordinal)
    ) ${tableOptions}`,
    `create index policy_resource on policy (resource_id)`,

    `create table registry_event (
      version ${integer} not null primary key,
      at ${integer} not null,
      actor ${text} not null,
      changes ${text} not null
    ) ${tableOptions}`,
  ],
};
