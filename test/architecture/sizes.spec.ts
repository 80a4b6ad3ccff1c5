import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlantedTree, repositoryRoot } from './planted-tree.ts';

/** A function of so many lines. */
const functionOf = (lines: number) => `export function f() {\n${'  void 0;\n'.repeat(lines - 2)}}\n`;

describe('sizes', () => {
  let tree: PlantedTree;
  beforeEach(() => {
    tree = new PlantedTree();
  });
  afterEach(() => tree.remove());

  const sizes = () =>
    spawnSync(process.execPath, [join(repositoryRoot, 'scripts/sizes.ts'), tree.root], { encoding: 'utf8' });

  it('counts functions in braces, in sources alone', () => {
    for (const lines of [3, 4, 5, 6, 7, 8, 9, 10, 11, 50]) tree.plant(`libs/jws/src/f${lines}.ts`, functionOf(lines));
    tree.plant('apps/cli/src/arrow.ts', 'export const one = () => 1;\n');
    tree.plant('libs/jws/src/f.spec.ts', functionOf(200));
    tree.plant('libs/proto/src/generated/f.ts', functionOf(200));
    const { status, stdout } = sizes();
    expect(stdout).toMatch(/functions +10 /);
    expect(stdout).toMatch(/median 7, 90th percentile 11$/m);
    expect(stdout).toContain('50  libs/jws/src/f50.ts:1');
    expect(stdout).toMatch(/files past 300 lines +none/);
    expect(status).toBe(0);
  });

  it('asks a file past 300 lines for its reason', () => {
    tree.plant('libs/jws/src/f300.ts', functionOf(300)).plant('libs/jws/src/f301.ts', functionOf(301));
    const { status, stdout, stderr } = sizes();
    expect(stdout).toContain('libs/jws/src/f301.ts (301): ✗ no reason given');
    expect(stdout).not.toContain('f300.ts (');
    expect(stderr).toContain('// size: …');
    expect(status).toBe(1);
  });

  it('prints the reason given', () => {
    tree.plant('libs/jws/src/table.ts', `// size: one table\n${functionOf(301)}`);
    const { status, stdout } = sizes();
    expect(stdout).toContain('libs/jws/src/table.ts (302): one table');
    expect(status).toBe(0);
  });

  it('fails where there is nothing to measure', () => {
    expect(sizes().status).toBe(1);
  });
});
