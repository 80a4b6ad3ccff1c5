import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlantedTree, repositoryRoot } from './planted-tree.ts';

describe('sum of test results', () => {
  let tree: PlantedTree;
  beforeEach(() => {
    tree = new PlantedTree();
  });
  afterEach(() => tree.remove());

  const sum = () => {
    const script = join(repositoryRoot, 'scripts/ci/sum-results.js');
    const { status, stdout } = spawnSync(process.execPath, [script, tree.root], { encoding: 'utf8' });
    return { status, lines: stdout.trimEnd().split('\n') };
  };
  const result = (name: string, counts: object) => tree.plant(`${name}.json`, JSON.stringify(counts));

  it('adds up every runner', () => {
    result('unit', { numPassedTests: 40, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 });
    result('proofs', { numPassedTests: 2, numFailedTests: 0 });
    expect(sum()).toEqual({ status: 0, lines: ['42 passed, 0 failed'] });
  });

  it.each([
    ['a failed test', { numPassedTests: 1, numFailedTests: 2 }, '1 passed, 2 failed'],
    [
      'a file that did not load',
      { numPassedTests: 1, numFailedTests: 0, numRuntimeErrorTestSuites: 1 },
      '1 passed, 1 failed',
    ],
    ['a skipped test', { numPassedTests: 1, numFailedTests: 0, numPendingTests: 1 }, '1 passed, 0 failed'],
    ['a test to be written', { numPassedTests: 1, numFailedTests: 0, numTodoTests: 1 }, '1 passed, 0 failed'],
    ['no test at all', { numPassedTests: 0, numFailedTests: 0 }, '0 passed, 0 failed'],
    ['a result without counts', { success: true }, '0 passed, 1 failed'],
  ])('fails for %s', (_case, counts, lastLine) => {
    result('unit', counts);
    const { status, lines } = sum();
    expect(lines.at(-1)).toBe(lastLine);
    expect(status).toBe(1);
  });

  it('fails for a result that was cut off, and for none', () => {
    expect(sum()).toMatchObject({ status: 1, lines: ['no test was run', '0 passed, 0 failed'] });
    tree.plant('unit.json', '{"numPassedTests": 3, "numFai');
    expect(sum().lines.at(-1)).toBe('0 passed, 1 failed');
  });
});
