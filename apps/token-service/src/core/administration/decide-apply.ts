import { ADMIN_RESOURCE } from '../model/admin-resource.ts';
import type { Declaration, DeclarationProblem } from '../model/declaration.ts';
import { RequestError } from '../model/errors.ts';
import type { Change, RegistryChanges } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import { planChanges } from '../registry/plan-changes.ts';
import { isAdminPolicy } from './guard-operators.ts';
import type { RegistryDecision } from './registry-decision.ts';

/** Someone else was faster. Says no more, because what they changed is to be read after the transaction. */
export class RegistryMovedOn extends Error {
  readonly currentVersion: number;

  constructor(currentVersion: number) {
    super(`the registry is at version ${currentVersion}`);
    this.name = 'RegistryMovedOn';
    this.currentVersion = currentVersion;
  }
}

interface Application {
  readonly declaration: Declaration;
  /** Of the file, for problems. */
  readonly name: string;
  readonly prune: boolean;
  readonly baseVersion?: number;
}

/** @throws RegistryMovedOn, RequestError DECLARATION_INVALID */
export function applyDeclaration({ declaration, name, prune, baseVersion }: Application): RegistryDecision {
  return (current) => {
    if (baseVersion !== undefined && baseVersion !== current.version) throw new RegistryMovedOn(current.version);
    const all = planChanges(current, declaration);
    const changes = prune ? keepingOperators(all, current, declaration) : keepingAll(all);
    const problems = takenUris(current, changes, name);
    if (problems.length > 0) throw declarationInvalid(problems);
    return changes;
  };
}

export function declarationInvalid(problems: readonly DeclarationProblem[]): RequestError {
  const [first] = problems;
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  const where = first && `${first.file}:${first.line}:${first.column}: ${first.problem}; ${first.fix}`;
  const told = { problems: problems.map((problem) => ({ ...problem, allowed: problem.allowed ?? null })) };
  return new RequestError('DECLARATION_INVALID', `The declaration has ${count}. First: ${where}`, {}, told);
}

function keepingAll({ issuers, resources, clients, policies, secrets }: RegistryChanges): RegistryChanges {
  return {
    issuers: issuers.filter(staysOrCome),
    resources: resources.filter(staysOrCome),
    clients: clients.filter(staysOrCome),
    policies: policies.filter(staysOrCome),
    secrets,
  };
}

function staysOrCome<Entity>({ action }: Change<Entity>): boolean {
  return action !== 'remove';
}

/**
 * A declaration that grants nothing on the admin API is not about operators, so pruning with it leaves them alone. One that
 * does rules them too.
 */
function keepingOperators(all: RegistryChanges, current: StoredRegistry, { policies }: Declaration): RegistryChanges {
  if (policies.some(({ resource }) => resource === ADMIN_RESOURCE.id)) return all;
  const operators = new Set(current.policies.filter(isAdminPolicy).map(({ client }) => client));
  return {
    ...all,
    clients: all.clients.filter((change) => change.action !== 'remove' || !operators.has(change.before.id)),
    policies: all.policies.filter((change) => change.action !== 'remove' || !isAdminPolicy(change.before)),
  };
}

/** Two resources of one URI: the file was found free of that by itself, but the registry may hold more than the file. */
function takenUris(current: StoredRegistry, changes: RegistryChanges, file: string): readonly DeclarationProblem[] {
  const changed = new Set(
    changes.resources.flatMap((change) => (change.action === 'create' ? [] : [change.before.id])),
  );
  const kept = current.resources.filter(({ id }) => !changed.has(id));
  const taken = new Map(kept.flatMap(({ id, uri }) => (uri === undefined ? [] : [[new URL(uri).href, id] as const])));
  return changes.resources.flatMap((change): DeclarationProblem[] => {
    const { id, uri } = change.action === 'remove' ? {} : change.after;
    const owner = uri === undefined ? undefined : taken.get(new URL(uri).href);
    if (id === undefined || owner === undefined) return [];
    const problem = `resource "${id}" has the URI of resource "${owner}", which the registry holds already`;
    const fix = 'give it another URI, or apply with prune to remove what is not declared';
    return [{ file, line: 1, column: 1, path: `resources ${id}`, problem, fix }];
  });
}
