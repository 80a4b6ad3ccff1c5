import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { prepareHost } from './prepare-host.ts';

let folder: string;
let directory: string;
let declaration: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-init-'));
  directory = join(folder, 'data');
  declaration = join(folder, 'mintmark.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const prepare = () => prepareHost({ directory, declaration }).map(({ outcome }) => outcome);
const keyFile = () => join(directory, 'key-encryption.key');

describe('prepareHost', () => {
  it('makes directory and key for their owner alone, and a declaration', () => {
    expect(prepare()).toEqual(['made', 'made', 'made']);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600);
    expect(readFileSync(keyFile())).toHaveLength(32);
  });

  it('leaves what is there, to the byte', () => {
    prepare();
    const key = readFileSync(keyFile());
    writeFileSync(declaration, 'mine');
    expect(prepare()).toEqual(['was there', 'was there', 'was there']);
    expect(readFileSync(keyFile())).toEqual(key);
    expect(readFileSync(declaration, 'utf8')).toBe('mine');
  });

  it('refuses a directory and a key that others can use', () => {
    mkdirSync(directory, { mode: 0o755 });
    expect(prepare).toThrow('chmod 700');
    chmodSync(directory, 0o700);
    prepare();
    chmodSync(keyFile(), 0o644);
    expect(prepare).toThrow('chmod 600');
  });

  it('makes no new key for a database whose key is lost', () => {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(join(directory, 'mintmark.db'), '');
    expect(prepare).toThrow('Restore that file');
    expect(existsSync(keyFile())).toBe(false);
  });
});
