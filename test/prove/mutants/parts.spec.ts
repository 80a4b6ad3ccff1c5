import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PARTS } from './parts.ts';

const root = new URL('../../../', import.meta.url);
const mutants = Object.entries(PARTS).flatMap(([part, some]) =>
  some.map((mutant) => ({ title: `${part}: ${mutant.guard}`, ...mutant })),
);

// The proof itself takes its time; that it still has something to change is seen at once.
describe('mutants', () => {
  it.each(mutants)('$title', ({ file, from, spec }) => {
    const parts = readFileSync(new URL(file, root), 'utf8').split(from);
    expect(`${file} holds it ${parts.length - 1} times`).toBe(`${file} holds it 1 times`);
    expect(`${spec}: ${existsSync(new URL(spec, root))}`).toBe(`${spec}: true`);
  });

  it('are each told apart', () => {
    expect(new Set(mutants.map(({ title }) => title)).size).toBe(mutants.length);
  });
});
