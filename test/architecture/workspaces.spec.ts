import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { repositoryRoot } from './planted-tree.ts';

interface Project {
  readonly type: string;
  readonly root: string;
  readonly entryFile: string;
  readonly sourceRoot: string;
  readonly compilerOptions: { readonly tsConfigPath: string };
}

const read = <T>(path: string) => JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8')) as T;
const workspaces = globSync('{apps,libs}/*/package.json', { cwd: repositoryRoot }).map((path) => path.slice(0, -13));

describe.each(workspaces)('workspace %s', (folder) => {
  const name = folder.split('/').at(-1) ?? '';

  it('is an entry of nest-cli.json, with files that exist', () => {
    const project = read<{ projects: Record<string, Project> }>('nest-cli.json').projects[name];
    const [type, entryFile] = folder.startsWith('apps/') ? ['application', 'main'] : ['library', 'index'];
    expect(project).toMatchObject({ type, root: folder, entryFile, sourceRoot: `${folder}/src` });
    expect(existsSync(join(repositoryRoot, folder, `src/${entryFile}.ts`))).toBe(true);
    expect(existsSync(join(repositoryRoot, project?.compilerOptions.tsConfigPath ?? '?'))).toBe(true);
  });

  it('is built and checked: a reference of tsconfig.json that refers to what it depends on', () => {
    const { references } = read<{ references: { path: string }[] }>('tsconfig.json');
    expect(references.map(({ path }) => path)).toContain(folder);
    const { dependencies = {} } = read<{ dependencies?: Record<string, string> }>(`${folder}/package.json`);
    const needed = Object.keys(dependencies).filter((dependency) => dependency.startsWith('@mintmark/'));
    const own = read<{ references?: { path: string }[] }>(`${folder}/tsconfig.json`).references ?? [];
    const referred = own.map(({ path }) => `@mintmark/${path.split('/').at(-1)}`);
    expect(referred.sort()).toEqual(needed.sort());
  });

  it('says what it is, under which licence and for which Node', () => {
    const manifest = read<Record<string, unknown>>(`${folder}/package.json`);
    expect(manifest).toMatchObject({
      name: `@mintmark/${name}`,
      license: 'Apache-2.0',
      type: 'module',
      engines: read<{ engines: object }>('package.json').engines,
    });
    expect(manifest.description).toMatch(/\w+/);
  });
});
