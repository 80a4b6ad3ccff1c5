// Writes libs/proto/src/generated from proto/. With --check: writes nothing and fails if the two differ.
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = join(root, 'libs/proto/src/generated');
const fresh = mkdtempSync(join(tmpdir(), 'mintmark-proto-'));

try {
  execFileSync(
    join(root, 'node_modules/.bin/proto-loader-gen-types'),
    // The same decoding as LOADER_OPTIONS in libs/proto/src/load-proto.ts.
    ['--longs=Number', '--defaults', '--oneofs', '--includeComments', '--grpcLib=@grpc/grpc-js'].concat(
      ['--importFileExtension=.ts', `--includeDirs=${join(root, 'proto')}`, `--outDir=${fresh}`],
      globSync('**/*.proto', { cwd: join(root, 'proto') }).sort(),
    ),
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  // The generator notes where each file came from as an absolute path.
  for (const file of globSync('**/*.ts', { cwd: fresh })) {
    const path = join(fresh, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`// Original file: ${root}`, '// Original file: '));
  }
  if (!process.argv.includes('--check')) {
    rmSync(target, { recursive: true, force: true });
    cpSync(fresh, target, { recursive: true });
  } else if (snapshot(fresh) !== snapshot(target)) {
    console.error('libs/proto/src/generated is out of step with proto/. Run: npm run proto');
    process.exitCode = 1;
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function snapshot(folder: string): string {
  const files = globSync('**/*.ts', { cwd: folder }).sort();
  return files.map((file) => `${file}\n${readFileSync(join(folder, file), 'utf8')}`).join('\n');
}
