import { execFileSync } from 'node:child_process';
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createTestIssuer, FakeClock, settled } from '@mintmark/testing';
import { tellAll, type KeyAlarm } from '../observer.ts';
import type { FetchedKeySet } from './fetch-key-set.ts';
import { KeyCache } from './key-cache.ts';
import { SnapshotFile } from './snapshot-file.ts';
import { keyTiming } from './key-timing.ts';

const MINUTE = 60_000;
const origin = { issuer: 'https://issuer.test', url: 'https://issuer.test/jwks.json' };
const down: FetchedKeySet = { status: 'failed', reason: 'connect ECONNREFUSED' };

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mintmark-key-set-'));
  path = join(folder, 'keys.json');
});
afterEach(() => {
  jest.restoreAllMocks();
  return rm(folder, { recursive: true, force: true });
});

const clock = new FakeClock();
const issuer = createTestIssuer({ clock });
const serving = (): FetchedKeySet => ({
  status: 'changed',
  body: Buffer.from(JSON.stringify(issuer.jwks())),
  etag: '"v1"',
});

async function start(answer: () => FetchedKeySet, from: Partial<typeof origin> = {}) {
  const alarms: KeyAlarm[] = [];
  const asked: (string | undefined)[] = [];
  const archive = new SnapshotFile(path, { ...origin, ...from });
  const saves: Promise<void>[] = [];
  const cache = new KeyCache({
    context: {
      issuer: origin.issuer,
      clock,
      timeScale: 1,
      observer: tellAll([{ onAlarm: (alarm) => alarms.push(alarm) }]),
    },
    timing: keyTiming({}, 1),
    archive: {
      load: () => archive.load(),
      save: (set) => {
        const saved = archive.save(set);
        saves.push(saved.catch(() => undefined));
        return saved;
      },
    },
    fetch: (etag) => {
      asked.push(etag);
      return Promise.resolve(answer());
    },
    random: () => 0.5,
  });
  await settled();
  await Promise.all(saves);
  return { cache, alarms, asked, saves };
}

async function ranBefore(): Promise<void> {
  const { cache } = await start(serving);
  cache.close();
}

/** Root gives the file away; nobody else may, and so is somebody else from now on. */
async function changeOwner(): Promise<void> {
  const user = jest.spyOn(process as Required<NodeJS.Process>, 'geteuid');
  if (process.geteuid?.() === 0) await chown(path, 4711, 4711);
  else user.mockReturnValue(4711);
}

describe('a saved key set', () => {
  it('serves a start while the issuer is down, as old as it is', async () => {
    await ranBefore();
    await clock.advance(MINUTE);
    const { cache, alarms, asked } = await start(() => down);
    await cache.ready(0);
    expect([...cache.snapshot!.keys.keys()]).toEqual([issuer.key.kid]);
    expect([cache.state, alarms, asked]).toEqual(['fresh', [], ['"v1"']]);
    await clock.advance(MINUTE + 1);
    expect(cache.state).toBe('stale');
    await clock.advance(58 * MINUTE);
    expect(cache.state).toBe('dead');
    cache.close();
  });

  it('that is dead decides nothing, but still guards against older versions', async () => {
    await ranBefore();
    await clock.advance(61 * MINUTE);
    const { cache, alarms } = await start(() => {
      const body = JSON.stringify({ ...issuer.jwks(), version: 0 });
      return { status: 'changed', body: Buffer.from(body) };
    });
    expect(cache.state).toBe('dead');
    const ready = cache.ready(0);
    ready.catch(() => undefined);
    await clock.advance(0);
    await expect(ready).rejects.toThrow('no key set yet');
    expect(alarms).toMatchObject([{ kind: 'key-set-regressed' }]);
    cache.close();
  });

  it('is renewed by every success, also an unchanged one', async () => {
    await ranBefore();
    const before = (JSON.parse(await readFile(path, 'utf8')) as { asOf: number }).asOf;
    const { cache, saves } = await start(() => ({ status: 'unchanged' }));
    await clock.advance(MINUTE);
    await Promise.all(saves);
    const after = (JSON.parse(await readFile(path, 'utf8')) as { asOf: number }).asOf;
    expect(after).toBe(clock.now());
    expect(after).toBeGreaterThan(before);
    cache.close();
  });

  it('is private to this service, and leaves no drafts behind', async () => {
    await ranBefore();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  const unusable: [string, () => Promise<unknown>][] = [
    ['that others may write', () => chmod(path, 0o622)],
    ['that is no JSON', () => writeFile(path, '{"issuer":')],
    ['that is something else', () => writeFile(path, '[]')],
    ['that lacks its keys', () => writeFile(path, JSON.stringify({ ...origin, asOf: 1 }))],
    ['with a private key', () => writeFile(path, JSON.stringify({ ...origin, asOf: 1, body: '{"keys":[{"d":"x"}]}' }))],
    ['that is too large', () => appendFile(path, Buffer.alloc(600 * 1024, ' '))],
    ['that is of somebody else', changeOwner],
    ['that is a folder', () => rm(path).then(() => mkdir(path))],
    ['that is a pipe nobody writes to', () => rm(path).then(() => execFileSync('mkfifo', ['-m', '600', path]))],
    ['that is a link', () => rename(path, `${path}.elsewhere`).then(() => symlink(`${path}.elsewhere`, path))],
  ];
  it.each(unusable)('%s is not used, with an alarm', async (_, spoil) => {
    await ranBefore();
    await spoil();
    const { cache, alarms } = await start(() => down);
    expect(cache.state).toBe('empty');
    expect(alarms.map(({ kind }) => kind)).toContain('snapshot-unusable');
    cache.close();
  });

  it.each([
    ['issuer', { issuer: 'https://another.test' }],
    ['URL', { url: 'https://issuer.test/other.json' }],
  ])('of another %s is not used', async (_, from) => {
    await ranBefore();
    const { cache, alarms } = await start(() => down, from);
    expect([cache.state, alarms]).toMatchObject(['empty', [{ reason: 'it is of another issuer or URL' }]]);
    cache.close();
  });

  it('is no condition: without one, or without a place for one, the verifier works', async () => {
    path = join(folder, 'missing', 'keys.json');
    const { cache, alarms } = await start(serving);
    expect(cache.state).toBe('fresh');
    expect(alarms).toEqual([{ kind: 'snapshot-unusable', reason: expect.stringContaining('ENOENT') as unknown }]);
    cache.close();
  });
});
