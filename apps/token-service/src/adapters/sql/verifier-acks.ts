import { sql, type Insertable, type Kysely } from 'kysely';
import type { VerifierEvidence, VerifierName } from '../../core/model/verifier-evidence.ts';
import type { KeyHolders, KnownVerifier, VerifierAcks, VerifierReport } from '../../core/ports/verifier-acks.ts';
import { countedVerifiers } from './counted-verifiers.ts';
import { earliestTime, type Clocks } from './earliest-time.ts';
import type { Tables } from './schema.ts';
import type { VerifierTables } from './verifier-schema.ts';

/** Rows in one statement: ten parameters each, far below the databases' limits. */
const BATCH = 1_000;

/** How many laggards of one key are named. */
const NAMED = 10;

export class SqlVerifierAcks implements VerifierAcks {
  readonly #store: Clocks;

  constructor(store: Clocks) {
    this.#store = store;
  }

  async record(reports: readonly VerifierReport[]): Promise<void> {
    // In one order, so that two replicas never wait for each other.
    const rows = reports.map(rowOf).sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    for (let start = 0; start < rows.length; start += BATCH) await this.#upsert(rows.slice(start, start + BATCH));
  }

  async forget(gone: readonly { readonly verifier: VerifierName; readonly at: Date }[]): Promise<void> {
    for (const { verifier, at } of gone) {
      await this.#store.db
        .deleteFrom('verifier_ack')
        .where('client_id', '=', verifier.client)
        .where('resource_id', '=', verifier.resource)
        .where('instance_id', '=', verifier.instance)
        .where('heard_at', '<=', at.getTime())
        .execute();
    }
  }

  async prune(silentSeconds: number): Promise<void> {
    const before = (await earliestTime(this.#store)) - 1000 * silentSeconds;
    await this.#store.db.deleteFrom('verifier_ack').where('heard_at', '<', before).execute();
  }

  evidence(kids: readonly string[]): Promise<VerifierEvidence> {
    return readEvidence(this.#store.db, kids);
  }

  async holdersOf(kid: string, most: number): Promise<KeyHolders> {
    const groups = await readGroups(this.#store.db);
    const [holding, others] = [groups.filter(holds(kid)), groups.filter((group) => !holds(kid)(group))];
    return {
      watching: total(groups),
      holding: total(holding),
      holders: await verifiersIn(this.#store.db, holding, most),
      others: await verifiersIn(this.#store.db, others, most),
    };
  }

  async #upsert(rows: readonly Insertable<VerifierTables['verifier_ack']>[]): Promise<void> {
    await this.#store.db
      .insertInto('verifier_ack')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['client_id', 'resource_id', 'instance_id'])
          .doUpdateSet((said) => ({
            epoch: said.ref('excluded.epoch'),
            version: said.ref('excluded.version'),
            digest: said.ref('excluded.digest'),
            kids: said.ref('excluded.kids'),
            heard_at: said.ref('excluded.heard_at'),
            token_id: said.ref('excluded.token_id'),
            signed_by: said.ref('excluded.signed_by'),
          }))
          .where(sql<boolean>`excluded.heard_at >= verifier_ack.heard_at`),
      )
      .execute();
  }
}

/** Verifiers that hold the same keys. */
interface Group {
  readonly kids: string;
  readonly verifiers: number;
}

/**
 * Counts verifiers by what they hold: thousands of them cost a few rows.
 * @param kids whose laggards are to be named
 */
export async function readEvidence(db: Kysely<Tables>, kids: readonly string[]): Promise<VerifierEvidence> {
  const groups = await readGroups(db);
  const all = new Set(groups.flatMap((group) => JSON.parse(group.kids) as string[]));
  const holding = [...all].map((kid) => [kid, total(groups.filter(holds(kid)))] as const);
  const laggards = new Map<string, readonly VerifierName[]>();
  for (const kid of kids) {
    const behind = groups.filter((group) => !holds(kid)(group));
    laggards.set(kid, (await verifiersIn(db, behind, NAMED)).map(nameOf));
  }
  return { watching: total(groups), holding: new Map(holding), laggards };
}

async function readGroups(db: Kysely<Tables>): Promise<readonly Group[]> {
  return db
    .selectFrom(countedVerifiers(db))
    .select(['kids', ({ fn }) => fn.countAll<number>().as('verifiers')])
    .groupBy('kids')
    .execute();
}

async function verifiersIn(
  db: Kysely<Tables>,
  groups: readonly Group[],
  most: number,
): Promise<readonly KnownVerifier[]> {
  if (groups.length === 0) return [];
  const rows = await db
    .selectFrom(countedVerifiers(db))
    .select(['client_id', 'resource_id', 'instance_id', 'heard_at'])
    .where(
      'kids',
      'in',
      groups.map(({ kids }) => kids),
    )
    .orderBy('client_id')
    .orderBy('resource_id')
    .orderBy('instance_id')
    .limit(most)
    .execute();
  return rows.map((row) => ({
    client: row.client_id,
    resource: row.resource_id,
    instance: row.instance_id,
    heardAt: new Date(row.heard_at),
  }));
}

function nameOf({ client, resource, instance }: KnownVerifier): VerifierName {
  return { client, resource, instance };
}

function holds(kid: string) {
  return ({ kids }: Group): boolean => (JSON.parse(kids) as string[]).includes(kid);
}

function total(groups: readonly Group[]): number {
  return groups.reduce((sum, { verifiers }) => sum + Number(verifiers), 0);
}

function rowOf({ verifier, token, held, heardAt }: VerifierReport): Insertable<VerifierTables['verifier_ack']> {
  return {
    client_id: verifier.client,
    resource_id: verifier.resource,
    instance_id: verifier.instance,
    epoch: held?.epoch ?? null,
    version: held?.version ?? null,
    digest: held?.digest ?? null,
    kids: JSON.stringify(held?.kids ?? []),
    heard_at: heardAt.getTime(),
    token_id: token.tokenId,
    signed_by: token.kid,
  };
}

function keyOf(row: Insertable<VerifierTables['verifier_ack']>): string {
  return JSON.stringify([row.client_id, row.resource_id, row.instance_id]);
}
