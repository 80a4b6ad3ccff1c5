import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openDatabase, type Database } from '../../adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../adapters/sql/registry-repository.ts';
import type { DeclarationFile, DeclarationProblem } from '../model/declaration.ts';
import { isEmpty, NO_CHANGES } from '../model/registry-changes.ts';
import { readDeclaration } from './declaration/read-declaration.ts';
import { ApplyDeclaration, type ApplyOutcome } from './apply-declaration.ts';
import { RefreshRegistry } from './refresh-registry.ts';
import { Registry } from './registry-snapshot.ts';

const SUPPORT = {
  credentialKinds: ['client_secret', 'tls_client_auth'],
  signingAlgorithms: ['ES256'],
  senderConstraints: ['none'],
} as const;
const clock = { now: () => new Date(1_764_000_000_000), monotonic: () => 0 };

const SAMPLE = `apiVersion: mintmark/v1
resources:
  - id: inventory
    scopes: [stock:read, stock:reserve]
    tokenLifetime: 5m
clients:
  - id: orders
    credentials: [{ kind: client_secret }]
  - id: billing
    credentials: [{ kind: client_secret }]
policies:
  - client: orders
    resource: inventory
    scopes: [stock:read]
`;

let database: Database;
let repository: SqlRegistryRepository;
let registry: Registry;
let found: DeclarationFile | DeclarationProblem;
let applyDeclaration: ApplyDeclaration;

beforeEach(async () => {
  database = await openDatabase({ url: 'sqlite::memory:', clock });
  repository = new SqlRegistryRepository(database);
  registry = new Registry();
  applyDeclaration = new ApplyDeclaration({
    source: { read: () => Promise.resolve(found) },
    reader: { read: (file) => Promise.resolve(readDeclaration(file, SUPPORT)) },
    repository,
    refreshRegistry: new RefreshRegistry({ registry, repository }),
  });
});
afterEach(() => database.close());

function apply(text: string): Promise<ApplyOutcome> {
  found = { name: 'mintmark.yaml', bytes: Buffer.from(text) };
  return applyDeclaration.execute();
}

async function addSecret(clientId: string): Promise<void> {
  const secret = {
    id: `${clientId}-1`,
    digest: Buffer.alloc(32),
    digestKeyId: 'k',
    createdAt: new Date(0),
    expiresAt: null,
  };
  const changes = { ...NO_CHANGES, secrets: [{ action: 'add', clientId, secret } as const] };
  await repository.transactClient(clientId, () => ({ actor: 'test', changes }));
}

describe('ApplyDeclaration', () => {
  it('stores the file and serves it', async () => {
    expect(await apply(SAMPLE)).toMatchObject({
      ok: true,
      version: 1,
      changes: {
        resources: [{ action: 'create', after: { id: 'inventory' } }],
        clients: [{ action: 'create' }, { action: 'create' }],
        policies: [{ action: 'create' }],
      },
    });
    expect(registry.snapshot().version).toBe(1);
    expect(registry.snapshot().policiesFor('orders', 'inventory')).toHaveLength(1);
  });

  it('makes no version of a file that says nothing new, whatever its order and spelling', async () => {
    await apply(SAMPLE);
    const [head = '', clients = '', ...rest] = SAMPLE.split(/(?=^clients|^policies)/m);
    for (const text of [
      SAMPLE,
      `# again\n${SAMPLE}`,
      [head, ...rest, clients].join(''),
      SAMPLE.replace('5m', '300s'),
    ]) {
      const outcome = await apply(text);
      expect(outcome).toMatchObject({ ok: true, version: 1 });
      expect(outcome.ok && isEmpty(outcome.changes)).toBe(true);
    }
  });

  it('changes, adds and removes', async () => {
    await apply(SAMPLE);
    const outcome = await apply(
      SAMPLE.replace('id: billing', 'id: invoices')
        .replace('[stock:read]\n', '[stock:reserve]\n')
        .replace('reserve]\n    token', 'reserve, x]\n    token'),
    );
    expect(outcome).toMatchObject({
      version: 2,
      changes: {
        resources: [
          { action: 'update', before: { id: 'inventory' }, after: { scopes: ['stock:read', 'stock:reserve', 'x'] } },
        ],
        clients: [
          { action: 'create', after: { id: 'invoices' } },
          { action: 'remove', before: { id: 'billing' } },
        ],
        policies: [{ action: 'update', after: { scopes: ['stock:reserve'] } }],
      },
    });
    expect(registry.snapshot().client('billing')).toBeUndefined();
    expect(registry.snapshot().grantsOf('orders')[0]?.scopes).toEqual(['stock:reserve']);
  });

  it('keeps the secrets of clients that stay', async () => {
    await apply(SAMPLE);
    await addSecret('orders');
    await apply(SAMPLE.replace('[stock:read]\n', '[stock:reserve]\n'));
    expect(registry.snapshot().client('orders')?.secrets).toHaveLength(1);
  });

  it('drops the secrets of a client whose slot is gone: they stay dead should it come back', async () => {
    await apply(SAMPLE);
    await addSecret('billing');
    const without = SAMPLE.replace(/(billing\n.*)client_secret/, '$1tls_client_auth, sanDns: billing.internal');
    expect(await apply(without)).toMatchObject({
      changes: { secrets: [{ action: 'remove', clientId: 'billing', secretId: 'billing-1' }] },
    });
    await apply(SAMPLE);
    expect(registry.snapshot().client('billing')?.secrets).toEqual([]);
  });

  it('lets a client stay disabled unless the file says otherwise', async () => {
    await apply(SAMPLE.replace('id: orders', 'id: orders\n    disabled: true'));
    expect(registry.snapshot().client('orders')?.disabled).toBe(true);
    expect(await apply(SAMPLE)).toMatchObject({ version: 1 });
    expect(registry.snapshot().client('orders')?.disabled).toBe(true);
    await apply(SAMPLE.replace('id: orders', 'id: orders\n    disabled: false'));
    expect(registry.snapshot().client('orders')?.disabled).toBe(false);
  });

  it('changes nothing for a file with a problem anywhere', async () => {
    await apply(SAMPLE);
    const before = await repository.load();
    const outcome = await apply(
      SAMPLE.replace('id: billing', 'id: new-client').replace('[stock:read]\n', '[stock:raed]\n'),
    );
    expect(outcome).toMatchObject({ ok: false, problems: [{ file: 'mintmark.yaml', line: 14 }] });
    expect(await repository.load()).toEqual(before);
    expect(registry.snapshot().client('new-client')).toBeUndefined();
  });

  it('changes nothing for a file that cannot be read', async () => {
    await apply(SAMPLE);
    found = { file: 'mintmark.yaml', line: 1, column: 1, path: '', problem: 'gone', fix: 'find it' };
    expect(await applyDeclaration.execute()).toEqual({ ok: false, problems: [found], unread: true });
    expect(await repository.version()).toBe(1);
  });

  it('applies ten thousand clients in few statements, and asks little when nothing changed', async () => {
    const numbers = Array.from({ length: 10_000 }, (_, index) => index);
    const text = [
      'apiVersion: mintmark/v1\nresources:\n  - { id: inventory, scopes: [stock:read] }\nclients:\n',
      ...numbers.map((n) => `  - { id: client-${n}, credentials: [{ kind: client_secret }] }\n`),
      'policies:\n',
      ...numbers.map((n) => `  - { client: client-${n}, resource: inventory, scopes: [stock:read] }\n`),
    ].join('');
    const before = database.statements();
    expect(await apply(text)).toMatchObject({ ok: true, version: 1 });
    const applied = database.statements();
    expect(applied - before).toBeLessThan(70);
    expect(await apply(text)).toMatchObject({ ok: true, version: 1 });
    expect(database.statements() - applied).toBeLessThan(15);
    expect(registry.snapshot().client('client-9999')).toBeDefined();
  }, 60_000);
});

