import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuditEvent } from '../../core/model/audit-event.ts';
import type { AuditAnchor } from '../../core/ports/audit-trail.ts';
import { AuditFile } from './audit-file.ts';
import { AuditReader } from './audit-reader.ts';

/** The first is that of the chain itself. */
const LINES = 40;
/** @param index is the number of its line, too */
const event = (index: number): AuditEvent => ({
  event: 'token.denied',
  time: new Date(index),
  requestId: `r${index}`,
  code: 'SCOPE_DENIED',
});

let folder: string;
let path: string;
let anchors: AuditAnchor[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-reader-'));
  path = join(folder, 'audit.jsonl');
  anchors = [];
  await write(2, LINES);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Appends, and anchors the end as a service does that stops. */
async function write(from: number, to: number): Promise<void> {
  const audit = await AuditFile.open(path, () => undefined);
  for (let index = from; index <= to; index++) await audit.append(event(index));
  anchors.push({ ...audit.position()!, at: new Date(0) });
  await audit.close();
}

const lines = () => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const rewrite = (changed: readonly string[]) => writeFileSync(path, changed.map((line) => `${line}\n`).join(''));
const reader = (durable = Infinity) => new AuditReader(path, () => durable);
const verify = () => reader().verify(anchors);

describe('verifying the audit file', () => {
  it('finds nothing wrong with what was written', async () => {
    expect(await verify()).toMatchObject({ ok: true, lines: LINES, anchoredSeq: LINES, firstBad: null });
  });

  type Mutation = [string, (all: string[]) => readonly string[], number];
  const mutations: readonly Mutation[] = [
    ['a changed byte in line 7', (all) => all.with(6, all[6]!.replace('"r7"', '"r8"')), 8],
    ['line 7 gone', (all) => all.toSpliced(6, 1), 7],
    ['lines 7 and 8 in the other order', (all) => all.with(6, all[7]!).with(7, all[6]!), 7],
    ['a line too many', (all) => all.toSpliced(6, 0, all[6]!), 8],
    ['a line that is not JSON', (all) => all.with(6, 'nonsense'), 7],
    ...['null', '7', '"text"', '[]', '{}', '{"seq":{"toString":1}}', ''].map((line): Mutation => [
      `a line that is ${line || 'empty'}`,
      (all) => all.with(6, line),
      7,
    ]),
    [
      'a forged line at the end',
      (all) => [...all, JSON.stringify({ seq: LINES + 1, prev: 'x', event: 'token.denied' })],
      LINES + 1,
    ],
    ['the last line gone', (all) => all.slice(0, -1), LINES],
    ['the last ten gone', (all) => all.slice(0, -10), LINES - 9],
    ['all of it gone', () => [], 1],
    ['a changed byte in the last line', (all) => all.with(-1, all.at(-1)!.replace('SCOPE', 'SCOPF')), LINES],
  ];

  it.each(mutations)('finds %s', async (_, mutate, line) => {
    rewrite(mutate(lines()));
    const found = await verify();
    expect([found.ok, found.firstBad?.line]).toEqual([false, line]);
  });

  it('finds an end that was cut off and written anew, with a chain that holds by itself', async () => {
    rewrite(lines().slice(0, 30));
    await write(131, 160);
    anchors = anchors.slice(0, 1);
    const found = await verify();
    expect(found).toMatchObject({ ok: false, firstBad: { line: LINES } });
  });

  it('finds another chain in the place of the one the database remembers', async () => {
    rmSync(path);
    const audit = await AuditFile.open(path, () => undefined);
    for (let index = 100; index < 200; index++) await audit.append(event(index));
    await audit.close();
    expect(await verify()).toMatchObject({ ok: false, firstBad: { line: 1 } });
  });

  it('every single byte changed is found', async () => {
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 17) {
      const changed = Buffer.from(whole);
      changed[at] = changed[at]! ^ 0x01;
      writeFileSync(path, changed);
      expect([at, (await verify()).ok]).toEqual([at, false]);
    }
  });
});

describe('the tail of the audit file', () => {
  const seqs = async (request: { after?: number; limit: number }, durable?: number) => {
    const { lines: found, lastSeq } = await reader(durable).tail(request);
    return [found.map(({ seq }) => seq), lastSeq];
  };

  it('is the newest lines, or what follows a number', async () => {
    expect(await seqs({ limit: 3 })).toEqual([[38, 39, 40], 40]);
    expect(await seqs({ after: 10, limit: 2 })).toEqual([[11, 12], 40]);
    expect(await seqs({ after: 40, limit: 2 })).toEqual([[], 40]);
  });

  it('shows no line that may yet be taken back, nor half a line', async () => {
    expect(await seqs({ limit: 2 }, 20)).toEqual([[19, 20], 20]);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -5));
    expect(await seqs({ limit: 1 })).toEqual([[39], 39]);
  });

  it('gives every line once to a reader who follows, also far behind the first', async () => {
    await write(LINES + 1, 1600);
    const following = reader();
    const seen: number[] = [];
    for (let after = 0; ;) {
      const { lines: page } = await following.tail({ after, limit: 97 });
      if (page.length === 0) break;
      for (const { seq, line } of page) {
        seen.push(seq);
        expect((JSON.parse(line) as { seq: number }).seq).toBe(seq);
      }
      after = page.at(-1)!.seq;
    }
    expect(seen).toEqual(Array.from({ length: 1600 }, (_, index) => index + 1));
    expect((await following.tail({ limit: 2 })).lines.map(({ seq }) => seq)).toEqual([1599, 1600]);
  });

  it('says how far it goes wherever it ends, and whatever was asked for', async () => {
    await write(LINES + 1, 1024);
    const following = reader();
    for (const after of [0, 1023, 1024, 1025, 4096]) {
      expect([after, (await following.tail({ after, limit: 1 })).lastSeq]).toEqual([after, 1024]);
    }
  });
});
