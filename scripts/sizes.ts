// Prints how long our functions are, and each file past 300 lines with its reason: a line `// size: …` near its top.
// Fails if such a file gives none. Optional argument: the folder that holds apps/ and libs/.
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

const LONG_FILE_LINES = 300;
/** How far from its first line a file may keep its reason. */
const REASON_WITHIN_LINES = 20;

interface Measured {
  readonly path: string;
  readonly lines: number;
  readonly reason: string | undefined;
  readonly functions: readonly MeasuredFunction[];
}

interface MeasuredFunction {
  readonly place: string;
  readonly lines: number;
}

const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
const files = sourcePaths(root).map((path) => measure(path, readFileSync(join(root, path), 'utf8')));
const functions = files.flatMap((file) => file.functions).sort((a, b) => a.lines - b.lines);
const longFiles = files.filter((file) => file.lines > LONG_FILE_LINES);

if (functions.length === 0) fail(`No function with a body in ${root}: nothing was measured.`);
const lengths = functions.map(({ lines }) => lines);
console.log(
  `files                ${files.length}, median ${percentile(files.map(({ lines }) => lines).sort(ascending), 50)} lines`,
);
console.log(`functions            ${lengths.length} with a body in braces`);
console.log(`function length      median ${percentile(lengths, 50)}, 90th percentile ${percentile(lengths, 90)}`);
for (const { place, lines } of functions.slice(-3).reverse()) console.log(`longest              ${lines}  ${place}`);
console.log(`files past ${LONG_FILE_LINES} lines   ${longFiles.length || 'none'}`);
for (const { path, lines, reason } of longFiles) console.log(`  ${path} (${lines}): ${reason ?? '✗ no reason given'}`);
if (longFiles.some(({ reason }) => reason === undefined)) {
  fail(`Split the file, or say in its first ${REASON_WITHIN_LINES} lines why it is one thought: // size: …`);
}

function sourcePaths(folder: string): string[] {
  const found = globSync('{apps,libs}/*/src/**/*.ts', { cwd: folder });
  return found.filter((path) => !/\.spec\.ts$|\.d\.ts$|\/generated\//.test(path)).sort();
}

function measure(path: string, text: string): Measured {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lines = text.trimEnd().split('\n');
  const reason = lines.slice(0, REASON_WITHIN_LINES).flatMap((line) => /^\s*\/\/ size: (\S.*)$/.exec(line)?.[1] ?? []);
  return { path, lines: lines.length, reason: reason[0], functions: functionsIn(source, path) };
}

/** Functions written in braces; one-line arrows have no length worth telling. */
function functionsIn(source: ts.SourceFile, path: string): MeasuredFunction[] {
  const found: MeasuredFunction[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && ts.isBlock(node.body)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const last = source.getLineAndCharacterOfPosition(node.end).line;
      found.push({ place: `${path}:${first + 1}`, lines: last - first + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function ascending(a: number, b: number): number {
  return a - b;
}

/** Nearest rank in a sorted list. */
function percentile(sorted: readonly number[], rank: number): number {
  return sorted[Math.ceil((rank / 100) * sorted.length) - 1] ?? 0;
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}
