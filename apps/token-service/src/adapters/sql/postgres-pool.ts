import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { checkServerIdentity } from 'node:tls';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { Pool, types, type PoolClient, type PoolConfig } from 'pg';
import type { PostgresLocation } from './database-url.ts';
import { breaksConnection, isUnavailable, withoutRows } from './postgres-errors.ts';
import type { StatementObserver } from './statement-observer.ts';
import { nothingWasChanged, outcomeUnknown, type StorageUnavailable } from './storage-unavailable.ts';

export interface PostgresAccess {
  readonly location: PostgresLocation;
  /** Read anew for each connection, so that a password can be changed under a running service. */
  readonly passwordFile: string | undefined;
}

/** How long things may take, in milliseconds. */
export interface Patience {
  /** Until the server stops a statement. */
  readonly statement: number;
  /** Until the server stops waiting for a lock. */
  readonly lock: number;
}

export const SERVING: Patience = { statement: 10_000, lock: 5_000 };
/** A migration may rewrite tables, and the other replicas wait for it. */
export const MIGRATING: Patience = { statement: 600_000, lock: 600_000 };

const CONNECT_MS = 5_000;
const IDLE_MS = 30_000;
/** What an answer may take beyond the time that the server gives itself; then the connection is taken for dead. */
const ON_THE_WAY_MS = 2_000;
const MOST_CONNECTIONS = 10;

/** How to reach the server: every fact spelt out, so that PG… variables of the environment decide nothing about whom we trust. */
export function connectionConfig({ location, passwordFile }: PostgresAccess): PoolConfig {
  const { host, port, user, database, tls } = location;
  return {
    ...{ host, port, user, database },
    // Without a file an empty one: the server says whether it wants any.
    password: async () => (passwordFile === undefined ? '' : (await readFile(passwordFile, 'utf8')).trimEnd()),
    ssl: tls !== undefined && {
      rejectUnauthorized: true,
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
      ...(tls.rootCertificateFile !== undefined && { ca: readFileSync(tls.rootCertificateFile, 'utf8') }),
    },
    application_name: 'mintmark',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
  };
}

/** A bounded pool of connections whose failures are typed, and which replaces by itself what it has lost. */
export function openPool(access: PostgresAccess, patience: Patience, observe: StatementObserver): PostgresPool {
  const pool = new Pool({
    ...connectionConfig(access),
    max: MOST_CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: patience.statement,
    lock_timeout: patience.lock,
    idle_in_transaction_session_timeout: patience.statement,
    query_timeout: patience.statement + ON_THE_WAY_MS,
    types: { getTypeParser },
    // eslint-disable-next-line @typescript-eslint/no-misused-promises -- pg waits for it, though its types do not say so
    onConnect: demandDurability,
  });
  // A connection that dies while nobody waits for it is none of anyone's business: the next query gets another one.
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return {
    options: pool.options,
    connect: async () => new ObservedClient(await connected(pool), observe),
    end: () => pool.end(),
  };
}

function ignore(): void {}

async function connected(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw isUnavailable(error) ? nothingWasChanged(error) : withoutRows(error);
  }
}

/** A committed revocation must survive a power cut, whatever the server's default is. */
async function demandDurability(client: Pick<PoolClient, 'query'>): Promise<void> {
  await client.query(
    `select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`,
  );
}

/** Sees each statement, says what failures mean, and does not hand a broken connection to the next one. */
class ObservedClient implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #observe: StatementObserver;
  /** What broke the connection. It is also the answer to the ROLLBACK that follows, so that nothing hides it. */
  #broken: StorageUnavailable | undefined;

  constructor(client: PoolClient, observe: StatementObserver) {
    this.#client = client;
    this.#observe = observe;
  }

  query<Row>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
  query(cursor: never): never;
  async query<Row>(text: string, parameters: readonly unknown[] = []): Promise<PostgresQueryResult<Row>> {
    this.#observe(text);
    if (this.#broken) throw this.#broken;
    try {
      return (await this.#client.query(text, [...parameters])) as unknown as PostgresQueryResult<Row>;
    } catch (error) {
      if (!isUnavailable(error)) throw withoutRows(error);
      if (!breaksConnection(error)) throw nothingWasChanged(error);
      throw (this.#broken = text === 'commit' ? outcomeUnknown(error) : nothingWasChanged(error));
    }
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#broken !== undefined);
  }
}

const INT8 = 20;

/** Whole numbers as numbers: all of ours are instants, versions and counts, far below 2⁵³. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  return oid === INT8 ? wholeNumber : (types.getTypeParser(oid, format ?? 'text') as (value: string) => unknown);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`the database holds a number beyond 2^53: ${text}`);
  return value;
}
