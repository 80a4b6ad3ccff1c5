import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import type { DeclarationFile } from '../../core/model/declaration.ts';
import { DeclarationProcess, type ProcessLimits } from './declaration-process.ts';

const SUPPORT = { credentialKinds: ['client_secret'], signingAlgorithms: ['ES256'], senderConstraints: ['none'] };
const READER = new URL('../../modules/declaration-process.ts', import.meta.url);
const FILE = fileOf('apiVersion: mintmark/v1\nclients:\n  - { id: orders, credentials: [{ kind: client_secret }] }\n');

const HANGS = "process.once('message', () => { for (;;); });";
const HOARDS = 'const hoard = []; for (;;) hoard.push(new Array(10_000).fill({}));';
const THROWS = "throw new Error('out of order');";
const SILENT = "process.once('message', () => process.disconnect());";
const SENDS =
  "process.once('message', () => process.send({ ok: false, problems: [], rest: 'all' }, () => process.exit()));";

const folder = mkdtempSync(join(tmpdir(), 'mintmark-declaration-'));
afterAll(() => rmSync(folder, { recursive: true }));

let reader: DeclarationProcess;
afterEach(() => reader.close());

function fileOf(text: string): DeclarationFile {
  return { name: 'mintmark.yaml', bytes: Buffer.from(text) };
}

function running(script: string, limits: ProcessLimits = { seconds: 60, heapMegabytes: 64 }): DeclarationProcess {
  const path = join(folder, 'entry.mjs');
  writeFileSync(path, script);
  return (reader = new DeclarationProcess({ entry: pathToFileURL(path), support: SUPPORT, limits }));
}

describe('a process that reads declarations', () => {
  it('gives what the file says, or every problem in it, and lets other things happen meanwhile', async () => {
    reader = new DeclarationProcess({ entry: READER, support: SUPPORT });
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    const outcome = await reader.read(FILE);
    clearInterval(others);
    expect(outcome).toEqual({
      ok: true,
      declaration: {
        resources: [],
        clients: [{ id: 'orders', credentials: [{ kind: 'client_secret' }] }],
        policies: [],
        issuers: [],
      },
      positions: {},
    });
    expect(turns).toBeGreaterThan(0);
    expect(await reader.read(fileOf('apiVersion: mintmark/v2\nclient: []\n'))).toMatchObject({
      ok: false,
      problems: [
        { file: 'mintmark.yaml', line: 1 },
        { file: 'mintmark.yaml', line: 2 },
      ],
    });
  });

  it('refuses a file that takes too long', async () => {
    expect(await running(HANGS, { seconds: 0.2, heapMegabytes: 64 }).read(FILE)).toMatchObject({
      ok: false,
      problems: [{ file: 'mintmark.yaml', problem: 'the file could not be read within 0.2 s' }],
    });
  });

  it('refuses a file that takes too much memory', async () => {
    expect(await running(HOARDS).read(FILE)).toMatchObject({
      ok: false,
      problems: [{ problem: 'the file takes too much memory to read' }],
    });
  });

  it.each([
    ['throws', THROWS, 'out of order'],
    ['ends without a word', SILENT, 'without a word'],
  ])('fails if it %s, and reads the next file all the same', async (_, script, message) => {
    const failing = running(script);
    await expect(failing.read(FILE)).rejects.toThrow(message);
    await expect(failing.read(FILE)).rejects.toThrow(message);
  });

  it('gives an outcome, though the process was gone before anybody looked', async () => {
    const outcome = running(SENDS).read(FILE);
    await new Promise((resolve) => setImmediate(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    expect(await outcome).toMatchObject({ ok: false, rest: 'all' });
  });

  it('takes four files at a time, and again when they are done', async () => {
    const busy = running(SILENT);
    const four = Array.from({ length: 4 }, () => busy.read(FILE));
    await expect(busy.read(FILE)).rejects.toMatchObject({ code: 'REGISTRY_BUSY' });
    await Promise.allSettled(four);
    await expect(busy.read(FILE)).rejects.toThrow('without a word');
  });

  it('that is closed ends what it reads, and what waits', async () => {
    const hanging = running(HANGS);
    const outcomes = Promise.allSettled([hanging.read(FILE), hanging.read(FILE)]);
    await new Promise((resolve) => setImmediate(resolve));
    await hanging.close();
    expect(await outcomes).toMatchObject([{ reason: { code: 'STOPPING' } }, { reason: { code: 'STOPPING' } }]);
  });
});
