import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AuditEvent } from '../../core/model/audit-event.ts';
import type { AuditAnchor } from '../../core/ports/audit-trail.ts';
import { AuditFile } from './audit-file.ts';
import { AuditReader } from './audit-reader.ts';

const time = new Date(0);
const LINES = 100;
const ANCHORED = 80;

let folder: string;
let path: string;
let anchor: AuditAnchor;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-chain-'));
  path = join(folder, 'audit.jsonl');
  const audit = await AuditFile.open(path, () => undefined);
  await append(audit, ANCHORED - 1); // behind the line that begins the chain
  anchor = { ...audit.position()!, at: time };
  await append(audit, LINES - ANCHORED);
  await audit.close();
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function denied(requestId: string): AuditEvent {
  return { event: 'token.denied', time, requestId, code: 'SCOPE_DENIED' };
}

function changed(stream: string, version: number): AuditEvent {
  return { event: 'registry.changed', time, stream, epoch: 1, version, actor: 'operator', change: {} };
}

async function append(audit: AuditFile, count: number, event = denied('r'.repeat(200))): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => audit.append(event)));
}

function openAnchored(streams: readonly string[] = []): Promise<AuditFile> {
  return AuditFile.open(path, () => undefined, { anchors: [anchor], streams });
}

function tamper(alter: (lines: string[]) => string[]): void {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  writeFileSync(
    path,
    alter(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

const renamed = (line = ''): string => line.replace('rrr', 'rXr');

/** Opens the file, adds a line, and verifies all of it. */
async function goOn(): Promise<{ lastSeq: number; firstBad: number | undefined }> {
  const audit = await openAnchored();
  await audit.append(denied('next'));
  const { seq } = audit.position()!;
  await audit.close();
  const { firstBad } = await new AuditReader(path, () => seq).verify([anchor]);
  return { lastSeq: seq, firstBad: firstBad?.line };
}

describe('a start on an audit file of which the database knows a line', () => {
  it('goes on where it ended', async () => {
    expect(await goOn()).toEqual({ lastSeq: LINES + 1, firstBad: undefined });
  });

  it('cuts off a line that a crash left torn', async () => {
    appendFileSync(path, '{"seq":101,"prev":"');
    expect(await goOn()).toEqual({ lastSeq: LINES + 1, firstBad: undefined });
  });

  it('refuses when a line behind it was altered', async () => {
    tamper((lines) => lines.with(89, renamed(lines[89])));
    await expect(openAnchored()).rejects.toThrow('line 91');
  });

  it.each<[string, (lines: string[]) => string[], number]>([
    ['altered', (lines) => lines.with(39, renamed(lines[39])), 41],
    ['deleted', (lines) => lines.toSpliced(39, 1), 40],
    ['no JSON any more', (lines) => lines.with(39, '{"stream":"'), 40],
  ])('goes on when one before it was %s, which the verification names', async (_, alter, line) => {
    tamper(alter);
    expect(await goOn()).toEqual({ lastSeq: LINES + 1, firstBad: line });
  });

  it('goes on when the file was cut off before it, which the verification names', async () => {
    tamper((lines) => lines.slice(0, 50));
    expect(await goOn()).toEqual({ lastSeq: 51, firstBad: 52 });
  });

  it.each<[string, (lines: string[]) => string[], string]>([
    [
      'the first line was altered: it is another chain',
      (lines) => lines.with(0, lines[0]!.replace('chain.begun', 'chain.begvn')),
      'line 2',
    ],
    ['the end is nothing that was written here', (lines) => [...lines, 'x'], 'line 101'],
  ])('follows all of it when %s', async (_, alter, where) => {
    tamper(alter);
    await expect(openAnchored()).rejects.toThrow(where);
  });

  it('knows how far changes were copied, however far back they are', async () => {
    const first = await openAnchored();
    for (const version of [1, 2]) await first.append(changed('registry', version));
    await first.append(changed('keys:https://issuer', 7));
    await first.append(denied('"stream":"registry","event":"registry.changed"'));
    await append(first, 10);
    anchor = { ...first.position()!, at: time };
    await append(first, 5);
    await first.close();
    const again = await openAnchored(['registry', 'keys:https://issuer']);
    await again.close();
    expect(Object.fromEntries(again.copied)).toEqual({
      registry: { stream: 'registry', epoch: 1, version: 2 },
      'keys:https://issuer': { stream: 'keys:https://issuer', epoch: 1, version: 7 },
    });
  });

  it.each([
    ['', 40_000],
    [', even if the last change is far back', 0],
  ])('reads no more than the end of a long file%s', async (_, before) => {
    const first = await openAnchored();
    for (let written = 0; written <= 40_000; written += 1_000) {
      if (written === before) await first.append(changed('registry', 1));
      await append(first, 1_000);
    }
    anchor = { ...first.position()!, at: time };
    await append(first, 10);
    const { seq } = first.position()!;
    await first.close();
    const probe = await open(path);
    const read = jest.spyOn(Object.getPrototypeOf(probe) as FileHandle, 'read');
    await probe.close();
    const again = await openAnchored(['registry', 'keys:https://issuer']);
    expect(again.position()?.seq).toBe(seq);
    expect(again.copied.get('registry')).toMatchObject({ version: 1 });
    expect(readFileSync(path).length).toBeGreaterThan(10 * 1024 * 1024);
    expect(read.mock.calls.length).toBeLessThan(9);
    await again.close();
    expect(await new AuditReader(path, () => seq).verify([anchor])).toMatchObject({ ok: true });
  });
});
