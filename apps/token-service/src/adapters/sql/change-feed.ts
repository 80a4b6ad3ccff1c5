import type { Kysely, Selectable } from 'kysely';
import type { ChangePosition, ChangeRecorded } from '../../core/model/audit-event.ts';
import type { KeyChange } from '../../core/model/key-set.ts';
import type { ChangeFeed } from '../../core/ports/change-feed.ts';
import { SigningProviderError } from '../../core/ports/signing-key-provider.ts';
import type { KeySetSeal } from '../../core/ports/key-set-seal.ts';
import { isProven } from './key-events.ts';
import type { Tables } from './schema.ts';

type KeyEventRow = Selectable<Tables['key_event']>;

const REGISTRY = 'registry';
const KEYS = 'keys:';
const REVOCATIONS = 'revocations';
/** Rows that are dropped in one statement. */
const MOST_DROPPED = 500;
/** The registry has no epochs. */
const ONLY_EPOCH = 1;

/** `registry_event`, `key_event` and `revocation_event`, as streams. */
export class SqlChangeFeed implements ChangeFeed {
  readonly #db: Kysely<Tables>;
  readonly #seal: KeySetSeal | undefined;

  /** @param seal proves the records of keys; without it they are not to be asked for */
  constructor({ db }: { db: Kysely<Tables> }, seal?: KeySetSeal) {
    this.#db = db;
    this.#seal = seal;
  }

  async heads(): Promise<readonly ChangePosition[]> {
    const registry = await this.#db.selectFrom('registry').select('version').executeTakeFirst();
    const keySets = await this.#db
      .selectFrom('keyset')
      .select(['issuer', 'epoch', 'version'])
      .orderBy('issuer')
      .execute();
    const revocations = await this.#db
      .selectFrom('revocation_feed')
      .select(['epoch', 'sequence'])
      .executeTakeFirstOrThrow();
    return [
      ...keySets.map(({ issuer, epoch, version }) => ({ stream: `${KEYS}${issuer}`, epoch, version })),
      { stream: REGISTRY, epoch: ONLY_EPOCH, version: registry?.version ?? 0 },
      { stream: REVOCATIONS, epoch: revocations.epoch, version: revocations.sequence },
    ];
  }

  after(position: ChangePosition, limit: number): Promise<readonly ChangeRecorded[]> {
    if (position.stream === REGISTRY) return this.#registryAfter(position, limit);
    return position.stream === REVOCATIONS ? this.#revocationsAfter(position, limit) : this.#keysAfter(position, limit);
  }

  /** Every client writes a row when it gives back a token; those of the registry and the keys are written by operators and the schedule. */
  async forget({ stream, epoch, version }: ChangePosition, before: Date): Promise<void> {
    if (stream !== REVOCATIONS) return;
    // Only the oldest are looked at, so that it costs the same however many there are.
    const oldest = this.#db.selectFrom('revocation_event').select(['epoch', 'sequence', 'at']);
    const due = this.#db
      .selectFrom(oldest.orderBy('epoch').orderBy('sequence').limit(MOST_DROPPED).as('oldest'))
      .select(['epoch', 'sequence'])
      .where('at', '<', before.getTime())
      .where((where) =>
        where.or([
          where('epoch', '<', epoch),
          where.and([where('epoch', '=', epoch), where('sequence', '<=', version)]),
        ]),
      );
    await this.#db
      .deleteFrom('revocation_event')
      .where((where) => where(where.refTuple('epoch', 'sequence'), 'in', due.$asTuple('epoch', 'sequence')))
      .execute();
  }

  async #registryAfter({ stream, version: after }: ChangePosition, limit: number): Promise<readonly ChangeRecorded[]> {
    const query = this.#db.selectFrom('registry_event').selectAll().where('version', '>', after);
    const rows = await query.orderBy('version').limit(limit).execute();
    return rows.map(({ version, at, actor, changes }) => {
      const { requestId, ...change } = JSON.parse(changes) as Record<string, unknown>;
      return {
        event: 'registry.changed',
        time: new Date(at),
        stream,
        epoch: ONLY_EPOCH,
        version,
        actor,
        ...(typeof requestId === 'string' ? { requestId } : {}),
        change,
      };
    });
  }

  async #revocationsAfter(
    { stream, epoch, version }: ChangePosition,
    limit: number,
  ): Promise<readonly ChangeRecorded[]> {
    const rows = await this.#db
      .selectFrom('revocation_event')
      .selectAll()
      .where((where) =>
        where.or([
          where('epoch', '>', epoch),
          where.and([where('epoch', '=', epoch), where('sequence', '>', version)]),
        ]),
      )
      .orderBy('epoch')
      .orderBy('sequence')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      event: 'revocations.changed',
      time: new Date(row.at),
      stream,
      epoch: row.epoch,
      version: row.sequence,
      actor: row.actor,
      change: JSON.parse(row.change) as Record<string, unknown>,
    }));
  }

  /** None beyond what the key set has come to: whatever stands there was not written with it. */
  async #keysAfter({ stream, epoch, version }: ChangePosition, limit: number): Promise<readonly ChangeRecorded[]> {
    const seal = this.#seal;
    // What nobody can tell from what was planted is not copied as either.
    if (seal?.version === undefined) return [];
    const query = this.#db
      .selectFrom('key_event')
      .innerJoin('keyset', 'keyset.issuer', 'key_event.issuer')
      .selectAll('key_event')
      .where('key_event.issuer', '=', stream.slice(KEYS.length))
      .where((where) =>
        where.or([
          where('key_event.epoch', '>', epoch),
          where.and([where('key_event.epoch', '=', epoch), where('key_event.version', '>', version)]),
        ]),
      )
      .where((where) =>
        where.or([
          where('key_event.epoch', '<', where.ref('keyset.epoch')),
          where.and([
            where('key_event.epoch', '=', where.ref('keyset.epoch')),
            where('key_event.version', '<=', where.ref('keyset.version')),
          ]),
        ]),
      );
    const rows = await query.orderBy('key_event.epoch').orderBy('key_event.version').limit(limit).execute();
    return keysChanges(rows, stream, seal);
  }
}

/** Up to the first that may be under a later key of the seals, which does not open here: whoever opens it will tell. */
async function keysChanges(
  rows: readonly KeyEventRow[],
  stream: string,
  seal: KeySetSeal,
): Promise<readonly ChangeRecorded[]> {
  const changes: ChangeRecorded[] = [];
  try {
    for (const row of rows) changes.push(keysChanged(row, stream, await isProven(row, seal)));
  } catch (error) {
    if (!(error instanceof SigningProviderError)) throw error;
  }
  return changes;
}

function keysChanged(row: KeyEventRow, stream: string, proven: boolean): ChangeRecorded {
  const { epoch, version, at, actor, transition, reason, changes } = row;
  return {
    event: 'keys.changed',
    time: new Date(at),
    ...{ stream, epoch, version, actor },
    change: {
      transition,
      ...(reason === null ? {} : { reason }),
      ...(proven ? { keys: (JSON.parse(changes) as KeyChange[]).map(summaryOf) } : { keys: [], unproven: UNPROVEN }),
    },
  };
}

const UNPROVEN = 'this row of key_event bears no seal of Mintmark that is whole: anyone could have written it';

function summaryOf({ from, key }: KeyChange): Record<string, unknown> {
  return { id: key.id, ...('kid' in key ? { kid: key.kid } : {}), algorithm: key.algorithm, from, to: key.state };
}
