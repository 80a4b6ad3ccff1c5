import type { SigningAlgorithm } from '@mintmark/contract';
import type { Logger } from 'pino';
import type { KeyEncryptionKeys } from '../adapters/signing/local/key-encryption-key.ts';
import { openKeyEncryptionKeys } from '../adapters/signing/local/key-encryption-key-file.ts';
import { openKeySetSeal } from '../adapters/signing/local/local-key-set-seal.ts';
import { openSecretDigest } from '../adapters/signing/local/local-secret-digest.ts';
import { SqlEnvelopeStore } from '../adapters/sql/envelope-store.ts';
import { SqlKeyRepository } from '../adapters/sql/key-repository.ts';
import { SqlSealedKeySets } from '../adapters/sql/sealed-key-sets.ts';
import { readEvidence } from '../adapters/sql/verifier-acks.ts';
import type { Database } from '../adapters/sql/open-database.ts';
import { randomIds } from '../adapters/system/random-ids.ts';
import { systemClock } from '../adapters/system/system-clock.ts';
import type { Config } from '../config/load-config.ts';
import { KeyRing } from '../core/keys/distribution/key-ring.ts';
import { RefreshKeyRing, type Refresh } from '../core/keys/distribution/refresh-key-ring.ts';
import { InitialiseKeys, type KeysAtStart } from '../core/keys/initialise-keys.ts';
import { CompromiseKeys } from '../core/keys/lifecycle/compromise-keys.ts';
import { MakeTransition } from '../core/keys/lifecycle/make-transition.ts';
import { OperateKeys } from '../core/keys/lifecycle/operate-keys.ts';
import type { DatabaseWitness } from '../core/keys/witness/database-witness.ts';
import { WitnessedKeys } from '../core/keys/witness/witnessed-keys.ts';
import { RotateKeys } from '../core/keys/lifecycle/rotate-keys.ts';
import type { KeySetSeal, ReplaceableSeal } from '../core/ports/key-set-seal.ts';
import type { KeyCustody } from '../core/ports/key-custody.ts';
import type { KeyRepository } from '../core/ports/key-repository.ts';
import type { SigningKeyProvider } from '../core/ports/signing-key-provider.ts';
import type { SecretDigest } from '../core/ports/secret-digest.ts';
import { overdueKeys } from '../core/model/signing-key.ts';
import type { Timing } from '../core/model/timing.ts';
import { repeat, type Repetition } from './repeat.ts';

/** Everything under the key-encryption key. */
export interface Custody {
  readonly store: SqlEnvelopeStore;
  readonly keks: KeyEncryptionKeys;
  readonly digests: SecretDigest;
  readonly seal: ReplaceableSeal;
}

/** @throws KeyEncryptionKeyError */
export async function openCustody(config: Config, database: Database): Promise<Custody> {
  const store = new SqlEnvelopeStore(database);
  const keks = await openKeyEncryptionKeys({
    file: config.kekFile,
    more: config.kekFiles,
    dataDirectory: config.dataDir,
    selfMade: config.mode === 'development',
    isNeeded: async () => (await store.envelopes()).length > 0,
  });
  const seal = await openKeySetSeal({ store, keks, sets: new SqlSealedKeySets(database) });
  return { store, keks, seal, digests: await openSecretDigest({ store, keks }) };
}

/** Whose key set it is: tokens of the admin API are signed with keys of their own, which no public document holds. */
export function adminIssuer(issuer: string): string {
  return `${issuer}#admin`;
}

/** Whose key set it is: what tells verifiers of revocations is signed with keys that sign no token. */
export function revocationsIssuer(issuer: string): string {
  return `${issuer}#revocations`;
}

export interface KeyParts {
  readonly issuer: string;
  readonly ring: KeyRing;
  readonly repository: KeyRepository;
  /** Without its witness: nothing is hidden or refused. */
  readonly stored: KeyRepository;
  /** What the private keys lie under. */
  readonly custody: KeyCustody;
  readonly refreshKeyRing: RefreshKeyRing;
  readonly operateKeys: OperateKeys;
  readonly compromiseKeys: CompromiseKeys;
  readonly algorithms: () => readonly SigningAlgorithm[];
  readonly rotation: Repetition;
  readonly refreshing: Repetition;
}

interface KeyNeeds {
  readonly issuer: string;
  readonly database: Database;
  readonly seal: KeySetSeal;
  readonly provider: SigningKeyProvider;
  readonly custody: KeyCustody;
  readonly witness: DatabaseWitness;
  /** Those that there is to be a key for. */
  readonly algorithms: () => readonly SigningAlgorithm[];
  readonly logger: Logger;
}

/** Does what is due, loads the ring, and from then on keeps both up with time. */
export async function startKeys(config: Config, needs: KeyNeeds): Promise<KeyParts> {
  const { issuer, algorithms, provider } = needs;
  const held = holdKeys(config, needs);
  const useCases = keyUseCases(config, needs, held);
  const { rotateKeys, ...offered } = useCases;
  const initialise = new InitialiseKeys({ ...held, ...useCases, provider });
  tellOfStart(await initialise.execute(), needs);
  return {
    issuer,
    algorithms,
    custody: needs.custody,
    ...held,
    ...offered,
    ...keepUp(config, needs, { ...held, ...useCases }),
  };
}

type Held = Pick<KeyParts, 'stored' | 'repository' | 'ring'>;

