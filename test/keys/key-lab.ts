import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SigningAlgorithm } from '@mintmark/contract';
import {
  keyEncryptionKey,
  type KeyEncryptionKey,
  type KeyEncryptionKeys,
} from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { CustodyOfKeys } from '../../apps/token-service/src/adapters/signing/custody-of-keys.ts';
import { Tokens } from '../../apps/token-service/src/adapters/signing/pkcs11/tokens.ts';
import { openKeySetSeal } from '../../apps/token-service/src/adapters/signing/local/local-key-set-seal.ts';
import { LocalSigningKeys } from '../../apps/token-service/src/adapters/signing/local/local-signing-keys.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { SqlRevocationStore } from '../../apps/token-service/src/adapters/sql/revocation-store.ts';
import { SqlKeyRepository } from '../../apps/token-service/src/adapters/sql/key-repository.ts';
import { SqlSealedKeySets } from '../../apps/token-service/src/adapters/sql/sealed-key-sets.ts';
import { readEvidence } from '../../apps/token-service/src/adapters/sql/verifier-acks.ts';
import { openDatabase, type Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { randomIds } from '../../apps/token-service/src/adapters/system/random-ids.ts';
import { PlannedAdministration } from '../../apps/token-service/src/core/administration/planned-administration.ts';
import { KeyRing } from '../../apps/token-service/src/core/keys/distribution/key-ring.ts';
import { RefreshKeyRing } from '../../apps/token-service/src/core/keys/distribution/refresh-key-ring.ts';
import { InitialiseKeys } from '../../apps/token-service/src/core/keys/initialise-keys.ts';
import { CompromiseKeys } from '../../apps/token-service/src/core/keys/lifecycle/compromise-keys.ts';
import { MakeTransition } from '../../apps/token-service/src/core/keys/lifecycle/make-transition.ts';
import { OperateKeys } from '../../apps/token-service/src/core/keys/lifecycle/operate-keys.ts';
import type { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import { OpenEpoch } from '../../apps/token-service/src/core/keys/witness/open-epoch.ts';
import type { AuditEvent } from '../../apps/token-service/src/core/model/audit-event.ts';
import { WitnessedKeys } from '../../apps/token-service/src/core/keys/witness/witnessed-keys.ts';
import { RotateKeys, type RotationStep } from '../../apps/token-service/src/core/keys/lifecycle/rotate-keys.ts';
import type { KeySet } from '../../apps/token-service/src/core/model/key-set.ts';
import type { SigningKey } from '../../apps/token-service/src/core/model/signing-key.ts';
import { NOMINAL_TIMING, type Timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { WitnessRecord } from '../../apps/token-service/src/core/model/witness-record.ts';
import type { Clock } from '../../apps/token-service/src/core/ports/clock.ts';
import type { ReplaceableSeal } from '../../apps/token-service/src/core/ports/key-set-seal.ts';
import { unwitnessed } from '../../apps/token-service/src/core/ports/compromise-intents.ts';
import type { KeyCustody } from '../../apps/token-service/src/core/ports/key-custody.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import type { KeySetWitness } from '../../apps/token-service/src/core/ports/key-set-witness.ts';
import type { SigningKeyProvider } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';

export const ISSUER = 'https://tokens.internal';

/** Always the same one, so that what one part of a test encrypts another can open. */
export function testKek(byte = 7): KeyEncryptionKey {
  return keyEncryptionKey(Buffer.alloc(32, byte));
}

/** Always the same one, as if its key were in the database and opened. */
export const TEST_SEAL: ReplaceableSeal = {
  version: 1,
  custody: [],
  mac: (parts) => createHmac('sha256', 'key of the seals').update(JSON.stringify(parts)).digest('base64url'),
  renew: () => Promise.resolve(),
  replace: () => Promise.resolve(),
};

/** The one that is stored in the database. */
export function storedSeal(database: Database, keks: KeyEncryptionKeys): Promise<ReplaceableSeal> {
  return openKeySetSeal({ store: new SqlEnvelopeStore(database), keks, sets: new SqlSealedKeySets(database) });
}

export interface ReplicaOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Whose key set it is; absent: {@link ISSUER}. */
  readonly issuer?: string;
  readonly timing?: Timing;
  readonly kek?: KeyEncryptionKey;
  readonly moreKeks?: readonly KeyEncryptionKey[];
  /** What proves stored key sets; absent: {@link TEST_SEAL}. */
  readonly seal?: ReplaceableSeal;
  /** What remembers how far the database had got; absent: nothing does. */
  readonly witness?: DatabaseWitness;
  readonly algorithms?: readonly SigningAlgorithm[];
  /** Whether what verifiers acknowledge counts: no foreign ones are to be expected. */
  readonly early?: boolean;
  /** What a test puts between the use cases and the real thing. */
  readonly wrapProvider?: (provider: SigningKeyProvider) => SigningKeyProvider;
  readonly wrapRepository?: (repository: KeyRepository) => KeyRepository;
}

export interface Replica {
  readonly compromise: CompromiseKeys;
  readonly ring: KeyRing;
  readonly rotate: RotateKeys;
  readonly refresh: RefreshKeyRing;
  readonly initialise: InitialiseKeys;
  readonly operate: OperateKeys;
  readonly provider: SigningKeyProvider;
  readonly custody: KeyCustody;
  readonly repository: KeyRepository;
  /** Without its witness. */
  readonly stored: KeyRepository;
}

/** The keys part of one token service, wired as the service wires it. */
export function replica(options: ReplicaOptions): Replica {
  const {
    database,
    clock,
    issuer = ISSUER,
    timing = NOMINAL_TIMING,
    kek = testKek(),
    algorithms = ['ES256'],
    early = false,
    seal: keySetSeal = TEST_SEAL,
  } = options;
  const keks = [kek, ...(options.moreKeks ?? [])] as const;
  const keep = <Value>(value: Value): Value => value;
  const store = new SqlEnvelopeStore(database);
  const provider = (options.wrapProvider ?? keep)(new LocalSigningKeys({ issuer, store, keks }));
  const stored = (options.wrapRepository ?? keep)(
    new SqlKeyRepository({ ...database, clock, ...(early && { readEvidence }) }, issuer, keySetSeal),
  );
  const { witness } = options;
  const custody = new CustodyOfKeys({ store, keks, seal: keySetSeal, tokens: new Tokens([]) });
  const repository = witness ? new WitnessedKeys(stored, { issuer, witness, custody }) : stored;
  const seal = () => witness?.seal();
  const ring = new KeyRing({ clock, timing, algorithms: () => algorithms, seal, early });
  const makeTransition = new MakeTransition({ repository, provider, ids: randomIds, clock, timing });
  const rotate = new RotateKeys({ repository, makeTransition, clock, timing, algorithms: () => algorithms, seal });
  const refresh = new RefreshKeyRing({ ring, repository, provider, clock, timing });
  const initialise = new InitialiseKeys({ rotateKeys: rotate, refreshKeyRing: refresh, repository, provider });
  const operate = new OperateKeys({
    ...{ repository, makeTransition, provider, clock, timing },
    refreshKeyRing: refresh,
    algorithms: () => algorithms,
  });
  const compromise = new CompromiseKeys({
    ...{
      repository,
      provider,
      clock,
      timing,
      refreshKeyRing: refresh,
      ids: randomIds,
      issuer,
      intents: witness?.intents ?? unwitnessed,
      demandCurrent: () => witness?.demandCurrent(),
    },
    custody,
    algorithms: () => algorithms,
  });
  return { ring, rotate, refresh, initialise, operate, compromise, provider, custody, repository, stored };
}

interface Planning extends Pick<ReplicaOptions, 'database' | 'clock' | 'algorithms'> {
  readonly service: Pick<Replica, 'repository' | 'operate' | 'compromise'>;
  /** By kid. */
  readonly tokensUntil?: ReadonlyMap<string, Date>;
  readonly witness?: DatabaseWitness;
}

/** Plans of what is done with these keys. */
export function plannedAdministration(planning: Planning): PlannedAdministration {
  const { database, clock, service, algorithms = ['ES256'], tokensUntil = new Map(), witness } = planning;
  const { repository, operate: operateKeys, compromise: compromiseKeys } = service;
  const ring = { repository, operateKeys, compromiseKeys, algorithms: () => algorithms, issuer: ISSUER };
  return new PlannedAdministration({
    ...{ clock, timing: NOMINAL_TIMING, rings: { public: ring, admin: ring, revocations: ring } },
    repository: new SqlRegistryRepository(database),
    revocations: new SqlRevocationStore(database, NOMINAL_TIMING),
    secretUses: { of: () => Promise.resolve(new Map()) },
    reader: { read: () => Promise.reject(new Error('no declaration is read here')) },
    keyUses: { of: () => Promise.resolve(tokensUntil) },
    demandCurrent: () => witness?.demandCurrent(),
  });
}

interface EpochOpening {
  readonly database: Database;
  readonly clock: Clock;
  readonly witness: DatabaseWitness;
  readonly service: Pick<Replica, 'stored' | 'custody' | 'refresh'>;
  readonly timing?: Timing;
  /** Gets what is recorded. */
  readonly audit?: AuditEvent[];
}

/** What accepts a restored database, on the keys of this replica alone. */
export function epochOpener(opening: EpochOpening): OpenEpoch {
  const { database, clock, witness, service, timing = NOMINAL_TIMING, audit = [] } = opening;
  return new OpenEpoch({
    ...{ witness, timing, clock, seal: TEST_SEAL },
    rings: [{ issuer: ISSUER, ...service, refresh: () => service.refresh.execute() }],
    registry: new SqlRegistryRepository(database),
    refreshRegistry: () => Promise.resolve(),
    revocations: new SqlRevocationStore(database, timing),
    refreshRevocations: () => Promise.resolve(),
    audit: { append: (event) => Promise.resolve(void audit.push(event)) },
  });
}

/** A witness that keeps nothing. @param record what it remembers from before */
export function forgetfulWitness(record?: WitnessRecord): KeySetWitness {
  const nothing = () => Promise.resolve();
  return { read: () => Promise.resolve(record), write: nothing, writeAnew: nothing };
}

export function openMemory(clock: Clock): Promise<Database> {
  return openDatabase({ url: 'sqlite::memory:', clock });
}

/** A folder that is gone when the test is. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'mintmark-keys-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Rotates until nothing is due. */
export async function settle(rotate: RotateKeys): Promise<Extract<RotationStep, { outcome: 'waiting' }>> {
  for (let steps = 0; steps < 100; steps++) {
    const step = await rotate.execute();
    if (step.outcome === 'waiting') return step;
  }
  throw new Error('rotation does not come to rest');
}

export async function keySet(database: Database): Promise<KeySet> {
  return (await new SqlKeyRepository(database, ISSUER, TEST_SEAL).load()).value;
}

export function statesOf(set: Pick<KeySet, 'keys'>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of set.keys) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

export function keyIn<State extends SigningKey['state']>(
  set: Pick<KeySet, 'keys'>,
  state: State,
): Extract<SigningKey, { state: State }> {
  const found = set.keys.find((key): key is Extract<SigningKey, { state: State }> => key.state === state);
  if (!found) throw new Error(`no ${state} key among ${JSON.stringify(statesOf(set))}`);
  return found;
}

/** The kids that a replica serves now; `undefined` if it serves no set. */
export function servedKids({ ring }: Pick<Replica, 'ring'>): readonly string[] | undefined {
  try {
    const { keys } = JSON.parse(ring.publicKeySet().body) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  } catch {
    return undefined;
  }
}

/** A provider that behaves as `change` says, and otherwise as the real one. */
export function providerWith(provider: SigningKeyProvider, change: Partial<SigningKeyProvider>): SigningKeyProvider {
  return {
    capabilities: () => provider.capabilities(),
    create: (request) => provider.create(request),
    publicJwk: (handle) => provider.publicJwk(handle),
    sign: (handle, input) => provider.sign(handle, input),
    forget: (handle) => provider.forget(handle),
    destroy: (handle) => provider.destroy(handle),
    list: () => provider.list(),
    ...change,
  };
}
