import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { applyDeclaration } from '../../apps/token-service/src/core/administration/decide-apply.ts';
import { guardingOperators } from '../../apps/token-service/src/core/administration/guard-operators.ts';
import type { PlacedDeclaration } from '../../apps/token-service/src/core/model/declaration.ts';
import { RequestError } from '../../apps/token-service/src/core/model/errors.ts';
import type { RegistryChanges } from '../../apps/token-service/src/core/model/registry-changes.ts';
import type { StoredRegistry } from '../../apps/token-service/src/core/model/stored-registry.ts';
import { readDeclaration } from '../../apps/token-service/src/core/registry/declaration/read-declaration.ts';
import { writeDeclaration } from '../../apps/token-service/src/core/registry/declaration/write-declaration.ts';
import { planChanges } from '../../apps/token-service/src/core/registry/plan-changes.ts';
import { FUZZ_RUNS, FUZZ_SEED, FUZZ_TIMEOUT } from '../attacks/fuzz-settings.ts';
import { mutation, type Mutation } from './mutated-text.ts';

const SUPPORT = {
  credentialKinds: ['client_secret', 'workload_identity'],
  signingAlgorithms: ['ES256'],
  senderConstraints: ['none'],
} as const;

const CLUSTER = 'https://cluster.internal';
const workload = (subject: string) => ({ kind: 'workload_identity', issuer: CLUSTER, subject, audience: 'mintmark' });
const trusting = (jwksUri: string) => [{ issuer: CLUSTER, profile: 'kubernetes', jwksUri }];

/** Who may administer, by the word of an issuer: who may not comes near neither. */
const CHIEF = JSON.stringify({
  apiVersion: 'mintmark/v1',
  trustedIssuers: trusting('https://cluster.internal/jwks'),
  clients: [{ id: 'chief', credentials: [workload('chief')] }],
  policies: [{ client: 'chief', resource: 'mintmark-admin', scopes: ['registry:admin'] }],
});

const scopes = fc.uniqueArray(fc.constantFrom('read', 'write', 'x'), { minLength: 1 });
const resource = fc.record(
  { id: fc.constantFrom('a', 'b', 'c'), scopes, uri: fc.constantFrom('https://a.internal', 'https://b.internal/') },
  { requiredKeys: ['id', 'scopes'] },
);
const credential = fc.oneof(
  fc.constant({ kind: 'client_secret' }),
  fc.constantFrom('chief', 'one', 'two').map((subject) => workload(subject)),
);
const client = fc.record(
  {
    id: fc.constantFrom('chief', 'p', 'q', 'r'),
    disabled: fc.boolean(),
    credentials: fc.uniqueArray(credential, { minLength: 1, maxLength: 2, selector: ({ kind }) => kind }),
  },
  { requiredKeys: ['id', 'credentials'] },
);
/** Of one of the clients and one of the resources of the file. */
const policy = fc.record({ client: fc.nat(), resource: fc.nat(), fewer: fc.boolean() });
const byId = <Entry extends { readonly id: string }>(entry: fc.Arbitrary<Entry>) =>
  fc.uniqueArray(entry, { selector: ({ id }) => id, maxLength: 3 });

interface World {
  readonly jwksUri: string;
  readonly trusts: boolean;
  readonly resources: readonly { readonly id: string; readonly scopes: readonly string[] }[];
  readonly clients: readonly { readonly id: string; readonly credentials: readonly { readonly kind: string }[] }[];
  readonly policies: readonly { readonly client: number; readonly resource: number; readonly fewer: boolean }[];
}

function declarationOf({ jwksUri, trusts, resources, clients, policies }: World): string {
  const services = clients.filter(({ id }) => id !== 'chief');
  const isWorkload = clients.some(({ credentials }) => credentials.some(({ kind }) => kind === 'workload_identity'));
  const declaration = {
    apiVersion: 'mintmark/v1',
    ...(trusts || isWorkload ? { trustedIssuers: trusting(jwksUri) } : {}),
    ...{ resources, clients },
    policies: policies.flatMap(({ client: one, resource: other, fewer }) => {
      const [who, where] = [services[one % services.length], resources[other % resources.length]];
      if (!who || !where) return [];
      return [{ client: who.id, resource: where.id, scopes: fewer ? where.scopes.slice(0, 1) : where.scopes }];
    }),
  };
  return JSON.stringify(declaration, undefined, 1);
}

/** Declarations of a small world, so that they get in the way of each other; most of them good, and some then damaged. */
const text: fc.Arbitrary<string> = fc
  .record({
    world: fc.record({
      jwksUri: fc.oneof({ weight: 4, arbitrary: fc.constant('https://cluster.internal/jwks') }, fc.webUrl()),
      trusts: fc.boolean(),
      resources: byId(resource),
      clients: byId(client),
      policies: fc.array(policy, { maxLength: 3 }),
    }),
    mutations: fc.oneof({ weight: 3, arbitrary: fc.constant<Mutation[]>([]) }, fc.array(mutation, { maxLength: 2 })),
  })
  .map(({ world, mutations }) => mutations.reduce<string>((current, mutate) => mutate(current), declarationOf(world)));

