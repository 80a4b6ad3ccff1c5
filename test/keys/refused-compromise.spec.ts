import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyEncryptionKeys } from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { LocalKeyWraps } from '../../apps/token-service/src/adapters/signing/local/local-key-wraps.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import type { DatabaseWitness } from '../../apps/token-service/src/core/keys/witness/database-witness.ts';
import type { CompromiseOrder } from '../../apps/token-service/src/core/model/compromise.ts';
import { NOMINAL_TIMING as timing } from '../../apps/token-service/src/core/model/timing.ts';
import type { KeyRepository } from '../../apps/token-service/src/core/ports/key-repository.ts';
import type { ReplaceableSeal } from '../../apps/token-service/src/core/ports/key-set-seal.ts';
import { SigningProviderError } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import { keyIn, openMemory, settle, temporaryFolder, testKek, type Replica, type ReplicaOptions } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';
import { beginProcess } from './witnessed-process.ts';

const [LEAKED, SOUND] = [testKek(1), testKek(2)];

let folder: ReturnType<typeof temporaryFolder>;
let clock: ManualClock;
let database: Database;
let seal: ReplaceableSeal;
let witness: DatabaseWitness;
let service: Replica;

beforeEach(async () => {
  folder = temporaryFolder();
  clock = new ManualClock();
  database = await openMemory(clock);
  await start([LEAKED]);
  clock.advance(timing.publishAheadSeconds);
});
afterEach(async () => {
  await database.close();
  folder.remove();
});

/** A process begins on what is there. */
async function start(keks: KeyEncryptionKeys, more: Partial<ReplicaOptions> = {}): Promise<void> {
  ({ seal, witness, service } = await beginProcess({ database, clock, keks, folder: folder.path, ...more }));
}

const stored = () => service.repository.load().then(({ value }) => value);
const condemned = () => new SqlEnvelopeStore(database).condemned();
const tamper = () =>
  database.db
    .updateTable('signing_key')
    .set((row) => ({ created_at: row('created_at', '+', 1) }))
    .where('state', '=', 'published')
    .execute();

function orderFor(kid: string): CompromiseOrder {
  return { target: { kid }, scope: 'custody', reason: 'leaked', withoutStandby: 'fresh-key' };
}

describe('a custody that is called compromised', () => {
  it('is not condemned, nor is another key made, where a key of its algorithm was tampered with', async () => {
    await start([SOUND, LEAKED]);
    const order = orderFor(keyIn(await stored(), 'active').kid);
    await tamper();
    const refused = expect.objectContaining({ code: 'KEYS_UNUSABLE', message: expect.stringContaining('is sealed') });
    await expect(service.compromise.plan(order)).rejects.toEqual(refused);
    await expect(service.compromise.execute(order, 'ann')).rejects.toEqual(refused);
    expect([await condemned(), seal.version, witness.record.reserved]).toEqual([[], 1, []]);
  });

  it('is not condemned where nothing would be left to prove key sets with, though nobody has to take over', async () => {
    await start([SOUND, LEAKED]);
    await service.operate.execute({ verb: 'rotate', algorithm: 'ES256' }, 'ann');
    await settle(service.rotate);
    const set = await stored();
    const retired = keyIn(set, 'deactivated');
    const others = [keyIn(set, 'active').handle, keyIn(set, 'published').handle];
    const wraps = new LocalKeyWraps({ store: new SqlEnvelopeStore(database), keks: [SOUND, LEAKED] });
    for (const each of await wraps.wrapped()) {
      if (!others.some((handle) => handle.endsWith(each.id))) continue;
      await wraps.add(each, SOUND.id);
      await wraps.drop(each, LEAKED.id);
    }
    await start([LEAKED]);
    const order = orderFor(retired.kid);
    const refused = expect.objectContaining({ code: 'KEYS_UNUSABLE' });
    await expect(service.compromise.plan(order)).rejects.toEqual(refused);
    await expect(service.compromise.execute(order, 'ann')).rejects.toEqual(refused);
    await expect(service.custody.condemn({ lost: [LEAKED.id], known: 1 })).rejects.toThrow('compromised');
    expect([await condemned(), seal.version, witness.record.reserved]).toEqual([[], 1, []]);
  });

  const unreadable = new SigningProviderError('KEY_UNREADABLE', 'damaged');
  it.each([
    ['fails', () => Promise.reject(unreadable)],
    ['finds another set, and the next look at it refuses', () => tamper().then(() => undefined)],
  ])('stays so, and its order stands, if the transaction after that %s', async (_how, transact) => {
    await start([SOUND, LEAKED]);
    const { kid } = keyIn(await stored(), 'active');
    const wrapRepository = (real: KeyRepository): KeyRepository => ({
      load: () => real.load(),
      version: () => real.version(),
      releaseHandle: (id) => real.releaseHandle(id),
      transact,
    });
    await start([SOUND, LEAKED], { wrapRepository });
    await expect(service.compromise.execute(orderFor(kid), 'ann')).rejects.toMatchObject({
      ...{ code: 'STORAGE_UNAVAILABLE', facts: { refused: 'KEYS_UNUSABLE' } },
      message: expect.stringMatching(/is condemned already, so the order stands/),
    });
    expect([await condemned(), seal.version, witness.record.reserved.length]).toEqual([[LEAKED.id], 2, 1]);
  });
});
