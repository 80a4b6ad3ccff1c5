import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { publicJwkOf } from '@mintmark/jws';
import type { SigningKeyProvider } from '../../apps/token-service/src/core/ports/signing-key-provider.ts';
import { openSigningKeyProviders } from '../../apps/token-service/src/adapters/signing/open-signing-key-provider.ts';
import { sealEnvelope } from '../../apps/token-service/src/adapters/signing/local/key-envelope.ts';
import { LocalKeyWraps } from '../../apps/token-service/src/adapters/signing/local/local-key-wraps.ts';
import { LocalSigningKeys } from '../../apps/token-service/src/adapters/signing/local/local-signing-keys.ts';
import { missingKeyEncryptionKey } from '../../apps/token-service/src/adapters/signing/local/key-encryption-key.ts';
import { SqlEnvelopeStore } from '../../apps/token-service/src/adapters/sql/envelope-store.ts';
import type { Database } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { ISSUER, openMemory, testKek } from './key-lab.ts';
import { ManualClock } from './manual-clock.ts';
import { signingKeyProviderContract } from './signing-key-provider.contract.ts';

const opened: Database[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});

async function setUp(kek = testKek()) {
  const database = await openMemory(new ManualClock());
  opened.push(database);
  const store = new SqlEnvelopeStore(database);
  return { database, store, provider: new LocalSigningKeys({ issuer: ISSUER, store, keks: [kek] }) };
}

/** As the service puts it together. */
async function composed(): Promise<SigningKeyProvider> {
  const { store } = await setUp();
  const places = { making: { kind: 'local' }, also: [] } as const;
  return (await openSigningKeyProviders(places, { store, keks: [testKek()] })).providerFor(ISSUER);
}

signingKeyProviderContract('local keys', async () => (await setUp()).provider);
signingKeyProviderContract('local keys among all providers', composed);

