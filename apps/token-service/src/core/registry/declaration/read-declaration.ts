import type { DeclarationFile, DeclarationOutcome, Position } from '../../model/declaration.ts';
import { checkReferences } from './check-references.ts';
import { checkShape } from './check-shape.ts';
import { checkSupport } from './check-support.ts';
import type { DeclarationSupport } from './declaration-support.ts';
import type { WireDeclaration } from './declaration-schema.ts';
import { decodeText, wholeFile } from './decode-text.ts';
import { formatPath, type Path, type TextProblem } from './text-problem.ts';
import { toDeclaration } from './to-declaration.ts';
import { readYamlTree, type YamlTree } from './yaml-tree.ts';
import type { YamlLimits } from './token-guard.ts';

export interface DeclarationLimits extends YamlLimits {
  readonly maxBytes: number;
}

/** Room for some 45,000 clients with their policies; some 1.5 GB and seconds are what the worst of such files takes to read. */
export const DECLARATION_LIMITS: DeclarationLimits = { maxBytes: 16 * 1024 * 1024, maxTokens: 3_000_000, maxDepth: 24 };

/** Reads a declaration file, YAML or JSON, whole: either all of it holds, or it comes back with everything wrong in it. */
export function readDeclaration(
  file: DeclarationFile,
  support: DeclarationSupport,
  limits: DeclarationLimits = DECLARATION_LIMITS,
): DeclarationOutcome {
  const tree = readTree(file, limits);
  if (!('value' in tree)) return refuse(file, tree);
  const { problems, sound } = checkShape(tree, support);
  const all = [...problems, ...checkReferences(tree, sound), ...checkSupport(tree, sound, support)];
  if (all.length > 0) return refuse(file, all);
  const wire = tree.value as WireDeclaration;
  return { ok: true, declaration: toDeclaration(wire), positions: positionsOf(tree, wire) };
}

/** The paths that `findClashes` complains of. */
function positionsOf(tree: YamlTree, wire: WireDeclaration): Readonly<Record<string, Position>> {
  const { trustedIssuers = [], resources = [], clients = [], policies = [] } = wire;
  const paths: readonly Path[] = [
    ...trustedIssuers.map((_, index) => ['trustedIssuers', index, 'profile']),
    ...resources.flatMap((_, index) => ['uri', 'scopes'].map((field) => ['resources', index, field])),
    ...clients.flatMap(({ credentials }, index) =>
      credentials.flatMap(({ kind }, at) =>
        kind === 'workload_identity' ? [['clients', index, 'credentials', at]] : [],
      ),
    ),
    ...policies.map((_, index) => ['policies', index]),
  ];
  return Object.fromEntries(paths.map((path) => [formatPath(path), tree.positionOf(path)]));
}

function readTree({ bytes }: DeclarationFile, limits: DeclarationLimits): YamlTree | readonly TextProblem[] {
  if (bytes.length > limits.maxBytes) return [tooLarge(limits.maxBytes)];
  const text = decodeText(bytes);
  return typeof text === 'string' ? readYamlTree(text, limits) : [text];
}

function tooLarge(maxBytes: number): TextProblem {
  return wholeFile(
    `the file is larger than ${maxBytes} bytes`,
    'check that it is the right file; declare fewer clients in it',
  );
}

function refuse({ name }: DeclarationFile, problems: readonly TextProblem[]): DeclarationOutcome {
  const placed = problems.map((problem) => ({ file: name, ...problem }));
  return { ok: false, problems: placed.sort((a, b) => a.line - b.line || a.column - b.column) };
}
