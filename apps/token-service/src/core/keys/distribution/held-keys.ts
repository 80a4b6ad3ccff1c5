import type { SigningAlgorithm } from '@mintmark/contract';
import { isLater, isSameVersion, type KeySet, type KeySetVersion } from '../../model/key-set.ts';
import {
  isVerifying,
  latestExpiry,
  secondsAfter,
  type ActiveSigningKey,
  type DeactivatedKey,
} from '../../model/signing-key.ts';
import { keySetDocument, type KeySetDocument } from './key-set-document.ts';

/** A key that signs now. */
export interface ActiveKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** V − L − ε: no token may expire later. */
  readonly latestExpiry: Date;
  readonly maxTokenLifetimeSeconds: number;
  /** JOSE signature bytes. @throws RequestError SIGNING_SEALED if the key's provider fails */
  readonly sign: (input: Uint8Array) => Uint8Array | Promise<Uint8Array>;
}

/** Turns an active key into something that signs; a text says why it cannot. */
export type Signing = ReadonlyMap<string, ActiveKey['sign'] | string>;

/** A version of the set, with what can be done with its keys: immutable, replaced whole. */
export interface Held {
  readonly version: KeySetVersion & Pick<KeySet, 'digest'>;
  readonly set: KeySet;
  readonly document: KeySetDocument | undefined;
  readonly signers: ReadonlyMap<SigningAlgorithm, Signer>;
  /** Why an algorithm with an active key cannot sign. */
  readonly sealed: ReadonlyMap<SigningAlgorithm, string>;
  readonly deactivated: ReadonlyMap<string, DeactivatedKey>;
  /** The shortest P of the keys. */
  readonly publishAheadSeconds: number;
}

export interface Signer {
  readonly active: ActiveKey;
  readonly key: ActiveSigningKey;
}

export function hold(set: KeySet, signing: Signing): Held {
  const { epoch, version, digest, keys } = set;
  const signers = new Map<SigningAlgorithm, Signer>();
  const sealed = new Map<SigningAlgorithm, string>();
  for (const key of keys.filter((candidate) => candidate.state === 'active')) {
    const sign = signing.get(key.kid) ?? 'it was not opened';
    if (typeof sign === 'string') sealed.set(key.algorithm, sign);
    else signers.set(key.algorithm, { key, active: activeKey(key, sign) });
  }
  for (const { algorithms, finding } of set.tampered ?? []) {
    for (const algorithm of algorithms as readonly SigningAlgorithm[]) {
      signers.delete(algorithm);
      sealed.set(algorithm, finding);
    }
  }
  const deactivated = keys.filter((key) => key.state === 'deactivated').map((key) => [key.kid, key] as const);
  return {
    version: { epoch, version, digest },
    set,
    document: keySetDocument(set),
    signers,
    sealed,
    deactivated: new Map(deactivated),
    publishAheadSeconds: Math.min(...keys.filter(isVerifying).map(({ frozen }) => frozen.publishAheadSeconds)),
  };
}

function activeKey(key: ActiveSigningKey, sign: ActiveKey['sign']): ActiveKey {
  const { kid, algorithm, frozen } = key;
  const { maxTokenLifetimeSeconds } = frozen;
  return { kid, algorithm, latestExpiry: latestExpiry(key), maxTokenLifetimeSeconds, sign };
}

/** Why a set that the database offers cannot be a later one than that held. */
export function regression(held: Held['version'], offered: KeySet): string | undefined {
  const [from, to] = [held, offered].map(({ epoch, version }) => `${epoch}.${version}`);
  if (isLater(held, offered)) return `the database went back from key-set version ${from} to ${to}`;
  const differs = isSameVersion(held, offered) && held.digest !== offered.digest;
  return differs ? `the database holds another key set of version ${to} than before` : undefined;
}

/** t₀ + Z, less what this replica's clock may be behind the database's. */
export function lastRelease({ deactivatedAt, frozen }: DeactivatedKey): Date {
  return secondsAfter(deactivatedAt, frozen.signingLeaseSeconds - frozen.clockErrorSeconds);
}
