import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyEncryptionKeyError, openKeyEncryptionKeys } from './key-encryption-key-file.ts';

const RAW = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
const CONTEXT = Buffer.from('context');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-kek-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(content: Buffer | string, mode = 0o600): string {
  const file = join(folder, 'kek');
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

type Options = Partial<Parameters<typeof openKeyEncryptionKeys>[0]>;

async function open(options: Options = {}) {
  return (await openAll(options))[0];
}

function openAll(options: Options) {
  const isNeeded = () => Promise.resolve(false);
  return openKeyEncryptionKeys({ dataDirectory: join(folder, 'state'), selfMade: false, isNeeded, ...options });
}

const selfMadeFile = () => join(folder, 'state', 'key-encryption.key');

describe('a key-encryption key from a file', () => {
  it('is the same whether written raw, in hex or in base64url', async () => {
    const spellings = [
      RAW,
      RAW.toString('hex'),
      `${RAW.toString('hex').toUpperCase()}\n`,
      RAW.toString('base64url'),
      `${RAW.toString('base64url')}\n`,
    ];
    const ids = new Set<string>();
    for (const content of spellings) ids.add((await open({ file: write(content) })).id);
    expect(ids.size).toBe(1);
  });

  it('reveals nothing of itself in its id', async () => {
    const { id } = await open({ file: write(RAW) });
    expect(id).toMatch(/^[A-Za-z0-9_-]{16}$/);
    expect(RAW.toString('base64url')).not.toContain(id.slice(0, 6));
  });

  it.each([
    ['empty', ''],
    ['31 bytes', RAW.subarray(1)],
    ['33 bytes', Buffer.concat([RAW, Buffer.from([1])])],
    ['a hex digit short', RAW.toString('hex').slice(1)],
    ['padded base64', RAW.toString('base64')],
    ['a passphrase', 'correct horse battery staple'],
  ])('is refused when it is %s', async (_what, content) => {
    const error: unknown = await open({ file: write(content) }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(KeyEncryptionKeyError);
    expect((error as Error).message).toContain('exactly 32 bytes');
    if (content.length > 0) expect((error as Error).message).not.toContain(content.toString());
  });

  it.each([0o604, 0o640 | 0o004, 0o602, 0o620, 0o644, 0o666])('is refused with mode %o', async (mode) => {
    await expect(open({ file: write(RAW, mode) })).rejects.toThrow(/by others \(mode \d+\). Run: chmod 600/);
  });

  it.each([0o400, 0o600, 0o440, 0o640])('is taken with mode %o, as mounted secrets have it', async (mode) => {
    await expect(open({ file: write(RAW, mode) })).resolves.toMatchObject({ id: expect.any(String) });
  });

  it('is refused when a directory stands in its place, as where a mounted secret is missing', async () => {
    await expect(open({ file: folder })).rejects.toThrow(KeyEncryptionKeyError);
    await expect(open({ file: folder })).rejects.toThrow(/cannot be read \(.*EISDIR/);
  });

  it('is demanded when it is missing, named or not', async () => {
    await expect(open({ file: join(folder, 'nowhere') })).rejects.toThrow(/nowhere cannot be read/);
    await expect(open()).rejects.toThrow(/MINTMARK_KEK_FILE is not set/);
  });
});

describe('more key-encryption keys', () => {
  const named = (name: string, byte: number) => {
    const file = join(folder, name);
    writeFileSync(file, Buffer.alloc(32, byte), { mode: 0o600 });
    return file;
  };

  it('come after the primary one, each once, and know their files', async () => {
    const [first, second] = [named('first', 1), named('second', 2)];
    const keks = await openAll({ file: first, more: [second, first] });
    expect(keks.map(({ file }) => file)).toEqual([first, second]);
  });

  it('stop the start when one cannot be read', async () => {
    await expect(openAll({ file: named('first', 1), more: [join(folder, 'gone')] })).rejects.toThrow(
      /gone cannot be read/,
    );
  });
});

describe('a self-made key-encryption key', () => {
  it('is made once, random, for this user alone', async () => {
    const first = await open({ selfMade: true });
    expect(statSync(selfMadeFile()).mode & 0o777).toBe(0o600);
    expect(readFileSync(selfMadeFile())).toHaveLength(32);
    expect((await open({ selfMade: true })).id).toBe(first.id);
    expect(readdirSync(join(folder, 'state'))).toEqual(['key-encryption.key']);
    rmSync(selfMadeFile());
    expect((await open({ selfMade: true })).id).not.toBe(first.id);
  });

  it('is one and the same for all that start together', async () => {
    const keys = await Promise.all(Array.from({ length: 8 }, () => open({ selfMade: true })));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
  });

  it('is refused once the group can read it', async () => {
    await open({ selfMade: true });
    chmodSync(selfMadeFile(), 0o640);
    await expect(open({ selfMade: true })).rejects.toThrow(/chmod 600/);
  });

  it('is not made anew when something is encrypted under one that is gone', async () => {
    const kek = await open({ selfMade: true, isNeeded: () => Promise.resolve(true) });
    expect(() => kek.wrap(RAW, CONTEXT)).toThrow(/is gone, and the stored keys are encrypted under it/);
    expect(() => kek.unwrap({ kekId: 'x', wrappedKey: '' }, CONTEXT)).toThrow(/Restore the file/);
    expect(() => statSync(selfMadeFile())).toThrow(/ENOENT/);
  });

  it('gives way to a named file', async () => {
    await open({ selfMade: true, file: write(RAW) });
    expect(() => statSync(selfMadeFile())).toThrow(/ENOENT/);
  });

  it('says why it cannot be made', async () => {
    write('a file where a folder should be');
    await expect(open({ selfMade: true, dataDirectory: join(folder, 'kek') })).rejects.toThrow(/cannot be (made|read)/);
  });
});
