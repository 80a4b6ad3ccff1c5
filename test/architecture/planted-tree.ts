import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The repository's own root. */
export const repositoryRoot = join(import.meta.dirname, '../..');

/** A tree of files in a temporary folder, laid out as the repository is. */
export class PlantedTree {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'mintmark-planted-')));

  plant(path: string, text = 'export {};\n'): this {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    return this;
  }

  /** A package of ours, linked into node_modules as npm links workspaces. */
  workspace(folder: string, dependencies: readonly string[] = []): this {
    const name = `@mintmark/${folder.split('/').at(-1)}`;
    const door = { '@mintmark/source': './src/index.ts', default: './dist/index.js' };
    this.plant(`${folder}/package.json`, manifest(name, { exports: { '.': door } }, dependencies));
    this.plant(`${folder}/src/index.ts`);
    mkdirSync(join(this.root, 'node_modules/@mintmark'), { recursive: true });
    symlinkSync(join(this.root, folder), join(this.root, 'node_modules', name), 'dir');
    return this;
  }

  /** A stranger's package, as far as an import can see one. */
  installed(name: string): this {
    this.plant(`node_modules/${name}/package.json`, manifest(name, { exports: './index.js' }));
    return this.plant(`node_modules/${name}/index.js`);
  }

  /** The repository's own file or folder, linked to its place. */
  borrow(path: string): this {
    symlinkSync(join(repositoryRoot, path), join(this.root, path));
    return this;
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

function manifest(name: string, members: object, dependencies: readonly string[] = []): string {
  const versions = Object.fromEntries(dependencies.map((dependency) => [dependency, '1.0.0']));
  return JSON.stringify({ name, version: '1.0.0', type: 'module', dependencies: versions, ...members });
}