it('a key that was made in a token is missed by the setting that names it, and is not taken for lost', async () => {
  const provider = await composed();
  const handle = `pkcs11:${'0'.repeat(32)}` as const;
  for (const act of [() => provider.publicJwk(handle), () => provider.destroy(handle)])
    await expect(act()).rejects.toMatchObject({
      code: 'KEY_ELSEWHERE',
      message: expect.stringMatching(/was made in a PKCS#11 token .* MINTMARK_SIGNING_KEYS_ALSO/),
    });
  expect(() => provider.sign(handle, Buffer.from('x'))).toThrow(/MINTMARK_SIGNING_KEYS_ALSO/);
});

describe('local keys', () => {
  it('answer without a promise once they are open: no query, no turn of the event loop', async () => {
    const { provider, database } = await setUp();
    const handle = await provider.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    expect(provider.sign(handle, Buffer.from('x'))).toBeInstanceOf(Promise);
    await provider.sign(handle, Buffer.from('x'));
    const before = database.statements();
    expect(ArrayBuffer.isView(provider.sign(handle, Buffer.from('x')))).toBe(true);
    expect(database.statements()).toBe(before);
  });

  it('are stored encrypted, under the id of the key-encryption key', async () => {
    const { provider, database } = await setUp();
    const handle = await provider.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const { x } = await provider.publicJwk(handle);
    const row = await database.db.selectFrom('local_key').selectAll().executeTakeFirstOrThrow();
    const stored = Buffer.from(row.ciphertext);
    expect(stored.includes(Buffer.from(x as string, 'base64url'))).toBe(false);
    // PKCS #8 begins with SEQUENCE, and names the curve by its object identifier.
    expect(stored.includes(Buffer.from('06082a8648ce3d030107', 'hex'))).toBe(false);
    expect(JSON.parse(row.wraps)).toEqual([{ kekId: testKek().id, wrappedKey: expect.any(String) }]);
  });

  const columns = ['issuer', 'algorithm', 'kid'] as const;
  it.each(columns)('do not open when their row names another %s', async (column) => {
    const { provider, database } = await setUp();
    const handle = await provider.create({ algorithm: 'EdDSA', idempotencyKey: 'a' });
    await database.db
      .updateTable('local_key')
      .set({ [column]: column === 'algorithm' ? 'Ed25519' : 'other' })
      .execute();
    await expect(provider.publicJwk(handle)).rejects.toMatchObject({
      code: column === 'issuer' ? 'KEY_NOT_FOUND' : 'KEY_UNREADABLE',
    });
  });

  it('do not open under the id of another row: what was destroyed is not what is made next', async () => {
    const { provider, database } = await setUp();
    await provider.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    await database.db.updateTable('local_key').set({ id: 'b' }).execute();
    const handle = await provider.create({ algorithm: 'ES256', idempotencyKey: 'b' });
    await expect(provider.publicJwk(handle)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('of earlier versions, which did not name the row, open and are wrapped anew', async () => {
    const { provider, store } = await setUp();
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { kid } = publicJwkOf(privateKey, 'ES256');
    const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'der' });
    const envelope = sealEnvelope(pkcs8, [['mintmark signing key', ISSUER, kid, 'ES256']], [testKek()]);
    await store.addLocalKey({ id: 'old', issuer: ISSUER, algorithm: 'ES256', kid, envelope });
    expect(await provider.publicJwk('local:old')).toMatchObject({ kid });
    const keks = [testKek(), testKek(8)] as const;
    const wraps = new LocalKeyWraps({ store, keks });
    const key = (await wraps.wrapped()).find(({ id }) => id === 'old')!;
    await wraps.add(key, testKek(8).id);
    const other = new LocalSigningKeys({ issuer: ISSUER, store, keks: [testKek(8)] });
    expect(await other.publicJwk('local:old')).toMatchObject({ kid });
  });

  it('do not open when two envelopes were swapped', async () => {
    const { provider, database } = await setUp();
    const [one, other] = [
      await provider.create({ algorithm: 'ES256', idempotencyKey: 'one' }),
      await provider.create({ algorithm: 'ES256', idempotencyKey: 'other' }),
    ];
    const rows = await database.db
      .selectFrom('local_key')
      .select(['id', 'ciphertext', 'wraps'])
      .orderBy('id')
      .execute();
    const [first, second] = [rows[0]!, rows[1]!];
    for (const [to, from] of [
      [first, second],
      [second, first],
    ] as const) {
      const { ciphertext, wraps } = from;
      await database.db.updateTable('local_key').set({ ciphertext, wraps }).where('id', '=', to.id).execute();
    }
    for (const handle of [one, other])
      await expect(provider.publicJwk(handle)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  it('notice each flipped byte of ciphertext and wrap', async () => {
    const { provider, database, store } = await setUp();
    const handle = await provider.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const { envelope } = (await store.localKey('a'))!;
    const wrapped = Buffer.from(envelope.wraps[0]!.wrappedKey, 'base64url');
    for (let at = 0; at < envelope.ciphertext.length; at++) {
      await database.db
        .updateTable('local_key')
        .set({ ciphertext: flipped(envelope.ciphertext, at) })
        .execute();
      await expect(provider.publicJwk(handle)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    }
    await database.db.updateTable('local_key').set({ ciphertext: envelope.ciphertext }).execute();
    for (let at = 0; at < wrapped.length; at++) {
      const wraps = [{ ...envelope.wraps[0]!, wrappedKey: flipped(wrapped, at).toString('base64url') }];
      await database.db
        .updateTable('local_key')
        .set({ wraps: JSON.stringify(wraps) })
        .execute();
      await expect(provider.publicJwk(handle)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    }
    await database.db
      .updateTable('local_key')
      .set({ wraps: JSON.stringify(envelope.wraps) })
      .execute();
    await expect(provider.publicJwk(handle)).resolves.toMatchObject({ alg: 'ES256' });
  });

  it('notice an envelope that was cut off', async () => {
    const { provider, database } = await setUp();
    const handle = await provider.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    for (const length of [0, 11, 27, 28, 40]) {
      await database.db
        .updateTable('local_key')
        .set({ ciphertext: Buffer.alloc(length) })
        .execute();
      await expect(provider.publicJwk(handle)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    }
  });

  it.each([
    [
      'another key-encryption key',
      testKek(8),
      /\(\S{16}\) is not the one that the stored keys are encrypted under \(\S{16}\)/,
    ],
    ['none', missingKeyEncryptionKey('kek.key is gone'), /kek.key is gone/],
  ])('with %s open nothing and make nothing new', async (_which, kek, message) => {
    const { provider, store, database } = await setUp();
    const handle = await provider.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const other = new LocalSigningKeys({ issuer: ISSUER, store, keks: [kek] });
    for (const act of [
      () => other.publicJwk(handle),
      () => Promise.resolve(other.sign(handle, Buffer.from('x'))),
      () => other.create({ algorithm: 'ES256', idempotencyKey: 'b' }),
    ]) {
      const error: unknown = await act().catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 'KEY_ENCRYPTION_UNAVAILABLE', message: expect.stringMatching(message) });
    }
    expect(await database.db.selectFrom('local_key').selectAll().execute()).toHaveLength(1);
  });

  it('are not shared with another issuer of the same database', async () => {
    const { provider, store } = await setUp();
    const handle = await provider.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    const other = new LocalSigningKeys({ issuer: 'https://other.internal', store, keks: [testKek()] });
    await expect(other.publicJwk(handle)).rejects.toMatchObject({ code: 'KEY_NOT_FOUND' });
  });
});

function flipped(bytes: Uint8Array, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 0x01;
  return copy;
}
