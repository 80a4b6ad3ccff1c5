import type { SigningAlgorithm } from '@mintmark/contract';
import type { PublicJwk } from '@mintmark/jws';
import type { Insertable, Selectable } from 'kysely';
import type { FrozenTiming, KeyHandle, KeyState, SigningKey } from '../../core/model/signing-key.ts';
import type { KeyTables } from './schema.ts';

export type KeyRow = Selectable<KeyTables['signing_key']>;
type NewKeyRow = Insertable<KeyTables['signing_key']>;

/** @throws Error naming the row, if it lacks what its state needs */
export function keyOfRow(row: KeyRow): SigningKey {
  const identity = { id: row.id, algorithm: row.algorithm as SigningAlgorithm, createdAt: new Date(row.created_at) };
  const state = row.state as KeyState;
  switch (state) {
    case 'generating':
      return { ...identity, state };
    case 'published':
      return { ...identity, ...madePart(row), state };
    case 'compromised':
      return { ...identity, ...madePart(row), compromisedAt: instant(row, 'deactivated_at'), state };
    case 'active':
      return { ...identity, ...madePart(row), ...activatedPart(row), state };
    case 'deactivated':
      return {
        ...identity,
        ...madePart(row),
        ...activatedPart(row),
        deactivatedAt: instant(row, 'deactivated_at'),
        state,
      };
    case 'destroyed':
      return {
        ...identity,
        state,
        kid: row.kid,
        handle: row.handle as KeyHandle | null,
        destroyedAt: instant(row, 'destroyed_at'),
      };
  }
}

/** Columns that a key in this state gives a value. What a destroyed key once was stays in its row. */
export function rowOfKey(issuer: string, key: SigningKey): NewKeyRow {
  const row = { id: key.id, issuer, algorithm: key.algorithm, state: key.state, created_at: key.createdAt.getTime() };
  if (key.state === 'generating') return row;
  if (key.state === 'destroyed') return { ...row, destroyed_at: key.destroyedAt.getTime() };
  const made = {
    ...row,
    kid: key.kid,
    public_jwk: JSON.stringify(key.publicJwk),
    handle: key.handle,
    ...frozenColumns(key.frozen),
    published_at: key.publishedAt.getTime(),
  };
  // It may have signed nothing, and signs nothing more: for both the same column says since when.
  if (key.state === 'compromised') return { ...made, deactivated_at: key.compromisedAt.getTime() };
  if (key.state !== 'active' && key.state !== 'deactivated') return made;
  return {
    ...made,
    activated_at: key.activatedAt.getTime(),
    sign_not_after: key.signNotAfter.getTime(),
    verify_until: key.verifyUntil.getTime(),
    ...(key.state === 'deactivated' && { deactivated_at: key.deactivatedAt.getTime() }),
  };
}

/** What a row holds once it was written: what was there, as far as nothing else took its place. */
export function writtenRow(before: KeyRow | undefined, written: NewKeyRow): KeyRow {
  return { ...NOTHING, ...before, ...written };
}

/** Neither a key nor anything left to destroy. */
export function isGone({ state, handle }: KeyRow): boolean {
  return state === 'destroyed' && handle === null;
}

const NOTHING = {
  kid: null,
  public_jwk: null,
  handle: null,
  max_token_lifetime_seconds: null,
  leeway_seconds: null,
  clock_error_seconds: null,
  signing_lease_seconds: null,
  publish_ahead_seconds: null,
  published_at: null,
  activated_at: null,
  sign_not_after: null,
  verify_until: null,
  deactivated_at: null,
  destroyed_at: null,
};

function madePart(row: KeyRow) {
  return {
    kid: present(row, 'kid'),
    publicJwk: JSON.parse(present(row, 'public_jwk')) as PublicJwk,
    handle: present(row, 'handle') as KeyHandle,
    frozen: frozenTiming(row),
    publishedAt: instant(row, 'published_at'),
  };
}

function activatedPart(row: KeyRow) {
  return {
    activatedAt: instant(row, 'activated_at'),
    signNotAfter: instant(row, 'sign_not_after'),
    verifyUntil: instant(row, 'verify_until'),
  };
}

function frozenTiming(row: KeyRow): FrozenTiming {
  return {
    maxTokenLifetimeSeconds: present(row, 'max_token_lifetime_seconds'),
    leewaySeconds: present(row, 'leeway_seconds'),
    clockErrorSeconds: present(row, 'clock_error_seconds'),
    signingLeaseSeconds: present(row, 'signing_lease_seconds'),
    publishAheadSeconds: present(row, 'publish_ahead_seconds'),
  };
}

function frozenColumns(frozen: FrozenTiming) {
  return {
    max_token_lifetime_seconds: frozen.maxTokenLifetimeSeconds,
    leeway_seconds: frozen.leewaySeconds,
    clock_error_seconds: frozen.clockErrorSeconds,
    signing_lease_seconds: frozen.signingLeaseSeconds,
    publish_ahead_seconds: frozen.publishAheadSeconds,
  };
}

function instant(row: KeyRow, column: InstantColumn): Date {
  return new Date(present(row, column));
}

type InstantColumn =
  'published_at' | 'activated_at' | 'sign_not_after' | 'verify_until' | 'deactivated_at' | 'destroyed_at';

function present<Column extends keyof KeyRow>(row: KeyRow, column: Column): NonNullable<KeyRow[Column]> {
  const value = row[column];
  if (value === null) throw new Error(`signing_key ${row.id} is ${row.state} and has no ${column}`);
  return value;
}
