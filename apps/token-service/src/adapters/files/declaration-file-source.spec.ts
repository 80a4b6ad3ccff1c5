import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeclarationFileSource } from './declaration-file-source.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-declaration-'));
  path = join(folder, 'mintmark.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(maxBytes = 1000) {
  return new DeclarationFileSource({ path, maxBytes }).read();
}

describe('DeclarationFileSource', () => {
  it.each([0, 1, 999, 1000])('reads a file of %d bytes', async (length) => {
    writeFileSync(path, 'x'.repeat(length));
    expect(await read()).toEqual({ name: path, bytes: Buffer.alloc(length, 'x') });
  });

  it('follows a link, as a mounted ConfigMap is one', async () => {
    writeFileSync(join(folder, 'target'), 'apiVersion');
    symlinkSync(join(folder, 'target'), path);
    expect(await read()).toMatchObject({ bytes: Buffer.from('apiVersion') });
  });

  const refusals: readonly [string, () => void, string][] = [
    ['a file that is not there', () => undefined, 'the file cannot be read (ENOENT)'],
    ['a folder', () => mkdirSync(path), 'this is not a file'],
    ['a named pipe, without waiting for it', () => execFileSync('mkfifo', [path]), 'this is not a file'],
    ['a file past the limit', () => writeFileSync(path, 'x'.repeat(1001)), 'the file is larger than 1000 bytes'],
    ['a file of a terabyte, by its size', () => sparse(2 ** 40), 'the file is larger than 1000 bytes'],
    ['a file without end', () => symlinkSync('/dev/zero', path), 'this is not a file'],
  ];

  it.each(refusals)('refuses %s', async (_what, prepare, problem) => {
    prepare();
    expect(await read()).toEqual({ file: path, line: 1, column: 1, path: '', problem, fix: expect.any(String) });
  });

  function sparse(length: number): void {
    writeFileSync(path, '');
    truncateSync(path, length);
  }
});
