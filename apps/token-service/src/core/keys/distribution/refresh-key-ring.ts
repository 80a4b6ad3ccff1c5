import type { KeySet } from '../../model/key-set.ts';
import type { ActiveSigningKey, KeyHandle } from '../../model/signing-key.ts';
import { RequestError } from '../../model/errors.ts';
import type { Timing } from '../../model/timing.ts';
import type { Clock } from '../../ports/clock.ts';
import type { KeyRepository } from '../../ports/key-repository.ts';
import { SigningProviderError, type SigningKeyProvider } from '../../ports/signing-key-provider.ts';
import { clockOffsetSeconds, clockTrouble } from '../../model/database-clock.ts';
import { proveKnownKey } from '../lifecycle/prove-key.ts';
import type { Contact, Question } from './contact.ts';
import type { ActiveKey, Held, Signing } from './held-keys.ts';
import type { KeyRing } from './key-ring.ts';

interface Ports {
  readonly ring: KeyRing;
  readonly repository: KeyRepository;
  readonly provider: SigningKeyProvider;
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'clockErrorSeconds'>;
}

export interface Refresh {
  /** Whether another version was taken. */
  readonly changed: boolean;
  /** Algorithms whose active key cannot be used, and why. */
  readonly sealed: readonly { readonly kid: string; readonly algorithm: string; readonly reason: string }[];
}

const NOTHING_NEW: Refresh = { changed: false, sealed: [] };

/** Asks the database for the key set and brings the ring up to date; asking alone renews the lease to sign. */
export class RefreshKeyRing {
  readonly #ports: Ports;
  /** What the provider may hold in memory, by kid. */
  readonly #opened = new Map<string, KeyHandle>();
  /** The database's clock minus this machine's, at the last contact; 0 while the difference cannot be told. */
  clockOffsetSeconds = 0;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** @throws what the repository throws, RequestError KEYS_CLOCK_WRONG, or Error if its answer cannot be taken; the lease then runs on */
  async execute(): Promise<Refresh> {
    const { ring } = this.#ports;
    try {
      return await this.#refresh(ring.contact());
    } catch (error) {
      ring.missed(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** After a change that is committed, on this replica at once. Where that fails the ring says why, and the next poll tries again. */
  async catchUp(): Promise<void> {
    await this.execute().catch(() => undefined);
  }

  async #refresh(question: Question<Held['version']>): Promise<Refresh> {
    const { ring, repository } = this.#ports;
    const { value: version, databaseTime } = await repository.version();
    this.#checkClock(question, databaseTime);
    if (ring.holds(version)) {
      ring.renew(question);
      return NOTHING_NEW;
    }
    const { value: set } = await repository.load();
    const signing = await this.#open(set);
    const isTaken = ring.accept(set, signing, question);
    this.#forgetOthers(set);
    return isTaken ? { changed: true, sealed: sealedOf(set, signing) } : NOTHING_NEW;
  }

  /** @throws RequestError KEYS_CLOCK_WRONG; then nothing more is signed */
  #checkClock(sent: Contact, databaseTime: Date): void {
    const { ring, clock, timing } = this.#ports;
    this.clockOffsetSeconds = clockOffsetSeconds({ databaseTime, sent: sent.at, received: clock.now() });
    const reason = clockTrouble(this.clockOffsetSeconds, timing);
    if (reason === undefined) return;
    ring.distrustClock(reason);
    throw new RequestError('KEYS_CLOCK_WRONG', reason);
  }

  async #open(set: KeySet): Promise<Signing> {
    const signing = new Map<string, ActiveKey['sign'] | string>();
    for (const key of set.keys.filter((candidate) => candidate.state === 'active')) {
      signing.set(key.kid, this.#ports.ring.signingWith(key.kid) ?? (await this.#openKey(key)));
    }
    return signing;
  }

  async #openKey(key: ActiveSigningKey): Promise<ActiveKey['sign'] | string> {
    const { provider, ring } = this.#ports;
    this.#opened.set(key.kid, key.handle);
    try {
      await proveKnownKey(provider, key);
    } catch (error) {
      if (error instanceof SigningProviderError) return error.message;
      throw error;
    }
    const failed = (reason: string) => ring.failed(key.kid, reason);
    return (input) => signOrSeal(() => provider.sign(key.handle, input), { key, failed });
  }

  /**
   * Only keys that sign stay in memory, whatever has become of the others meanwhile, however long this replica slept, and
   * whichever of two answers came last.
   */
  #forgetOthers({ keys }: KeySet): void {
    // Another answer, that came in between, may have taken them off this list.
    for (const key of keys) if (key.state === 'active') this.#opened.set(key.kid, key.handle);
    for (const [kid, handle] of this.#opened) {
      if (this.#ports.ring.signingWith(kid)) continue;
      this.#ports.provider.forget(handle);
      this.#opened.delete(kid);
    }
  }
}

/** A provider that is only busy can sign the next thing. Otherwise nothing is asked of it until it has proved the key again. */
function signOrSeal(
  sign: () => Uint8Array | Promise<Uint8Array>,
  { key: { kid, algorithm }, failed }: { key: ActiveSigningKey; failed: (reason: string) => void },
): Uint8Array | Promise<Uint8Array> {
  const seal = (error: unknown): never => {
    if (!(error instanceof SigningProviderError)) throw error;
    if (error.code !== 'PROVIDER_BUSY') failed(error.message);
    const facts = { kid, reason: error.message };
    throw new RequestError('SIGNING_SEALED', `No key can sign ${algorithm} tokens now. Retry later.`, facts);
  };
  try {
    const signature = sign();
    return ArrayBuffer.isView(signature) ? signature : signature.catch(seal);
  } catch (error) {
    return seal(error);
  }
}

function sealedOf(set: KeySet, signing: Signing): Refresh['sealed'] {
  const tampered = (set.tampered ?? []).flatMap(({ id, algorithms, finding }) =>
    algorithms.map((algorithm) => ({ kid: id, algorithm, reason: finding })),
  );
  const unopened = set.keys
    .filter((key) => key.state === 'active')
    .flatMap(({ kid, algorithm }) => {
      const reason = signing.get(kid);
      return typeof reason === 'string' ? [{ kid, algorithm, reason }] : [];
    });
  return [...tampered, ...unopened];
}
