import type { Migration } from '../migrator.ts';

export const administration: Migration = {
  name: '0003-administration',
  statements: ({ types: { text, integer }, tableOptions }) => [
    // Only so that policies can refer to it: what the resource is stands in the program, and the registry never shows this row.
    `insert into resource (id, uri, operated_by, scopes, token_lifetime_seconds, signing_algorithm, sender_constraint)
      values ('mintmark-admin', null, null, '[]', 300, 'ES256', 'none')`,

    `create table admin_token (
      jti ${text} not null primary key,
      client_id ${text} not null,
      expires_at ${integer} not null
    ) ${tableOptions}`,
    `create index admin_token_expiry on admin_token (expires_at)`,

    `create table audit_anchor (
      chain ${text} not null,
      seq ${integer} not null check (seq > 0),
      hash ${text} not null,
      at ${integer} not null,
      primary key (chain, seq)
    ) ${tableOptions}`,
  ],
};