/** Where the keys are stored, and the ring of those in use. */
function holdKeys({ timing, foreignVerifiers, issuer: publicIssuer }: Config, needs: KeyNeeds): Held {
  const { issuer, database, seal, witness, custody, algorithms } = needs;
  // Nobody watches the keys of the admin API.
  const early = foreignVerifiers === 'none' && issuer === publicIssuer;
  const stored = new SqlKeyRepository({ ...database, timing, ...(early && { readEvidence }) }, issuer, seal);
  const repository = new WitnessedKeys(stored, { issuer, witness, custody });
  const ring = new KeyRing({ clock: systemClock, timing, algorithms, seal: () => witness.seal(), early });
  return { stored, repository, ring };
}

type UseCases = Pick<KeyParts, 'refreshKeyRing' | 'operateKeys' | 'compromiseKeys'> & {
  readonly rotateKeys: RotateKeys;
};

/** What is done with keys, by the schedule and by operators. */
function keyUseCases({ timing }: Config, needs: KeyNeeds, { repository, ring }: Held): UseCases {
  const { issuer, provider, custody, witness, algorithms } = needs;
  const clock = systemClock;
  const makeTransition = new MakeTransition({ repository, provider, ids: randomIds, clock, timing });
  const refreshKeyRing = new RefreshKeyRing({ ring, repository, provider, clock, timing });
  const seal = () => witness.seal();
  return {
    refreshKeyRing,
    rotateKeys: new RotateKeys({ repository, makeTransition, clock, timing, algorithms, seal }),
    operateKeys: new OperateKeys({ repository, makeTransition, provider, refreshKeyRing, clock, timing, algorithms }),
    compromiseKeys: new CompromiseKeys({
      ...{ repository, provider, custody, refreshKeyRing, clock, timing, algorithms },
      ...{ issuer, ids: randomIds, intents: witness.intents, demandCurrent: () => witness.demandCurrent() },
    }),
  };
}

function tellOfStart(
  { sealed, blocked, orphans, unlisted, unverified }: KeysAtStart,
  { witness, logger }: KeyNeeds,
): void {
  for (const seal of sealed) logger.error(seal, 'algorithm sealed');
  for (const transition of blocked) logger.error(transition, 'key transition blocked');
  if (orphans.length > 0) logger.warn({ orphans }, 'private keys that no row mentions');
  if (unverified !== undefined) logger.error({ reason: unverified }, 'the stored key set cannot be checked');
  if (unlisted !== undefined) logger.warn({ reason: unlisted }, 'the provider could not say which keys it holds');
  const reason = witness.seal();
  if (reason !== undefined) logger.error({ reason }, 'sealed');
}

/** The two things that go on by themselves: keys rotate, and the ring follows the database. */
function keepUp(
  { timing }: Config,
  { logger, algorithms }: KeyNeeds,
  { refreshKeyRing, rotateKeys, compromiseKeys, ring }: UseCases & Held,
): Pick<KeyParts, 'rotation' | 'refreshing'> {
  const said = { said: new Set<string>(), sealsSaid: new Set<string>() };
  const rotating = { rotateKeys, compromiseKeys, ring, timing, algorithms, logger, ...said };
  return {
    rotation: repeat(
      timing.pollSeconds,
      () => rotateOnce(rotating),
      (err) => logger.error({ err }, 'key rotation failed'),
    ),
    refreshing: repeat(
      timing.pollSeconds,
      async () => tellOfSeals((await refreshKeyRing.execute()).sealed, rotating),
      (err) => logger.error({ err }, 'the key set could not be refreshed'),
    ),
  };
}

interface Rotation {
  readonly compromiseKeys: CompromiseKeys;
  readonly rotateKeys: RotateKeys;
  readonly ring: KeyRing;
  readonly timing: Timing;
  readonly algorithms: () => readonly SigningAlgorithm[];
  readonly logger: Logger;
  /** What the log says already: the schedule runs every other second. */
  readonly said: Set<string>;
  readonly sealsSaid: Set<string>;
}

/** Once for as long as it lasts. */
function tellOfSeals(sealed: Refresh['sealed'], { sealsSaid, logger }: Rotation): void {
  const told = sealed.map((seal) => JSON.stringify(seal));
  for (const [index, seal] of sealed.entries()) {
    if (!sealsSaid.has(told[index]!)) logger.error(seal, 'algorithm sealed');
  }
  sealsSaid.clear();
  for (const each of told) sealsSaid.add(each);
}

/** Among what was said: no kid, and no transition. */
const CLOCK = 'clock';

async function rotateOnce(rotation: Rotation): Promise<void> {
  const { rotateKeys, compromiseKeys, ring, timing, algorithms, logger, said } = rotation;
  const failed = await compromiseKeys.carryOutReserved();
  const step = await rotateKeys.execute();
  const sayOnce = (what: string, say: () => void) => {
    if (!said.has(what)) say();
    said.add(what);
  };
  for (const { intent, error: err } of failed)
    sayOnce(JSON.stringify(intent), () =>
      logger.error({ err, ...intent }, 'an ordered compromise is not carried out yet'),
    );
  if (step.outcome === 'done') {
    said.clear();
    logger.info({ transition: step.transition.name, version: step.set.version }, 'key transition');
  }
  const { blocked, abstains } = step.outcome === 'waiting' ? step : { blocked: [], abstains: undefined };
  for (const each of blocked)
    sayOnce(each.transition + each.algorithm, () => logger.error(each, 'key transition blocked'));
  if (abstains === undefined) said.delete(CLOCK);
  else sayOnce(CLOCK, () => logger.error({ reason: abstains }, 'key rotation is left to others'));
  const moment = { now: systemClock.now(), timing, algorithms: algorithms() };
  for (const { kid, algorithm, signNotAfter } of overdueKeys(ring.figures()?.set.keys ?? [], moment))
    sayOnce(kid, () => logger.warn({ kid, algorithm, signNotAfter }, 'key rotation overdue'));
}
