import { sql, type Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/**
 * The verifiers that count, with what they hold: those whose client is one still, operates the resource, and is not revoked. What was
 * said over a stream whose token is revoked, or the key that signed it, counts for nothing held: whoever can sign tokens could
 * say it.
 */
export function countedVerifiers(db: Kysely<Tables>) {
  const isProved = sql<boolean>`not exists (
    select 1 from revocation as lost
    where (lost.kind = 'token' and lost.id = ack.token_id) or (lost.kind = 'key' and lost.id = ack.signed_by)
  )`;
  const isAdmitted = sql<boolean>`not exists (
    select 1 from revocation as lost
    where lost.kind = 'client' and lost.id = ack.client_id and lost.ends_at > ack.heard_at
      and (lost.issued_before is null or lost.issued_before > ack.heard_at)
  )`;
  return db
    .selectFrom('verifier_ack as ack')
    .innerJoin('client', 'client.id', 'ack.client_id')
    .innerJoin('resource', (join) =>
      join.onRef('resource.id', '=', 'ack.resource_id').onRef('resource.operated_by', '=', 'ack.client_id'),
    )
    .where('client.disabled', '=', 0)
    .where(isAdmitted)
    .select([
      ...(['ack.client_id', 'ack.resource_id', 'ack.instance_id', 'ack.heard_at'] as const),
      sql<string>`case when ${isProved} then ack.kids else '[]' end`.as('kids'),
      sql<number | null>`case when ${isProved} then ack.epoch end`.as('epoch'),
      sql<number | null>`case when ${isProved} then ack.version end`.as('version'),
    ])
    .as('verifier');
}
