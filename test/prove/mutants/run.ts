// npm run prove:mutants: takes each guard out of a copy of the product in turn and shows the test that fails.
// Exits 0 only if every mutant was caught. `-- --quick` takes one in twelve; `-- --only=<part>` one part.
// Those that only PostgreSQL can show are left out where there is none, except in CI.
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
import { PostgresServer } from '../../../scripts/servers/postgres.ts';
import type { Mutant } from './mutant.ts';
import { PARTS } from './parts.ts';
import { withoutEachCheck } from './verifier.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length);
const quick = process.argv.includes('--quick');
const hasPostgres = PostgresServer.isInstalled();
const leftOut: Mutant[] = [];

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
if (leftOut.length > 0) console.log(`\nThere is no PostgreSQL, so ${leftOut.length} were left out.`);
if (process.env['CI'] === 'true') survivors += leftOut.length;
console.log(
  survivors === 0 ? '\nEvery guard has a test that fails without it.' : `\n${survivors} guards could go unnoticed.`,
);
process.exitCode = survivors === 0 ? 0 : 1;

/** @returns how many survived: 0 or 1 */
function prove(mutant: Mutant): number {
  if (isIntegration(mutant) && !hasPostgres) return leftOut.push(mutant) && 0;
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
  const failed = failingTests(mutant);
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

function isIntegration({ spec }: Mutant): boolean {
  return spec.endsWith('.integration.spec.ts');
}

/** A spec that cannot even be loaded proves nothing, so only tests that ran and failed are counted. */
function failingTests(mutant: Mutant): string[] {
  const report = join(copy, 'report.json');
  const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const jest = ['--runTestsByPath', mutant.spec, '--json', `--outputFile=${report}`, '--silent', '--forceExit'];
  // Integration tests, too, run straight from the source: what is built for others of them, these do not use.
  const kind = isIntegration(mutant)
    ? ['--testPathIgnorePatterns=/node_modules/', '--testTimeout=60000']
    : ['--testTimeout=5000'];
  const which = mutant.test === undefined ? [] : [`--testNamePattern=${mutant.test}`];
  const options = { cwd: copy, stdio: 'ignore', timeout: isIntegration(mutant) ? 240_000 : 120_000 } as const;
  spawnSync(process.execPath, [...node, ...jest, ...kind, ...which], options);
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
