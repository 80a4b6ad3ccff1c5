import { recordAction } from '../../audit/record-action.ts';
import type { OperatorAction } from '../../model/audit-event.ts';
import { RequestError } from '../../model/errors.ts';
import type { KeyChange, KeySet, KeySetVersion, KeyTransition } from '../../model/key-set.ts';
import type { RevocationHead } from '../../model/revocation.ts';
import { activateKey, compromiseKey, isVerifying, type PublishedKey } from '../../model/signing-key.ts';
import type { Timing } from '../../model/timing.ts';
import type { AuditLog } from '../../ports/audit-log.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyCustody } from '../../ports/key-custody.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import type { ReplaceableSeal } from '../../ports/key-set-seal.ts';
import type { RegistryRepository } from '../../ports/registry-repository.ts';
import type { RevocationStore } from '../../ports/revocation-store.ts';
import { demandSameTime } from '../../model/database-clock.ts';
import type { DatabaseWitness } from './database-witness.ts';
import { lostKids } from './lost-keys.ts';
import { isForged } from './seal-finding.ts';

interface WitnessedRing {
  readonly issuer: string;
  /** The stored set itself: nothing is hidden or refused. */
  readonly stored: Pick<KeyRepository, 'load' | 'transact'>;
  readonly custody: Pick<KeyCustody, 'of'>;
  readonly refresh: () => Promise<unknown>;
}

interface Ports {
  readonly witness: DatabaseWitness;
  readonly rings: readonly WitnessedRing[];
  /** What proves stored key sets. */
  readonly seal: Pick<ReplaceableSeal, 'version' | 'custody' | 'renew' | 'replace'>;
  /** The stored registry itself. */
  readonly registry: Pick<RegistryRepository, 'version' | 'liftTo'>;
  readonly refreshRegistry: () => Promise<unknown>;
  /** The stored revocations themselves. */
  readonly revocations: Pick<RevocationStore, 'head' | 'liftTo'>;
  readonly refreshRevocations: () => Promise<unknown>;
  readonly timing: Timing;
  readonly audit: AuditLog;
  readonly clock: Clock;
}

export interface EpochStatus {
  /** Why nothing is signed; `null`: nothing is sealed. */
  readonly sealed: string | null;
  readonly keySets: readonly KeySetComparison[];
  readonly registry: { readonly version: number; readonly witnessed: number };
  readonly revocations: RevocationHead & { readonly witnessed: RevocationHead };
}

export interface KeySetComparison extends KeySetVersion {
  readonly issuer: string;
  /** `null`: there is no witness of this one. */
  readonly witnessed: KeySetVersion | null;
  /** Keys that the database trusts although they were compromised, or lie under what was. */
  readonly risen: readonly string[];
}

const ACTOR = 'host';
const REASON = 'the database was restored from a backup, and an operator accepted it';

/**
 * Makes a restored database the one that counts: its key sets and what it says of revocations begin an epoch of their own, above
 * all that verifiers have seen, and what was compromised since the backup is compromised again.
 */
export class OpenEpoch {
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async status(): Promise<EpochStatus> {
    const { witness, rings, registry, revocations } = this.#ports;
    const keySets = await Promise.all(rings.map((ring) => this.#compare(ring)));
    const version = await registry.version();
    const { registryVersion: witnessed, revocations: heard } = witness.record;
    const { epoch, sequence } = (await revocations.head()).value;
    return {
      ...{ sealed: witness.seal() ?? null, keySets },
      registry: { version, witnessed },
      revocations: { epoch, sequence, witnessed: heard },
    };
  }

  /**
   * Interrupted anywhere it is still sealed, and can be done again.
   * @throws RequestError EPOCH_NOT_NEEDED, KEYS_CLOCK_WRONG, KEYS_UNUSABLE if it is no backup
   */
  async execute(requestId: string): Promise<EpochStatus> {
    const { witness, rings, refreshRevocations } = this.#ports;
    const record = (outcome: Outcome) => this.#record(requestId, outcome);
    await recordAction({ record, what: 'keyset.unseal' }, async () => {
      if (witness.seal() === undefined) throw notNeeded();
      await this.#replaceSeal();
      for (const ring of rings) await this.#openIn(ring);
      await this.#liftRegistry();
      await this.#liftRevocations();
      await witness.startAnew();
    });
    for (const { refresh } of rings) await refresh();
    await refreshRevocations().catch(() => undefined); // It is done: the next poll does what failed here.
    return this.status();
  }

  async #compare({ issuer, stored, custody }: WitnessedRing): Promise<KeySetComparison> {
    const { witness } = this.#ports;
    const { value: set } = await stored.load();
    const { epoch, version } = set;
    const seen = witness.record.keySets[issuer];
    const witnessed = seen ? { epoch: seen.epoch, version: seen.version } : null;
    return { issuer, epoch, version, witnessed, risen: await lostKids(set, { issuer, witness, custody }) };
  }

  /** In the backup it may be one that was replaced since, because others knew it. */
  async #replaceSeal(): Promise<void> {
    const { seal, witness } = this.#ports;
    const { condemned: lost, record } = witness;
    await seal.renew();
    if (isForged(seal, record)) throw forged();
    const { sealVersion: seen } = record;
    if (seal.version !== undefined && seal.version < seen) await seal.replace({ lost, known: seen });
  }

