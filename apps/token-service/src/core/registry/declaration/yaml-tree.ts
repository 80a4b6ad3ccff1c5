import { Composer, isMap, isScalar, isSeq, LineCounter, type Document, type YAMLError, type YAMLMap } from 'yaml';
import type { Position } from '../../model/declaration.ts';
import { formatPath, MANY, quote, type Path, type TextProblem } from './text-problem.ts';
import { TokenGuard, type YamlLimits } from './token-guard.ts';

/** The values of a YAML or JSON text, and where in it each of them stands. */
export interface YamlTree {
  /** Plain values; mappings are objects without a prototype, so that no field name means anything to the language. */
  readonly value: unknown;
  /** Of the value; where the path leads to nothing, of the nearest thing around it. */
  positionOf(path: Path): Position;
  /** Of the field name that the path ends in. */
  positionOfKey(path: Path): Position;
}

type Offsets = (offset: number) => Position;

/**
 * Reads one document of YAML 1.2 (core schema; so JSON too) without the features that make a file mean other than it looks:
 * anchors, aliases, tags, directives, merge keys, repeated keys.
 */
export function readYamlTree(text: string, limits: YamlLimits): YamlTree | readonly TextProblem[] {
  const lines = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const guard = new TokenGuard(text, limits, lines);
  const composer = new Composer({ ...YAML_OPTIONS, lineCounter: lines });
  const documents = [...composer.compose(guard.tokens())];
  const refused = guard.problems.map(({ offset, ...rest }) => ({ ...positionAt(offset), path: '', ...rest }));
  if (refused.length > 0) return refused;
  const errors = documents.flatMap((document) => document.errors).map((error) => syntaxProblem(error, positionAt));
  if (errors.length > 0) return firstOfEachLine(errors).slice(0, MANY);
  const [document, second] = documents;
  if (!document?.contents || (isScalar(document.contents) && document.contents.value === null))
    return [{ ...positionAt(0), path: '', ...EMPTY }];
  if (second) return [{ ...positionAt(second.range[0]), path: '', ...SECOND_DOCUMENT }];
  return plainTree(document, positionAt);
}

const YAML_OPTIONS = {
  version: '1.2',
  schema: 'core',
  strict: true,
  prettyErrors: false, // they quote the file, which may hold what must not reach a log
  uniqueKeys: false, // its check is quadratic; plainTree does it with a set
} as const;

const EMPTY = { problem: 'the file says nothing', fix: 'begin with `apiVersion: mintmark/v1`' };
const SECOND_DOCUMENT = {
  problem: 'a second YAML document begins here',
  fix: 'keep one document to a file: remove the `---` and what follows, or merge the two',
};

const SYNTAX: Partial<Record<YAMLError['code'], { problem: string; fix: string }>> = {
  TAB_AS_INDENT: { problem: 'a tab is used for indentation', fix: 'indent with spaces' },
  BAD_DQ_ESCAPE: {
    problem: 'a \\ in double quotes begins no known escape',
    fix: "write \\\\, or use single quotes ('…')",
  },
  MULTILINE_IMPLICIT_KEY: {
    problem: 'a field name goes on past its line',
    fix: 'check for a missing colon or a missing space after one',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    problem: 'a nested field begins on the line of another',
    fix: 'start it on a line of its own; quote a text that holds ": "',
  },
  BAD_SCALAR_START: { problem: 'a text begins with a character that YAML reserves', fix: 'put the text in quotes' },
};

function syntaxProblem(error: YAMLError, positionAt: Offsets): TextProblem {
  const known = SYNTAX[error.code] ??
    openBracket(error) ?? {
      // What follows a colon in the parser's messages may be a piece of the file.
      problem: `not valid YAML: ${error.message.split(':')[0] ?? ''}`,
      fix: 'check indentation, quotes and brackets here and on the line before',
    };
  return { ...positionAt(error.pos[0]), path: '', ...known };
}

function openBracket({ message }: YAMLError): { problem: string; fix: string } | undefined {
  if (!/^Flow .* end with a [\]}]$/.test(message)) return undefined;
  return { problem: 'a [ or { before this is not closed', fix: 'close it with ] or }' };
}

/** One slip makes the parser stumble several times over the same line. */
function firstOfEachLine(problems: readonly TextProblem[]): readonly TextProblem[] {
  const lines = new Set<number>();
  return problems.filter(({ line }) => !lines.has(line) && lines.add(line));
}

function plainTree(document: Document.Parsed, positionAt: Offsets): YamlTree | readonly TextProblem[] {
  const problems: TextProblem[] = [];
  const report = (offset: number, path: Path, rest: { problem: string; fix: string }): void => {
    if (problems.length < MANY) problems.push({ ...positionAt(offset), path: formatPath(path), ...rest });
  };
  const value = plainValue(document.contents, [], { report, positionAt });
  if (problems.length > 0) return problems;
  return {
    value,
    positionOf: (path) => positionAt(locate(document, path).value),
    positionOfKey: (path) => positionAt(locate(document, path).key),
  };
}

interface Walk {
  readonly report: (offset: number, path: Path, rest: { problem: string; fix: string }) => void;
  readonly positionAt: Offsets;
}

function plainValue(node: unknown, path: Path, walk: Walk): unknown {
  if (isMap(node)) return plainMap(node, path, walk);
  if (isSeq(node)) return node.items.map((item, index) => plainValue(item, [...path, index], walk));
  return isScalar(node) ? node.value : null;
}

function plainMap(map: YAMLMap, path: Path, walk: Walk): Record<string, unknown> {
  const plain = Object.create(null) as Record<string, unknown>;
  const seenAt = new Map<string, number>();
  for (const { key, value } of map.items) {
    const offset = startOf(key) ?? startOf(value) ?? startOf(map) ?? 0;
    if (!isScalar(key) || key.value === null) {
      walk.report(offset, path, { problem: 'a field without a name', fix: 'write `name: value`' });
      continue;
    }
    if (key.value === '<<') {
      walk.report(offset, path, { problem: 'merge keys (<<) are not allowed', fix: 'write the fields out' });
      continue;
    }
    const name = fieldName(key.value);
    const first = seenAt.get(name);
    if (first !== undefined) {
      const { line } = walk.positionAt(first);
      walk.report(offset, [...path, name], {
        problem: `${quote(name)} is given twice, first in line ${line}`,
        fix: 'keep one',
      });
      continue;
    }
    seenAt.set(name, offset);
    plain[name] = plainValue(value, [...path, name], walk);
  }
  return plain;
}

/** YAML takes `1:` for a number; here it is a name like any other, if one that no field has. */
function fieldName(key: unknown): string {
  return typeof key === 'string' ? key : JSON.stringify(key);
}

function locate(document: Document.Parsed, path: Path): { key: number; value: number } {
  let node: unknown = document.contents;
  let found = { key: startOf(node) ?? 0, value: startOf(node) ?? 0 };
  for (const step of path) {
    const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && fieldName(key.value) === step) : undefined;
    const next: unknown = isSeq(node) && typeof step === 'number' ? node.items[step] : pair?.value;
    const key = startOf(pair?.key) ?? startOf(next);
    if (key === undefined) return found;
    found = { key, value: startOf(next) ?? key };
    node = next;
  }
  return found;
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly number[] } | null | undefined)?.range?.[0];
}
