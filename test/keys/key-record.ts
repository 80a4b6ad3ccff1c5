import { expect } from '@jest/globals';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { FIRST_KEY } from '../../apps/token-service/src/core/keys/lifecycle/next-transition.ts';
import { digestOfKeys } from '../../apps/token-service/src/core/model/key-set.ts';
import type { SigningKey } from '../../apps/token-service/src/core/model/signing-key.ts';
import { keySet } from './key-lab.ts';

/** The record tells, version by version, the same story as the rows. */
export async function expectReplayable(database: Database): Promise<void> {
  const events = await database.db.selectFrom('key_event').selectAll().orderBy('version').execute();
  const set = await keySet(database);
  expect(events.map(({ version }) => version)).toEqual(Array.from({ length: set.version }, (_, index) => index + 1));
  expect(events.filter(({ reason }) => reason === FIRST_KEY)).toHaveLength(1);
  const replayed = new Map<string, SigningKey>();
  for (const { changes, digest } of events) {
    for (const { key } of JSON.parse(changes) as { key: SigningKey }[]) replayed.set(key.id, key);
    expect(digestOfKeys([...replayed.values()])).toBe(digest);
  }
  expect(digestOfKeys([...replayed.values()])).toBe(set.digest);
}
