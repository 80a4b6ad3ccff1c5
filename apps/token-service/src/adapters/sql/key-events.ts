import { timingSafeEqual } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { KeySetSeal, Mac } from '../../core/ports/key-set-seal.ts';
import type { KeyTables } from './schema.ts';

type KeyEventRow = Selectable<KeyTables['key_event']>;

/** The row with what proves that Mintmark wrote it: it is copied into audit trails, which are believed. */
export function sealedEvent(row: Omit<KeyEventRow, 'mac'>, mac: Mac): KeyEventRow {
  return { ...row, mac: mac(partsOf(row)) };
}

/** Under the present key of the seals. One that was replaced is known to others, so what it proved is proved no more. */
export async function isProven(row: KeyEventRow, seal: KeySetSeal): Promise<boolean> {
  if (isUnder(row, seal)) return true;
  await seal.renew();
  return isUnder(row, seal);
}

function isUnder({ mac, ...row }: KeyEventRow, seal: KeySetSeal): boolean {
  const expected = Buffer.from(seal.mac(partsOf(row)));
  const stored = Buffer.from(mac ?? '');
  return stored.length === expected.length && timingSafeEqual(stored, expected);
}

function partsOf(row: Omit<KeyEventRow, 'mac'>): readonly string[] {
  const { issuer, epoch, version, at, transition, actor, reason, changes, digest } = row;
  const place = [issuer, `${epoch}`, `${version}`, `${at}`];
  return ['mintmark key event', ...place, transition, actor, ...(reason === null ? [] : [reason]), changes, digest];
}
