import type { Migration } from '../migrator.ts';

/**
 * Each replica has an audit chain of its own, so its anchors carry its name. Where there was one replica, it had none. A program that
 * goes on writing to `audit_anchor` loses nothing by it.
 */
export const replicaAnchors: Migration = {
  name: '0004-replica-anchors',
  needs: 3,
  statements: ({ types: { text, integer }, tableOptions }) => [
    `create table replica_anchor (
      replica ${text} not null,
      chain ${text} not null,
      seq ${integer} not null check (seq > 0),
      hash ${text} not null,
      at ${integer} not null,
      primary key (replica, chain, seq)
    ) ${tableOptions}`,
    `insert into replica_anchor (replica, chain, seq, hash, at) select '', chain, seq, hash, at from audit_anchor`,
  ],
};