const step = fc.record({
  text,
  prune: fc.boolean(),
  mayAdminister: fc.boolean(),
  /** Counted from the beginning of the transaction; beyond its end: none fails. */
  failingStatement: fc.oneof({ weight: 3, arbitrary: fc.constant(Infinity) }, fc.nat(25)),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const WRITER = { clientId: 'writer', tokenId: 't', requestId: 'r', scopes: ['registry:read', 'registry:write'] };
const ROOT = { ...WRITER, clientId: 'root', scopes: ['registry:admin'] };
const TABLES = [
  ...(['registry', 'registry_event', 'trusted_issuer', 'client', 'client_secret', 'resource', 'policy'] as const),
  ...(['revocation', 'revocation_event', 'revocation_feed'] as const),
];

function read(declaration: string): PlacedDeclaration | undefined {
  const outcome = readDeclaration({ name: 'f', bytes: Buffer.from(declaration) }, SUPPORT);
  return outcome.ok ? outcome : undefined;
}

describe('declarations, applied one after the other', () => {
  let database: Database;
  let repository: SqlRegistryRepository;
  let statementsLeft = Infinity;
  const refusals = new Map<string, number>();

  beforeAll(async () => {
    const observe = (statement: string) => {
      if (statement !== 'rollback' && statementsLeft-- === 0) throw new Error('this statement fails');
    };
    database = await openDatabase({
      url: 'sqlite::memory:',
      clock: { now: () => new Date(0), monotonic: () => 0 },
      observe,
    });
    repository = new SqlRegistryRepository(database);
  });
  afterAll(() => database.close());

  async function apply(
    declared: PlacedDeclaration,
    { prune, mayAdminister, failingStatement }: Omit<Step, 'text'>,
  ): Promise<void> {
    const operator = mayAdminister ? ROOT : WRITER;
    const decide = guardingOperators(applyDeclaration({ declared, name: 'f', prune }), operator);
    statementsLeft = failingStatement;
    try {
      await repository.transact((current) => ({ actor: operator.clientId, changes: decide(current) }));
    } finally {
      statementsLeft = Infinity;
    }
  }

  async function rows(): Promise<string> {
    const all = await Promise.all(TABLES.map((table) => database.db.selectFrom(table).selectAll().execute()));
    return JSON.stringify(all);
  }

  async function expectAllOrNothing({ text: declaration, ...how }: Step): Promise<void> {
    const declared = read(declaration);
    if (!declared) return;
    const before = { rows: await rows(), registry: await repository.load() };
    try {
      await apply(declared, how);
    } catch (error) {
      const code = error instanceof RequestError ? error.code : String(error);
      refusals.set(code, (refusals.get(code) ?? 0) + 1);
      expect(code).toMatch(
        /^(DECLARATION_INVALID|REGISTRY_ADMIN_REQUIRED|OPERATOR_REQUIRED|Error: this statement fails)$/,
      );
      return expect(await rows()).toBe(before.rows);
    }
    const after = await repository.load();
    expectApplied(declared, before.registry, after);
    if (!how.mayAdminister) expect(chiefIn(after)).toEqual(chiefIn(before.registry));
  }

  it(
    `are there whole or not at all, never take an operator, and leave what one file can declare (${FUZZ_RUNS / 20}, seed ${FUZZ_SEED})`,
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
          await apply(read(CHIEF)!, { prune: true, mayAdminister: true, failingStatement: Infinity });
          for (const each of steps) await expectAllOrNothing(each);
        }),
        { numRuns: Math.ceil(FUZZ_RUNS / 20), seed: FUZZ_SEED },
      );
      // Or else there was nothing to see.
      expect([...refusals.keys()].toSorted()).toEqual([
        'DECLARATION_INVALID',
        'Error: this statement fails',
        'OPERATOR_REQUIRED',
        'REGISTRY_ADMIN_REQUIRED',
      ]);
    },
    FUZZ_TIMEOUT,
  );
});

function expectApplied({ declaration }: PlacedDeclaration, before: StoredRegistry, after: StoredRegistry): void {
  const missing = planChanges(after, declaration);
  expect(changesOf(missing).filter(({ action }) => action !== 'remove')).toEqual([]);
  const isSame = changesOf(planChanges(before, asDeclared(after))).length === 0;
  expect(after.version).toBe(isSame ? before.version : before.version + 1);
  const exported = read(writeDeclaration(after));
  expect(exported && changesOf(planChanges(after, exported.declaration))).toEqual([]);
}

function changesOf({ issuers, resources, clients, policies }: RegistryChanges): readonly { readonly action: string }[] {
  return [...issuers, ...resources, ...clients, ...policies];
}

function asDeclared({ issuers, resources, clients, policies }: StoredRegistry): PlacedDeclaration['declaration'] {
  return { issuers, resources, clients, policies };
}

/** The operator, and whoever vouches for it. */
function chiefIn({ issuers, clients, policies }: StoredRegistry): readonly unknown[] {
  const chief = clients.find(({ id }) => id === 'chief');
  const vouched = chief?.credentials.some(({ kind }) => kind === 'workload_identity') ?? false;
  return [chief, vouched && issuers, policies.filter(({ client: id }) => id === 'chief')];
}
