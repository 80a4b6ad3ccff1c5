import { afterEach, describe, expect, it } from '@jest/globals';
import type { DeclarationFile } from '../../core/model/declaration.ts';
import { DeclarationThread, type ThreadLimits } from './declaration-thread.ts';

const SUPPORT = { credentialKinds: ['client_secret'], signingAlgorithms: ['ES256'], senderConstraints: ['none'] };
const READER = new URL('../../modules/declaration-thread.ts', import.meta.url);
const FILE = fileOf('apiVersion: mintmark/v1\nclients:\n  - { id: orders, credentials: [{ kind: client_secret }] }\n');

const HANGS = 'for (;;);';
const HOARDS = 'const hoard = []; for (;;) hoard.push(new Array(10_000).fill({}));';
const THROWS = "throw new Error('out of order');";
const SILENT = '';

let thread: DeclarationThread;
afterEach(() => thread.close());

function fileOf(text: string): DeclarationFile {
  return { name: 'mintmark.yaml', bytes: Buffer.from(text) };
}

function running(script: string, limits: ThreadLimits = { seconds: 60, heapMegabytes: 64 }): DeclarationThread {
  const entry = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  return (thread = new DeclarationThread({ entry, support: SUPPORT, limits }));
}

describe('a thread that reads declarations', () => {
  it('gives what the file says, or every problem in it, and lets other things happen meanwhile', async () => {
    thread = new DeclarationThread({ entry: READER, support: SUPPORT });
    let turns = 0;
    const others = setInterval(() => turns++, 1);
    const outcome = await thread.read(FILE);
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
    expect(await thread.read(fileOf('apiVersion: mintmark/v2\nclient: []\n'))).toMatchObject({
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
