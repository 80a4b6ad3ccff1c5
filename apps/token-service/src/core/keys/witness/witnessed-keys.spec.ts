import { describe, expect, it } from '@jest/globals';
import type { KeyRepository } from '../../ports/key-repository.ts';
import type { KeySet } from '../../model/key-set.ts';
import type { DatabaseWitness } from './database-witness.ts';
import { WitnessedKeys } from './witnessed-keys.ts';

const NOW = new Date('2026-03-01T00:00:00Z');
const active = (kid: string) => ({ state: 'active', kid, handle: `pkcs11:${kid}`, verifyUntil: NOW });
const set = { epoch: 1, version: 4, keys: [active('0a1'), active('0b1'), active('gone')] } as unknown as KeySet;

/** States of the keys of a set that was restored, or was not: one in a compromised token, one in another, one in none any more. */
async function statesRead(seal: string | undefined): Promise<readonly string[]> {
  const behind = { load: () => Promise.resolve({ value: set, databaseTime: NOW }) } as unknown as KeyRepository;
  const sawKeys = () => Promise.resolve();
  const witness = { record: {}, sawKeys, seal: () => seal, risen: () => [], condemned: ['pkcs11:0a'] };
  const of = (handles: readonly string[]) =>
    Promise.resolve(new Map(handles.map((handle) => [handle, handle.endsWith('gone') ? [] : [handle.slice(0, -1)]])));
  const needs = { issuer: 'a', witness: witness as unknown as DatabaseWitness, custody: { of } };
  const { value } = await new WitnessedKeys(behind, needs as ConstructorParameters<typeof WitnessedKeys>[1]).load();
  return value.keys.map(({ state }) => state);
}

describe('keys that lie under what was compromised, read from the database', () => {
  it('are trusted by nobody while it is older than its witness: no order named those that were gone by then', async () => {
    expect(await statesRead('older')).toEqual(['compromised', 'active', 'compromised']);
  });

  it('are as it says while it is not', async () => {
    expect(await statesRead(undefined)).toEqual(['active', 'active', 'active']);
  });
});
