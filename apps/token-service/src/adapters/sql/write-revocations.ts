import { REVOCATION_KINDS, type RevocationKind } from '@mintmark/contract';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { momentOf, type Moment } from '../../core/model/database-clock.ts';
import {
  decideRevocation,
  demandRoom,
  type Revocation,
  type RevocationHead,
  type RevocationOrder,
} from '../../core/model/revocation.ts';
import type { Timing } from '../../core/model/timing.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RevocationAuthor } from '../../core/ports/revocation-store.ts';
import type { SqlDialect } from './dialect.ts';
import type { RevocationTables } from './revocation-schema.ts';
import type { Tables } from './schema.ts';

interface Writing {
  readonly dialect: SqlDialect;
  /** That of this machine. */
  readonly clock: Clock;
  readonly timing: Timing;
  readonly author: RevocationAuthor;
}

/**
 * Applies orders inside the transaction of whatever is their cause, so that neither is there without the other.
 * @returns each revocation as it is afterwards, in the order of the orders
 */
export async function writeRevocations(
  trx: Transaction<Tables>,
  orders: readonly RevocationOrder[],
  { author, ...keeping }: Writing,
): Promise<readonly (Revocation | undefined)[]> {
  if (orders.length === 0) return [];
  const { dialect, timing } = keeping;
  const before = await dialect.lockRows(trx.selectFrom('revocation_feed').selectAll()).executeTakeFirstOrThrow();
  const { now, moment } = await readMoment(trx, keeping);
  for (const kind of REVOCATION_KINDS) demandRoom(kind, { ofKind: addedTo(kind, orders).length, ofClient: 0 });
  await trx.deleteFrom('revocation').where('ends_at', '<=', moment.earliest.getTime()).execute();
  const living = await livingAmong(trx, orders);
  let { sequence } = before;
  const written: (Revocation | undefined)[] = [];
  for (const order of orders) {
    const found = living(order);
    const decided = decideRevocation(order, found, { moment, timing });
    if (decided) sequence += 1;
    written.push(decided ? await write(trx, { ...decided, sequence }, { epoch: before.epoch, now, author }) : found);
  }
  if (sequence === before.sequence) return written;
  await demandRoomFor(trx, orders);
  await trx.updateTable('revocation_feed').set({ sequence }).execute();
  await dialect.announce(trx, 'revocations');
  return written;
}

/** Whichever clock is wrong, nothing that is revoked may be forgotten by it, nor end too early. */
export async function readMoment(
  db: Kysely<Tables>,
  { dialect, clock, timing }: Omit<Writing, 'author'>,
): Promise<{ readonly now: Date; readonly moment: Moment }> {
  const sent = clock.now();
  const now = await dialect.databaseTime(db);
  return { now, moment: momentOf({ databaseTime: now, sent, received: clock.now() }, timing) };
}

/** One look-up, however many clients a declaration brings. */
async function livingAmong(
  trx: Transaction<Tables>,
  orders: readonly RevocationOrder[],
): Promise<(order: RevocationOrder) => Revocation | undefined> {
  const [first, ...more] = orders;
  const only = first && more.length === 0 ? await findRevocation(trx, first) : undefined;
  if (more.length === 0) return () => only;
  const rows = await trx.selectFrom('revocation').selectAll().execute();
  const byName = new Map(rows.map((row) => [`${row.kind} ${row.id}`, revocationOfRow(row)]));
  return ({ kind, id }) => byName.get(`${kind} ${id}`);
}

export async function findRevocation(
  trx: Transaction<Tables>,
  { kind, id }: Pick<Revocation, 'kind' | 'id'>,
): Promise<Revocation | undefined> {
  const query = trx.selectFrom('revocation').selectAll().where('kind', '=', kind).where('id', '=', id);
  const row = await query.executeTakeFirst();
  return row && revocationOfRow(row);
}

export function revocationOfRow(row: Selectable<RevocationTables['revocation']>): Revocation {
  const { kind, id, revoked_at, ends_at, issued_before, client_id, sequence } = row;
  return {
    kind: kind as Revocation['kind'],
    id,
    revokedAt: new Date(revoked_at),
    until: new Date(ends_at),
    issuedBefore: issued_before === null ? null : new Date(issued_before),
    client: client_id,
    sequence,
  };
}

async function write(
  trx: Transaction<Tables>,
  revocation: Revocation,
  { epoch, now, author }: Pick<RevocationHead, 'epoch'> & { now: Date; author: RevocationAuthor },
): Promise<Revocation> {
  const { kind, id, revokedAt, until, issuedBefore, client, sequence } = revocation;
  const row = {
    ...{ kind, id, sequence, client_id: client },
    revoked_at: revokedAt.getTime(),
    ends_at: until.getTime(),
    issued_before: issuedBefore?.getTime() ?? null,
  };
  await trx.deleteFrom('revocation').where('kind', '=', kind).where('id', '=', id).execute();
  await forgetVerifiers(trx, revocation);
  await trx.insertInto('revocation').values(row).execute();
  const change = JSON.stringify({
    ...{ kind, id, until },
    ...(issuedBefore === null ? {} : { issuedBefore }),
    ...(author.reason === undefined ? {} : { reason: author.reason }),
  });
  const event = { epoch, sequence, at: now.getTime(), actor: author.actor, change };
  await trx.insertInto('revocation_event').values(event).execute();
  return revocation;
}

/** What was acknowledged over streams that end with it. A key stays revoked for longer than anybody is waited for, so its are passed over. */
async function forgetVerifiers(trx: Transaction<Tables>, { kind, id, issuedBefore }: Revocation): Promise<void> {
  if (kind === 'key' || issuedBefore !== null) return;
  const column = kind === 'client' ? 'client_id' : 'token_id';
  await trx.deleteFrom('verifier_ack').where(column, '=', id).execute();
}

function addedTo(kind: RevocationKind, orders: readonly RevocationOrder[]): readonly RevocationOrder[] {
  return orders.filter((order) => order.verb === 'revoke' && order.kind === kind);
}

async function demandRoomFor(trx: Transaction<Tables>, orders: readonly RevocationOrder[]): Promise<void> {
  for (const kind of REVOCATION_KINDS) {
    const added = addedTo(kind, orders);
    if (added.length > 0) demandRoom(kind, { ofKind: await countOf(trx, { kind }), ofClient: 0 });
  }
  const clients = new Set(orders.flatMap((order) => ('client' in order ? (order.client ?? []) : [])));
  for (const client of clients) demandRoom('token', { ofKind: 0, ofClient: await countOf(trx, { client_id: client }) });
}

async function countOf(
  trx: Transaction<Tables>,
  which: { kind: RevocationKind } | { client_id: string },
): Promise<number> {
  const { found } = await trx
    .selectFrom('revocation')
    .select(({ fn }) => fn.countAll<number>().as('found'))
    .where((where) => where.and(which))
    .executeTakeFirstOrThrow();
  return Number(found);
}
