import { expect, it } from '@jest/globals';
import { ManualClock } from '../../../../../test/keys/manual-clock.ts';
import { addOperatedResources } from '../../../../../test/keys/verifier-crowd.ts';
import { openDatabase } from './open-database.ts';
import { SqlVerifierHoldings } from './verifier-holdings.ts';

it('counts who holds a key set or a later one, and names the others', async () => {
  const database = await openDatabase({ url: 'sqlite::memory:', clock: new ManualClock() });
  await addOperatedResources(database, { a: 'a', b: 'b', c: 'c', d: 'd', e: 'e' });
  await database.db.updateTable('client').set({ disabled: 1 }).where('id', '=', 'e').execute();
  const held = [
    ['a', 1, 9],
    ['b', 2, 1],
    ['c', 1, 8],
    ['d', null, null],
    ['e', 1, 1],
  ] as const;
  for (const [name, epoch, version] of held) {
    const verifier = { client_id: name, resource_id: name, instance_id: '1' };
    const token = { token_id: null, signed_by: null };
    const row = { ...verifier, ...token, epoch, version, digest: null, kids: '[]', heard_at: 0 };
    await database.db.insertInto('verifier_ack').values(row).execute();
  }
  const holdings = new SqlVerifierHoldings(database, 'https://tokens.internal');
  expect(await holdings.of('https://tokens.internal', { epoch: 1, version: 9 })).toEqual({
    ...{ verifiers: 4, holding: 2 },
    missing: ['c for c, 1', 'd for d, 1'],
  });
  expect(await holdings.of('https://tokens.internal#admin', { epoch: 1, version: 1 })).toMatchObject({ verifiers: 0 });
  await database.close();
});
