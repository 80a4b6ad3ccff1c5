import type { Migration } from '../migrator.ts';

/** By which token a verifier said what it holds, and which clients have tokens of a key. A program that knows neither loses nothing by it. */
export const verifierTokens: Migration = {
  name: '0011-verifier-tokens',
  needs: 9,
  statements: ({ types: { text, integer }, tableOptions }) => [
    `alter table verifier_ack add column token_id ${text}`,
    `alter table verifier_ack add column signed_by ${text}`,

    `create table key_client_use (
      kid ${text} not null,
      client_id ${text} not null,
      latest_exp ${integer} not null,
      primary key (kid, client_id)
    ) ${tableOptions}`,
    `create index key_client_use_end on key_client_use (latest_exp)`,
  ],
};