describe('one declaration after another', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd');
  const scopes = fc.uniqueArray(fc.constantFrom('r', 'w', 'x'), { minLength: 1 });
  const kind = fc.constantFrom('client_secret', 'tls_client_auth');
  const declaration = fc
    .record({
      resources: fc.uniqueArray(fc.record({ id, scopes, lifetime: fc.integer({ min: 1, max: 900 }) }), {
        selector: (each) => each.id,
        minLength: 1,
      }),
      clients: fc.uniqueArray(fc.record({ id, kind }), { selector: (each) => each.id, minLength: 1 }),
      policies: fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 6 }),
    })
    .map(({ resources, clients, policies }) => ({
      apiVersion: 'mintmark/v1',
      resources: resources.map((each) => ({ id: each.id, scopes: each.scopes, tokenLifetime: `${each.lifetime}s` })),
      clients: clients.map((each) => ({
        id: each.id,
        credentials: [
          each.kind === 'client_secret' ? { kind: each.kind } : { kind: each.kind, sanDns: `${each.id}.internal` },
        ],
      })),
      policies: policies.flatMap(([of, at], index) => {
        const [client, resource] = [clients[of % clients.length], resources[at % resources.length]];
        // A scope each, so that no two policies are the same.
        const scope = resource?.scopes[index];
        return client && resource && scope ? [{ client: client.id, resource: resource.id, scopes: [scope] }] : [];
      }),
    }));

  it('leaves what the last one says, as if it had been the first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(declaration, { minLength: 2, maxLength: 4 }), async (declarations) => {
        for (const each of declarations) expect(await apply(JSON.stringify(each))).toMatchObject({ ok: true });
        const { version, ...contents } = await repository.load();
        const last = JSON.stringify(declarations.at(-1));
        expect(await apply(last)).toMatchObject({ version });

        await apply('apiVersion: mintmark/v1');
        await apply(last);
        expect(await repository.load()).toEqual({ ...contents, version: expect.any(Number) });
      }),
      { numRuns: 60 },
    );
  });

  it('never leaves half of a damaged one', async () => {
    const damaged = fc.tuple(fc.nat(SAMPLE.length), fc.nat(40), fc.constantFrom('', '\n', ': ', '- ', '&a ', 'zz'));
    await fc.assert(
      fc.asyncProperty(damaged, async ([at, over, what]) => {
        await apply(SAMPLE);
        const before = await repository.load();
        const outcome = await apply(SAMPLE.slice(0, at) + what + SAMPLE.slice(at + over));
        const after = await repository.load();
        if (outcome.ok) expect(after.version).toBe(outcome.version);
        else expect(after).toEqual(before);
        expect(registry.snapshot().version).toBe(after.version);
      }),
      { numRuns: 150 },
    );
  });
});
