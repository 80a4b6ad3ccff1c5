import { RequestError } from '../../model/errors.ts';
import { canonicalJson, isLater, isSameVersion, type KeySet, type KeySetVersion } from '../../model/key-set.ts';
import { isBefore, type RevocationHead } from '../../model/revocation.ts';
import {
  condemnedIn,
  endedElsewhere,
  NOTHING_WITNESSED,
  risenIn,
  withoutReserved,
  withReserved,
  withShown,
  type ReservedCompromise,
  type WitnessRecord,
} from '../../model/witness-record.ts';
import type { CompromiseIntents } from '../../ports/compromise-intents.ts';
import type { KeySetSeal } from '../../ports/key-set-seal.ts';
import { SigningProviderError } from '../../ports/signing-key-provider.ts';
import { WitnessUnreadable, type KeySetWitness } from '../../ports/key-set-witness.ts';
import { condemnedAmong, findingOnSeal } from './seal-finding.ts';

type Head = KeySetVersion & Pick<KeySet, 'digest'>;

interface Ports {
  readonly store: KeySetWitness;
  /** What proves the key sets that are read. */
  readonly seal?: Pick<KeySetSeal, 'version' | 'custody' | 'renew'>;
  /** Told of what could not be remembered; it is tried again with the next thing to remember. */
  readonly onFailure: (error: unknown) => void;
  /** Told of orders that were refused, and are carried out no more. */
  readonly onWithdrawal?: (orders: readonly ReservedCompromise[]) => void;
}

const WAY_OUT = 'Stop, and restore the newest backup; or accept this one: mintmark keyset unseal --new-epoch';

/**
 * Compares what the database says with what was seen of it before. One that is older was restored from a backup: then nothing
 * is signed or changed until an operator opens a new epoch, and keys that were compromised since are not given out.
 */
export class DatabaseWitness {
  readonly #ports: Ports;
  #record: WitnessRecord;
  /** As the store has it. */
  #durable: WitnessRecord | undefined;
  #writing: Promise<void> | undefined;
  #failures = 0;
  readonly #findings = new Map<string, string>();

  private constructor(ports: Ports, record: WitnessRecord | undefined) {
    this.#ports = ports;
    // One that an older version wrote knows nothing of what came since.
    this.#record = { ...NOTHING_WITNESSED, ...record };
    this.#durable = record;
  }

  static async open(ports: Ports): Promise<DatabaseWitness> {
    try {
      return new DatabaseWitness(ports, await ports.store.read());
    } catch (error) {
      if (!(error instanceof WitnessUnreadable)) throw error;
      const witness = new DatabaseWitness(ports, undefined);
      witness.#findings.set(UNREADABLE, error.message);
      return witness;
    }
  }

  /**
   * To be taken before the database is asked, and handed over with the answer: what comes to be remembered while that is on its way
   * says nothing against it.
   */
  get record(): WitnessRecord {
    return this.#record;
  }

