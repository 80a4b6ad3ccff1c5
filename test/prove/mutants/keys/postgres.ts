import type { Mutant } from '../mutant.ts';

const SQL = 'apps/token-service/src/adapters/sql';
const SHARING = 'test/storage/postgres-sharing.integration.spec.ts';

/** What several replicas on one PostgreSQL database rely on. */
export const POSTGRES: readonly Mutant[] = [
  {
    guard: 'a transition holds its key set until it is committed: FOR UPDATE',
    file: `${SQL}/dialect.ts`,
    from: 'lockRows: (query) => query.forUpdate() as typeof query,',
    to: 'lockRows: (query) => query,',
    spec: SHARING,
    test: 'after the lock',
  },
  {
    guard: 'whoever asks for the version waits for a transition that is decided: FOR SHARE',
    file: `${SQL}/dialect.ts`,
    from: 'awaitRows: (query) => query.forShare() as typeof query,',
    to: 'awaitRows: (query) => query,',
    spec: SHARING,
    test: 'is waited for',
  },
  {
    guard: 'time is read after the lock: clock_timestamp()',
    file: `${SQL}/dialect.ts`,
    from: 'extract(epoch from clock_timestamp())',
    to: 'extract(epoch from now())',
    spec: SHARING,
    test: 'after the lock',
  },
  {
    guard: 'one process at a time changes the schema: the advisory lock',
    file: `${SQL}/dialect.ts`,
    from: '    await sql`select pg_advisory_xact_lock(${sql.lit(SCHEMA_LOCK)})`.execute(trx);\n',
    to: '',
    spec: SHARING,
    test: 'set up once',
  },
  {
    guard: 'a key set is read as it was at one moment: repeatable read',
    file: `${SQL}/key-repository.ts`,
    from: ".setIsolationLevel('repeatable read')",
    to: '',
    spec: SHARING,
    test: 'is read whole',
  },
  {
    guard: 'what is committed is on disk, whatever the database is set up for: synchronous_commit',
    file: `${SQL}/postgres-pool.ts`,
    from: '    onConnect: demandDurability,\n',
    to: '',
    spec: SHARING,
    test: 'survives a power cut',
  },
  {
    guard: 'a line on which nothing comes is proved: the heartbeat',
    file: `${SQL}/postgres-listener.ts`,
    from: '      this.#heartbeat = setInterval(() => void this.#prove(client), HEARTBEAT_MS);\n',
    to: '',
    spec: SHARING,
    test: 'is missed',
  },
  {
    guard: 'a transition is told with its commit: NOTIFY',
    file: `${SQL}/key-repository.ts`,
    from: "    await this.#store.dialect.announce(trx, 'keys');\n",
    to: '',
    spec: SHARING,
    test: 'comes with the commit',
  },
  {
    guard: 'what is told wakes the polls',
    file: 'apps/token-service/src/modules/core.ts',
    from: '    for (const poll of polls[subject]) poll.wake();\n',
    to: '',
    spec: 'test/e2e/woken-replicas.integration.spec.ts',
  },
];
