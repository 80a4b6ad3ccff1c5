import type { SoundEntries } from './check-shape.ts';
import type { DeclarationSupport } from './declaration-support.ts';
import { formatPath, type Path, type TextProblem } from './text-problem.ts';
import type { YamlTree } from './yaml-tree.ts';

export function checkSupport(tree: YamlTree, sound: SoundEntries, support: DeclarationSupport): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  const expect = (supported: readonly string[], value: string | undefined, { path, does }: Wanted): void => {
    if (value === undefined || supported.includes(value)) return;
    problems.push({
      ...tree.positionOf(path),
      path: formatPath(path),
      problem: `this service does not ${does} ${value}`,
      allowed: supported.join(', '),
      fix: `use ${supported.join(' or ')}`,
    });
  };
  for (const { index, wire } of sound.resources) {
    const path = ['resources', index];
    const algorithm = { path: [...path, 'signingAlgorithm'], does: 'sign with' };
    const constraint = { path: [...path, 'senderConstraint'], does: 'bind tokens to their sender by' };
    expect(support.signingAlgorithms, wire.signingAlgorithm, algorithm);
    expect(support.senderConstraints, wire.senderConstraint, constraint);
  }
  for (const { index, wire } of sound.clients) {
    wire.credentials.forEach(({ kind }, position) => {
      const path = ['clients', index, 'credentials', position, 'kind'];
      expect(support.credentialKinds, kind, { path, does: 'authenticate clients by' });
    });
  }
  return problems;
}

interface Wanted {
  readonly path: Path;
  /** Completes "this service does not …". */
  readonly does: string;
}
