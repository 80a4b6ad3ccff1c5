import type { Migration } from '../migrator.ts';

/** What verifiers say they hold, and until when tokens of a key live. A program that knows neither loses nothing by it. */
export const verifierAcks: Migration = {
  name: '0009-verifier-acks',
  needs: 5,
  statements: ({ types: { text, integer }, tableOptions }) => [
    `create table verifier_ack (
      client_id ${text} not null,
      resource_id ${text} not null,
      instance_id ${text} not null,
      epoch ${integer},
      version ${integer},
      digest ${text},
      kids ${text} not null,
      heard_at ${integer} not null,
      primary key (client_id, resource_id, instance_id)
    ) ${tableOptions}`,
    `create index verifier_ack_heard on verifier_ack (heard_at)`,

    `create table key_use (
      kid ${text} not null primary key,
      latest_exp ${integer} not null
    ) ${tableOptions}`,
  ],
};