  /** How often it could not be written, and whether all that was seen is in the store now. */
  get figures(): { readonly failures: number; readonly isKept: boolean } {
    return { failures: this.#failures, isKept: this.#isKept() };
  }

  /** Why nothing may be signed or changed; `undefined`: the database is as new as it was ever seen. */
  seal(): string | undefined {
    if (this.#findings.size === 0) return undefined;
    return `${[...this.#findings.values()].join('; ')}. ${WAY_OUT}`;
  }

  /** @throws RequestError DATABASE_OUTDATED */
  demandCurrent(): void {
    const seal = this.seal();
    if (seal !== undefined) throw new RequestError('DATABASE_OUTDATED', `${seal} Nothing was changed.`);
  }

  /**
   * Resolves when it is remembered, if it is new.
   * @param known the record when the database was asked
   * @throws SigningProviderError KEY_UNREADABLE if others may know what proves the set: they could have written it
   */
  async sawKeySet(issuer: string, { epoch, version, digest }: Head, known: WitnessRecord): Promise<void> {
    await this.#demandSecretSeal();
    const isCurrent = this.#judgeHead(issuer, { epoch, version, digest }, known);
    const seen = this.#record.keySets[issuer];
    if (!isCurrent || (seen && isSameVersion(seen, { epoch, version }))) return this.#remember(this.#record);
    const keySets = { ...this.#record.keySets, [issuer]: { epoch, version, digest } };
    await this.#remember({ ...this.#record, keySets });
  }

  /** The same, with the keys: those that are compromised are never trusted again, in whatever backup they come back. */
  async sawKeys(issuer: string, set: KeySet, known: WitnessRecord): Promise<void> {
    await this.#demandSecretSeal();
    if (this.#judgeKeys(issuer, set, known)) this.#record = withShown(this.#record, issuer, set);
    await this.sawKeySet(issuer, set, known);
  }

  /** Under the lock of a change, where nothing can be overtaken. @throws RequestError DATABASE_OUTDATED */
  demandCurrentKeys(issuer: string, set: KeySet): void {
    this.#judgeKeys(issuer, set, this.#record);
    this.demandCurrent();
  }

  /** The same of the registry. */
  demandCurrentRegistry(version: number): void {
    this.#judgeRegistry(version, this.#record);
    this.demandCurrent();
  }

  async sawRegistry(version: number, known: WitnessRecord): Promise<void> {
    this.#judgeRegistry(version, known);
    const { registryVersion } = this.#record;
    await this.#remember({ ...this.#record, registryVersion: Math.max(version, registryVersion) });
  }

  async sawRevocations(head: RevocationHead, known: WitnessRecord): Promise<void> {
    this.#judgeRevocations(head, known);
    const { revocations: seen } = this.#record;
    const { epoch, sequence } = head;
    await this.#remember({ ...this.#record, revocations: isBefore(seen, head) ? { epoch, sequence } : seen });
  }

  /** Whoever asks what is revoked is not to be told less than was told before. @throws RequestError DATABASE_OUTDATED */
  demandCurrentRevocations(head: RevocationHead, known: WitnessRecord): void {
    this.#judgeRevocations(head, known);
    if (this.#findings.has(REVOCATIONS)) this.demandCurrent();
  }

  /** Kids of a set that are trusted there although they were compromised. */
  risen(issuer: string, set: Pick<KeySet, 'keys'>): readonly string[] {
    return risenIn(this.#record, issuer, set);
  }

  get condemned(): readonly string[] {
    return condemnedIn(this.#record);
  }

  /** An unreadable witness is replaced by what the database says; to be called when an operator has accepted that. */
  async startAnew(): Promise<void> {
    if (this.#findings.has(UNREADABLE)) await this.#ports.store.writeAnew(this.#record);
    this.#find(UNREADABLE, undefined);
    await this.#remember(this.#record);
  }

  get intents(): CompromiseIntents {
    return {
      reserve: (intents) => this.#remember(withReserved(this.#record, intents)),
      withdraw: (intents) => {
        this.#ports.onWithdrawal?.(intents);
        return this.#remember(withoutReserved(this.#record, intents));
      },
      reserved: (issuer) => this.#record.reserved.filter((each) => each.issuer === issuer),
      standing: async (issuer) => {
        await this.#dropEnded();
        return this.intents.reserved(issuer);
      },
      areKept: () => this.#isKept(),
    };
  }

  /** Where the store cannot be read, orders stand as this process knows them. */
  async #dropEnded(): Promise<void> {
    if (this.#record.reserved.length === 0) return;
    const stored = await this.#ports.store.read().catch(() => undefined);
    if (!stored || !this.#durable) return;
    const ended = endedElsewhere(stored, this.#durable);
    if (ended.length === 0) return;
    this.#record = withoutReserved(this.#record, ended);
    this.#durable = withoutReserved(this.#durable, ended);
  }

  /** Whoever knows the key that proves a set could have written whatever it says: nobody is to be given it. */
  async #demandSecretSeal(): Promise<void> {
    const { seal } = this.#ports;
    // Its key may have been replaced since it was read.
    if (seal && condemnedAmong(seal.custody, this.#record).length > 0) await seal.renew();
    const finding = this.#judgeSeal();
    if (finding !== undefined) throw new SigningProviderError('KEY_UNREADABLE', `${finding}. ${WAY_OUT}`);
  }

  #judgeSeal(): string | undefined {
    const { seal } = this.#ports;
    const finding = seal && findingOnSeal(seal, this.#record);
    this.#find('seal', finding);
    const { sealVersion: seen } = this.#record;
    const sealVersion = finding === undefined ? Math.max(seal?.version ?? seen, seen) : seen;
    this.#record = { ...this.#record, sealVersion };
    return finding;
  }

  #judgeKeys(issuer: string, set: KeySet, known: WitnessRecord): boolean {
    this.#judgeSeal();
    const isSound = this.#judge(`keys ${issuer}`, known, (record) => {
      const risen = risenIn(record, issuer, set);
      return risen.length > 0 ? `the database trusts keys that were compromised (${risen.join(', ')})` : undefined;
    });
    return this.#judgeHead(issuer, set, known) && isSound;
  }

  #judgeHead(issuer: string, { epoch, version, digest }: Head, known: WitnessRecord): boolean {
    return this.#judge(`key set ${issuer}`, known, ({ keySets: { [issuer]: seen } }) =>
      seen ? regression(issuer, seen, { epoch, version, digest }) : undefined,
    );
  }

  #judgeRegistry(version: number, known: WitnessRecord): void {
    this.#judge('registry', known, ({ registryVersion: seen }) =>
      version < seen ? `the database holds registry version ${version}, and was at ${seen} before` : undefined,
    );
  }

  #judgeRevocations(head: RevocationHead, known: WitnessRecord): void {
    this.#judge(REVOCATIONS, known, ({ revocations: seen }) => {
      const [before, now] = [seen, head].map(({ epoch, sequence }) => `${epoch}.${sequence}`);
      return isBefore(head, seen) ? `the database holds revocation ${now}, and was at ${before} before` : undefined;
    });
  }

  /**
   * An answer that was as new as anything known when it was asked for, and was overtaken on its way, is no finding, and no reason
   * to drop one.
   */
  #judge(what: string, known: WitnessRecord, findingIn: (record: WitnessRecord) => string | undefined): boolean {
    const finding = findingIn(this.#record);
    const isOvertaken = finding !== undefined && findingIn(known) === undefined;
    if (!isOvertaken) this.#find(what, finding);
    return finding === undefined;
  }

  #find(what: string, finding: string | undefined): void {
    if (finding === undefined) this.#findings.delete(what);
    else this.#findings.set(what, finding);
  }

  async #remember(record: WitnessRecord): Promise<void> {
    this.#record = record;
    // What could not be read is not overwritten: it may still be put right.
    if (this.#findings.has(UNREADABLE)) return;
    while (!this.#isKept()) {
      this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
      try {
        await this.#writing;
      } catch (error) {
        this.#failures += 1;
        this.#ports.onFailure(error);
        return;
      }
    }
  }

  #isKept(): boolean {
    return this.#durable !== undefined && canonicalJson(this.#durable) === canonicalJson(this.#record);
  }

  async #write(): Promise<void> {
    const record = this.#record;
    await this.#ports.store.write(record, this.#durable);
    this.#durable = record;
  }
}

const UNREADABLE = 'witness';
const REVOCATIONS = 'revocations';

function regression(issuer: string, seen: Head, offered: Head): string | undefined {
  const [before, now] = [seen, offered].map(({ epoch, version }) => `${epoch}.${version}`);
  if (isLater(seen, offered))
    return `the database holds key-set version ${now} of ${issuer}, and was at ${before} before`;
  const differs = isSameVersion(seen, offered) && seen.digest !== offered.digest;
  return differs ? `the database holds another key set ${now} of ${issuer} than before` : undefined;
}