  async #openIn({ issuer, stored, custody }: WitnessedRing): Promise<void> {
    const { witness, timing, clock } = this.#ports;
    const { record: known, condemned } = witness;
    const risen = await lostKids((await stored.load()).value, { issuer, witness, custody });
    const sent = clock.now();
    const set = await stored.transact((current, now) => {
      // Standbys wait anew, from now on: that must be an instant that verifiers, too, take for now.
      demandSameTime({ databaseTime: now, sent, received: clock.now() }, timing);
      return newEpoch(current, { above: witness.record.keySets[issuer], condemned, risen, timing, now });
    });
    if (set) await witness.sawKeys(issuer, set, known);
  }

  /** Above the witnessed version, so that no replica or console takes new content for what it knows. */
  async #liftRegistry(): Promise<void> {
    const { witness, registry, refreshRegistry } = this.#ports;
    const { record: known } = witness;
    const { registryVersion } = known;
    if ((await registry.version()) < registryVersion) await registry.liftTo(registryVersion + 1, ACTOR);
    await witness.sawRegistry(await registry.version(), known);
    await refreshRegistry();
  }

  /** So that verifiers take what it says next, though they have heard of more. */
  async #liftRevocations(): Promise<void> {
    const { witness, revocations } = this.#ports;
    const { value: now } = await revocations.head();
    const { record: known } = witness;
    const { revocations: seen } = known;
    const epoch = Math.max(now.epoch, seen.epoch) + 1;
    const sequence = Math.max(now.sequence, seen.sequence) + 1;
    await revocations.liftTo({ epoch, sequence }, { actor: ACTOR, reason: REASON });
    await witness.sawRevocations({ epoch, sequence }, known);
  }

  #record(requestId: string, outcome: Outcome): Promise<void> {
    const about = { event: 'operator.action', action: 'keyset.unseal', subject: 'new epoch', plan: false } as const;
    const { audit, clock } = this.#ports;
    return audit.append({ ...about, time: clock.now(), requestId, actor: ACTOR, ...outcome });
  }
}

type Outcome = Pick<OperatorAction, 'outcome' | 'code'>;

interface Witnessed {
  readonly above: KeySetVersion | undefined;
  readonly risen: readonly string[];
  readonly condemned: readonly string[];
  readonly timing: Timing;
  readonly now: Date;
}

/**
 * The key that signs goes on, and one that was compromised hands over to its standby at once: whoever restores wants the
 * service back, and verifiers learn the set when they see a kid that they do not know. Other standbys wait anew, for their
 * time in the set is not what the backup says.
 */
export function newEpoch(current: KeySet, { above, risen, condemned, timing, now }: Witnessed): KeyTransition {
  const lost = current.keys.filter(isVerifying).filter(({ kid }) => risen.includes(kid));
  const orphaned = lost.filter(({ state }) => state === 'active').map(({ algorithm }) => algorithm);
  const standbys = current.keys.filter((key): key is PublishedKey => key.state === 'published' && !lost.includes(key));
  const changes: KeyChange[] = [
    ...lost.map((key) => ({ from: key.state, key: compromiseKey(key, now) })),
    ...standbys.map((key): KeyChange => {
      const takesOver = orphaned.includes(key.algorithm);
      return { from: 'published', key: takesOver ? activateKey(key, timing, now) : { ...key, publishedAt: now } };
    }),
  ];
  const epoch = Math.max(current.epoch, above?.epoch ?? 0) + 1;
  const version = Math.max(current.version, above?.version ?? 0) + 1;
  const condemns = condemned.length > 0 ? { condemns: condemned } : {};
  return { name: 'open-epoch', actor: ACTOR, reason: REASON, leadsTo: { epoch, version }, ...condemns, changes };
}

function forged(): RequestError {
  return new RequestError(
    'KEYS_UNUSABLE',
    'This is no backup: somebody who knows what was compromised has written it since. Restore the newest backup of before. ' +
      'Nothing was changed.',
  );
}

function notNeeded(): RequestError {
  return new RequestError('EPOCH_NOT_NEEDED', 'The database is as new as it was ever seen: nothing is sealed for it.');
}
