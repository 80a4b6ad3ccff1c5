import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { missingKeyEncryptionKey } from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { sealEnvelope } from '../../apps/token-service/src/adapters/signing/local/key-envelope.ts';
import { openSecretDigest } from '../../apps/token-service/src/adapters/signing/local/local-secret-digest.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { openMemory, storedSeal, testKek } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';

let database: Database;
let store: SqlEnvelopeStore;

beforeEach(async () => {
  database = await openMemory(new ManualClock());
  store = new SqlEnvelopeStore(database);
});

afterEach(() => database.close());

const stored = () => database.db.selectFrom('digest_key').selectAll().execute();

describe('digests of client secrets', () => {
  it('are made with a named, versioned key that outlives the process', async () => {
    const first = await openSecretDigest({ store, keks: [testKek()] });
    expect(first.keyId).toBe('client-secret.v1');
    expect(first.digest('secret')).toHaveLength(32);
    const second = await openSecretDigest({ store, keks: [testKek()] });
    expect(second.digest('secret')).toEqual(first.digest('secret'));
    expect(second.digestWith(first.keyId, 'secret')).toEqual(first.digest('secret'));
    expect(second.digest('Secret')).not.toEqual(first.digest('secret'));
    expect(await stored()).toHaveLength(1);
  });

  it('are keyed: a stolen table does not let anyone test guesses', async () => {
    const digests = await openSecretDigest({ store, keks: [testKek()] });
    const [row] = await stored();
    const guess = createHmac('sha256', Buffer.from(row!.ciphertext)).update('secret').digest();
    expect(digests.digest('secret')).not.toEqual(guess);
  });

  it('know no key they were not given', async () => {
    const digests = await openSecretDigest({ store, keks: [testKek()] });
    expect(digests.digestWith('client-secret.v2', 'secret')).toBeUndefined();
    expect(digests.digestWith('', 'secret')).toBeUndefined();
  });

  it('use the latest of several keys, and still check with the earlier ones', async () => {
    const before = await openSecretDigest({ store, keks: [testKek()] });
    const id = 'client-secret.v2';
    const envelope = sealEnvelope(Buffer.alloc(32, 3), [['mintmark digest key', id]], [testKek()]);
    await store.addDigestKey({ id, purpose: 'client-secret', version: 2, envelope });
    const after = await openSecretDigest({ store, keks: [testKek()] });
    expect(after.keyId).toBe(id);
    expect(after.digest('secret')).not.toEqual(before.digest('secret'));
    expect(after.digestWith('client-secret.v1', 'secret')).toEqual(before.digest('secret'));
  });

  it('are made with one key by all that start together', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => openSecretDigest({ store, keks: [testKek()] })));
    expect(new Set(all.map((digests) => digests.digest('secret').toString('hex'))).size).toBe(1);
  });

  const tampered = async () => {
    const [row] = await stored();
    const ciphertext = Buffer.from(row!.ciphertext);
    ciphertext[20]! ^= 1;
    await database.db.updateTable('digest_key').set({ ciphertext }).execute();
  };

  it.each([
    ['another key-encryption key', testKek(9), async () => {}],
    ['none', missingKeyEncryptionKey('the file is gone'), async () => {}],
    ['a damaged envelope', testKek(), tampered],
  ])('with %s refuse each request, and make no new key', async (_what, kek, happen) => {
    await openSecretDigest({ store, keks: [testKek()] });
    await happen();
    const before = await stored();
    const digests = await openSecretDigest({ store, keks: [kek] });
    for (const act of [
      () => digests.keyId,
      () => digests.digest('s'),
      () => digests.digestWith('client-secret.v1', 's'),
    ]) {
      expect(act).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED', facts: { reason: expect.any(String) } }));
    }
    expect(await stored()).toEqual(before);
  });

  it('make no first key again once secrets were digested with it: the loss is told, and no secret is called wrong', async () => {
    await openSecretDigest({ store, keks: [testKek()] });
    const secret = {
      id: 's',
      client_id: 'c',
      digest: Buffer.alloc(32),
      digest_key_id: 'client-secret.v1',
      created_at: 1,
    };
    await database.db.insertInto('client').values({ id: 'c', disabled: 0, credentials: '[]' }).execute();
    await database.db.insertInto('client_secret').values(secret).execute();
    await database.db.deleteFrom('digest_key').execute();
    const digests = await openSecretDigest({ store, keks: [testKek()] });
    expect(() => digests.digestWith('client-secret.v1', 's')).toThrow(
      expect.objectContaining({
        facts: { reason: expect.stringMatching(/client-secret .* is gone from the database/) },
      }),
    );
    expect(await stored()).toEqual([]);
  });

  it('are not made with a key that is for something else, or of another version', async () => {
    await openSecretDigest({ store, keks: [testKek()] });
    await storedSeal(database, [testKek()]);
    await database.db.deleteFrom('digest_key').where('purpose', '=', 'client-secret').execute();
    for (const change of [{ purpose: 'client-secret' }, { purpose: 'client-secret', id: 'client-secret.v1' }]) {
      await database.db.updateTable('digest_key').set(change).execute();
      const digests = await openSecretDigest({ store, keks: [testKek()] });
      expect(() => digests.digest('s')).toThrow(expect.objectContaining({ code: 'SIGNING_SEALED' }));
    }
    await database.db.updateTable('digest_key').set({ purpose: 'key-set', version: 2 }).execute();
    const seal = await storedSeal(database, [testKek()]);
    expect(() => seal.mac(['a'])).toThrow(expect.objectContaining({ code: 'KEY_UNREADABLE' }));
  });

  it('make no first key under a key-encryption key that does not open the signing keys', async () => {
    const key = { id: 'a', issuer: 'i', algorithm: 'ES256', kid: 'k' };
    await store.addLocalKey({
      ...key,
      envelope: { ciphertext: Buffer.alloc(60), wraps: [{ kekId: 'other', wrappedKey: '' }] },
    });
    const digests = await openSecretDigest({ store, keks: [testKek()] });
    expect(() => digests.digest('s')).toThrow(/cannot be checked now/);
    expect(await stored()).toEqual([]);
  });
});
