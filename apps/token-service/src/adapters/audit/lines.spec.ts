import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesBackwards } from './lines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mintmark-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function backwards(text: string): Promise<{ lines: string[]; ends: number[] }> {
  const path = join(folder, 'lines');
  writeFileSync(path, text);
  const file = await open(path);
  const found = [];
  for await (const lines of linesBackwards(file, text.length)) found.push(...lines);
  await file.close();
  return { lines: found.map(({ line }) => line.toString()), ends: found.map(({ end }) => end) };
}

describe('the lines of a file, read from its end', () => {
  const PIECE = 1024 * 1024;

  it.each([
    ['one', ['a']],
    ['several, some of them empty', ['', 'a', '', 'bc', '']],
    ['one that ends a piece', ['x', 'a'.repeat(PIECE - 1)]],
    ['one that fills a piece but for its newline', ['x', 'a'.repeat(PIECE)]],
    ['one longer than two pieces', ['x', 'a'.repeat(2 * PIECE + 5), 'y']],
    ['many across pieces', Array.from({ length: 40_000 }, (_, index) => `line ${index} ${'.'.repeat(index % 90)}`)],
  ])('are those of the file: %s', async (_, lines) => {
    const found = await backwards(lines.map((line) => `${line}\n`).join(''));
    expect(found.lines.toReversed()).toEqual(lines);
    let end = 0;
    expect(found.ends.toReversed()).toEqual(lines.map((line) => (end += line.length + 1)));
  });

  it('are none of an empty file', async () => {
    expect(await backwards('')).toEqual({ lines: [], ends: [] });
  });
});
