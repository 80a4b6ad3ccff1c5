import { createPrivateKey, randomBytes, type PrivateKeyInput } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import * as privateFile from '../../apps/token-service/src/adapters/signing/private-file.ts';
import { ManualClock } from './manual-clock.ts';

/** Buffers with a key in them, and what each held when it was handed on. */
const read: { readonly buffer: Buffer; readonly was: Buffer }[] = [];
const opened: { readonly buffer: Buffer; readonly was: Buffer }[] = [];

const crypto = await import('node:crypto');
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  createPrivateKey: (input: PrivateKeyInput) => {
    const buffer = input.key as Buffer;
    opened.push({ buffer, was: Buffer.from(buffer) });
    return createPrivateKey(input);
  },
}));
jest.unstable_mockModule('../../apps/token-service/src/adapters/signing/private-file.ts', () => ({
  ...privateFile,
  readPrivately: (path: string, mode: number) => {
    const buffer = privateFile.readPrivately(path, mode);
    read.push({ buffer, was: Buffer.from(buffer) });
    return buffer;
  },
}));
// What is under test is loaded after that, or it would have the real ones.
const { ISSUER, openMemory, testKek } = await import('./key-lab.ts');
const { SqlEnvelopeStore } = await import('../../apps/token-service/src/adapters/sql/envelope-store.ts');
const { LocalSigningKeys } = await import('../../apps/token-service/src/adapters/signing/local/local-signing-keys.ts');
const { openKeyEncryptionKeys } =
  await import('../../apps/token-service/src/adapters/signing/local/key-encryption-key-file.ts');

const isWiped = (buffer: Buffer) => buffer.length > 0 && buffer.every((byte) => byte === 0);

describe('a private key', () => {
  it('is wiped from the buffer that it was decrypted into, once it is read', async () => {
    const database = await openMemory(new ManualClock());
    const keys = new LocalSigningKeys({ issuer: ISSUER, store: new SqlEnvelopeStore(database), keks: [testKek()] });
    const handle = await keys.create({ algorithm: 'ES256', idempotencyKey: 'a' });
    await keys.publicJwk(handle);
    await keys.sign(handle, Buffer.from('x'));
    await database.close();
    expect(opened).toHaveLength(2);
    for (const { buffer, was } of opened) {
      expect(createPrivateKey({ key: was, format: 'der', type: 'pkcs8' }).asymmetricKeyType).toBe('ec');
      expect(isWiped(buffer)).toBe(true);
    }
  });
});

describe('a key-encryption key', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mintmark-wiped-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['raw', 'hex', 'base64url'] as const)(
    'in %s is never a string, and is wiped once it is read',
    async (how) => {
      const bytes = randomBytes(32);
      const content = how === 'raw' ? bytes : Buffer.from(`${bytes.toString(how)}\n`);
      const file = join(folder, how);
      writeFileSync(file, content, { mode: 0o600 });
      const text = content.toString('latin1');
      const spelt = jest.spyOn(Buffer.prototype, 'toString');
      const source = { file, dataDirectory: folder, selfMade: false, isNeeded: () => Promise.resolve(false) };
      const [kek] = await openKeyEncryptionKeys(source);
      const spellings = spelt.mock.results.map(({ value }) => String(value));
      spelt.mockRestore();
      expect(kek.file).toBe(file);
      expect(spellings.filter((each) => text.includes(each) && each !== '')).toEqual([]);
      const { buffer, was } = read.at(-1)!;
      expect(was).toEqual(content);
      expect(isWiped(buffer)).toBe(true);
    },
  );
});
