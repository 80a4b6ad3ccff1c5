import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeRegistryRepository } from '../../../../../test/registry/registry-repository.contract.ts';
import { newSqliteStorage } from '../../../../../test/storage/test-storage.ts';
import { NO_CHANGES, type RegistryChanges } from '../../core/model/registry-changes.ts';
import { openDatabase, type Database } from './open-database.ts';
import { SqlRegistryRepository } from './registry-repository.ts';

const clock = { now: () => new Date(1_764_000_000_000), monotonic: () => 0 };

describeRegistryRepository('SQLite', newSqliteStorage);

describe('SqlRegistryRepository', () => {
  let database: Database;
  let repository: SqlRegistryRepository;

  beforeEach(async () => {
    database = await openDatabase({ url: 'sqlite::memory:', clock });
    repository = new SqlRegistryRepository(database);
  });
  afterEach(() => database.close());

  const thousands: RegistryChanges = {
    ...NO_CHANGES,
    resources: [
      {
        action: 'create',
        after: {
          id: 'inventory',
          audience: 'inventory',
          scopes: ['stock:read'],
          tokenLifetimeSeconds: 300,
          signingAlgorithm: 'ES256',
          senderConstraint: 'none',
        },
      },
    ],
    clients: range(10_000).map((n) => ({
      action: 'create',
      after: { id: `client-${n}`, disabled: false, credentials: [{ kind: 'client_secret' }] },
    })),
    policies: range(10_000).map((n) => ({
      action: 'create',
      after: { id: `client-${n}/inventory`, client: `client-${n}`, resource: 'inventory', scopes: ['stock:read'] },
    })),
  };

  it('writes ten thousand clients in few statements', async () => {
    const before = database.statements();
    await repository.transact(() => ({ actor: 'test', changes: thousands }));
    expect(database.statements() - before).toBeLessThan(60);
    expect((await repository.load()).clients).toHaveLength(10_000);
  });

  it('asks no more of the database for a client among ten thousand', async () => {
    await repository.transact(() => ({ actor: 'test', changes: thousands }));
    const before = database.statements();
    await repository.transactClient('client-1', () => ({ actor: 'test', changes: NO_CHANGES }));
    await repository.version();
    expect(database.statements() - before).toBeLessThan(10);
  });

  it('keeps one copy of what thousands of clients have in common', async () => {
    await repository.transact(() => ({ actor: 'test', changes: thousands }));
    const { clients, policies } = await repository.load();
    expect(new Set(clients.map(({ credentials }) => credentials)).size).toBe(1);
    expect(new Set(policies.map(({ scopes }) => scopes)).size).toBe(1);
  });

  it('records each version with its actor and the names of what changed, and nothing secret', async () => {
    const digest = Buffer.alloc(32, 'digest');
    const secret = { id: 's1', digest, digestKeyId: 'k', createdAt: new Date(0), expiresAt: null };
    const [client] = thousands.clients;
    await repository.transact(() => ({ actor: 'ops', changes: { ...NO_CHANGES, clients: client ? [client] : [] } }));
    await repository.transactClient('client-0', () => ({
      actor: 'ops',
      changes: { ...NO_CHANGES, secrets: [{ action: 'add', clientId: 'client-0', secret }] },
    }));
    const events = await database.db.selectFrom('registry_event').selectAll().orderBy('version').execute();
    expect(events.map(({ version, at, actor }) => ({ version, at, actor }))).toEqual([
      { version: 1, at: clock.now().getTime(), actor: 'ops' },
      { version: 2, at: clock.now().getTime(), actor: 'ops' },
    ]);
    expect(events.map(({ changes }) => JSON.parse(changes) as unknown)).toEqual([
      { resources: [], clients: [['create', 'client-0']], policies: [], secrets: [] },
      { resources: [], clients: [], policies: [], secrets: [['add', 'client-0', 's1']] },
    ]);
  });
});

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}
