// npm run prove:mutants: takes each guard out of a copy of the product in turn and shows the test that fails.
// Exits 0 only if every mutant was caught. `-- --quick` takes one in twelve; `-- --only=<part>` one part.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';
import { PARTS } from './parts.ts';
import { withoutEachCheck } from './verifier.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const quick = process.argv.includes('--quick');

const copy = copyWorkspace();
let survivors = 0;
try {
  if (only === undefined || only === 'verifier') {
    console.log('\nverifier');
    for await (const { guard, failed } of withoutEachCheck())
      survivors += tell(guard, failed === undefined ? [] : [failed]);
  }
  for (const [part, mutants] of Object.entries(PARTS)) {
    if (only !== undefined && part !== only) continue;
    console.log(`\n${part}`);
    for (const mutant of quick ? mutants.filter((_, index) => index % 12 === 0) : mutants) survivors += prove(mutant);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(
  survivors === 0 ? '\nEvery guard has a test that fails without it.' : `\n${survivors} guards could go unnoticed.`,
);
process.exitCode = survivors === 0 ? 0 : 1;

/** @returns how many survived: 0 or 1 */
function prove(mutant: Mutant): number {
  const path = join(copy, mutant.file);
  const original = readFileSync(path, 'utf8');
  if (original.split(mutant.from).length !== 2) {
    console.log(`  ✗ ${mutant.guard}: ${mutant.file} does not hold this text exactly once: ${mutant.from}`);
    return 1;
  }
  writeFileSync(
    path,
    original.replace(mutant.from, () => mutant.to),
  );
  const failed = failingTests(mutant.spec);
  writeFileSync(path, original);
  return tell(mutant.guard, failed);
}

/** @returns how many survived: 0 or 1 */
function tell(guard: string, failed: readonly string[]): number {
  const others = failed.length > 1 ? ` (+${failed.length - 1})` : '';
  console.log(`  ${failed.length > 0 ? '✓' : '✗'} ${guard.padEnd(66)} ${failed[0] ?? 'no test failed'}${others}`);
  return failed.length > 0 ? 0 : 1;
}

interface JestReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** A spec that cannot even be loaded proves nothing, so only tests that ran and failed are counted. */
function failingTests(spec: string): string[] {
  const report = join(copy, 'report.json');
  spawnSync(
    process.execPath,
    ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'].concat([
      ...[
        '--runTestsByPath',
        spec,
        '--json',
        `--outputFile=${report}`,
        '--silent',
        '--testTimeout=5000',
        '--forceExit',
      ],
    ]),
    { cwd: copy, stdio: 'ignore', timeout: 120_000 },
  );
  if (!existsSync(report)) return [];
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as JestReport;
  rmSync(report);
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
}

/** The tracked files, and the installed packages by link; our own packages are those of the copy. */
function copyWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mintmark-mutants-'));
  const listed = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  for (const file of listed.stdout.split('\0').filter(Boolean)) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@mintmark'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@mintmark') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  for (const name of readdirSync(join(folder, 'libs'))) {
    symlinkSync(join('..', '..', 'libs', name), join(modules, '@mintmark', name));
  }
  return folder;
}
