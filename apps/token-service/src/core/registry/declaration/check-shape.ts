import type { DeclarationSupport } from './declaration-support.ts';
import {
  findShapeIssues,
  type WireClient,
  type WireIssuer,
  type WirePolicy,
  type WireResource,
} from './declaration-schema.ts';
import { explainShapeIssues } from './explain-shape.ts';
import { formatPath, valueAt, type TextProblem } from './text-problem.ts';
import type { YamlTree } from './yaml-tree.ts';

/** An entry of one of the lists, with its place there. */
export interface Entry<Wire> {
  readonly index: number;
  readonly wire: Wire;
}

/** The entries that are well formed, however many others are not: what they refer to can be checked all the same. */
export interface SoundEntries {
  readonly trustedIssuers: readonly Entry<WireIssuer>[];
  readonly resources: readonly Entry<WireResource>[];
  readonly clients: readonly Entry<WireClient>[];
  readonly policies: readonly Entry<WirePolicy>[];
}

export type Section = keyof SoundEntries;

/** Checks every field by itself. */
export function checkShape(
  tree: YamlTree,
  support: DeclarationSupport,
): {
  readonly problems: readonly TextProblem[];
  readonly sound: SoundEntries;
} {
  const issues = findShapeIssues(tree.value);
  const broken = new Set(issues.map(({ path }) => formatPath(path.slice(0, 2))));
  const soundOf = <Wire>(section: Section): readonly Entry<Wire>[] =>
    entriesOf(tree.value, section)
      .map((wire, index) => ({ index, wire: wire as Wire }))
      .filter(({ index }) => !broken.has(formatPath([section, index])));
  return {
    problems: explainShapeIssues(issues, tree, support),
    sound: {
      trustedIssuers: soundOf('trustedIssuers'),
      resources: soundOf('resources'),
      clients: soundOf('clients'),
      policies: soundOf('policies'),
    },
  };
}

/** The entries of a section, sound or not. */
export function entriesOf(declaration: unknown, section: Section): readonly unknown[] {
  const entries = valueAt(declaration, [section]);
  return Array.isArray(entries) ? entries : [];
}
