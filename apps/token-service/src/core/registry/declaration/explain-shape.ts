import type { DeclarationSupport } from './declaration-support.ts';
import type { ShapeIssue } from './declaration-schema.ts';
import { NearestName } from './nearest-name.ts';
import { ruleText, type ShapeRule } from './shape-rules.ts';
import { formatPath, MANY, quote, valueAt, type Path, type TextProblem } from './text-problem.ts';
import type { YamlTree } from './yaml-tree.ts';

interface Explanation {
  readonly problem: string;
  readonly allowed?: string;
  readonly fix: string;
}

/** Says in words, and with a place in the file, what is wrong with each field. */
export function explainShapeIssues(
  issues: readonly ShapeIssue[],
  tree: YamlTree,
  support: DeclarationSupport,
): readonly TextProblem[] {
  const nearest = new NearestName();
  const unknown = new Map(issues.filter(isUnknownFields).map((issue) => [issue, shownFields(issue, nearest)]));
  const misspelt = new Set([...unknown].flatMap(([issue, fields]) => misspeltFields(issue, fields)));
  return issues.flatMap((issue) => {
    if (issue.kind === 'unknown-fields') return unknownFields(issue, unknown.get(issue) ?? [], tree);
    const path = formatPath(issue.path);
    const value = valueAt(tree.value, issue.path);
    // The field is there under a wrong name, which is a problem already.
    if (value === undefined && misspelt.has(path)) return [];
    return [{ ...tree.positionOf(issue.path), path, ...narrowed(issue, support, explain(issue, value)) }];
  });
}

/** Of a list of values only those that the running service supports are worth choosing. */
function narrowed(issue: ShapeIssue, support: DeclarationSupport, explanation: Explanation): Explanation {
  const supported = issue.kind === 'rule' ? SUPPORTED[issue.rule]?.(support) : undefined;
  return supported ? { ...explanation, allowed: supported.join(', ') } : explanation;
}

const SUPPORTED: Partial<Record<ShapeRule, (support: DeclarationSupport) => readonly string[]>> = {
  credentialKind: (support) => support.credentialKinds,
  signingAlgorithm: (support) => support.signingAlgorithms,
  senderConstraint: (support) => support.senderConstraints,
};

type UnknownFields = Extract<ShapeIssue, { kind: 'unknown-fields' }>;

/** A field that does not exist, and the one that was meant, if that can be told. */
type UnknownField = readonly [name: string, meant: string | undefined];

function isUnknownFields(issue: ShapeIssue): issue is UnknownFields {
  return issue.kind === 'unknown-fields';
}

function shownFields({ names, allowed }: UnknownFields, nearest: NearestName): readonly UnknownField[] {
  return names.slice(0, MANY).map((name) => [name, nearest.of(name, allowed)]);
}

function misspeltFields(issue: UnknownFields, fields: readonly UnknownField[]): readonly string[] {
  return fields.flatMap(([, meant]) => (meant === undefined ? [] : [formatPath([...issue.path, meant])]));
}

function unknownFields(issue: UnknownFields, fields: readonly UnknownField[], tree: YamlTree): readonly TextProblem[] {
  return fields.map(([name, meant]) => {
    const path: Path = [...issue.path, name];
    return {
      ...tree.positionOfKey(path),
      path: formatPath(path),
      problem: `unknown field${meant === undefined ? '' : ` (did you mean \`${meant}\`?)`}`,
      allowed: issue.allowed.join(', '),
      fix: meant === undefined ? 'remove it' : `rename it to \`${meant}\``,
    };
  });
}

function explain(issue: Exclude<ShapeIssue, UnknownFields>, value: unknown): Explanation {
  switch (issue.kind) {
    case 'not-a-mapping':
      return explainMapping(issue.allowed, value);
    case 'one-of':
      return explainOneOf(issue.names, value);
    case 'rule':
      return value === undefined ? explainMissing(issue.rule) : explainRule(issue, value);
  }
}

function explainMapping(fields: readonly string[], value: unknown): Explanation {
  const allowed = `a mapping with the fields ${fields.join(', ')}`;
  const problem = value === undefined ? 'is missing' : isNot(value, 'a mapping');
  return { problem, allowed, fix: 'write `field: value`, one to a line' };
}

function explainOneOf(names: readonly string[], value: unknown): Explanation {
  const given = names.filter((name) => valueAt(value, [name]) !== undefined);
  const problem = given.length === 0 ? `none of ${names.join(', ')} is given` : `${given.join(' and ')} are both given`;
  return {
    problem,
    allowed: `exactly one of ${names.join(', ')}`,
    fix: given.length === 0 ? 'add one of them' : 'keep one of them',
  };
}

function explainMissing(rule: ShapeRule): Explanation {
  const { allowed, fix } = ruleText(rule);
  return { problem: 'is missing', allowed, fix };
}

function explainRule({ rule, detail }: Extract<ShapeIssue, { kind: 'rule' }>, value: unknown): Explanation {
  const { noun, allowed, fix, isText, problem } = ruleText(rule);
  const sentence = detail ?? problem?.(value) ?? isNot(value, noun);
  const unquoted = isText && (typeof value === 'number' || typeof value === 'boolean');
  return { problem: sentence, allowed, fix: unquoted ? `put it in quotes, or ${fix}` : fix };
}

function isNot(value: unknown, noun: string): string {
  return value === null ? 'has no value' : `${describe(value)} is not ${noun}`;
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${String(value)}`;
  return 'a mapping';
}
