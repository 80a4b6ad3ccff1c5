import { ADMIN_RESOURCE } from '../model/admin-resource.ts';
import type { DeclaredCredential } from '../model/client.ts';
import type { Declaration, DeclarationProblem, PlacedDeclaration, Position } from '../model/declaration.ts';
import { RequestError } from '../model/errors.ts';
import type { Change, RegistryChanges } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import { findClashes } from '../registry/find-clashes.ts';
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
  readonly declared: PlacedDeclaration;
  /** Of the file, for problems. */
  readonly name: string;
  readonly prune: boolean;
  readonly baseVersion?: number;
}

/** @throws RegistryMovedOn, RequestError DECLARATION_INVALID */
export function applyDeclaration({ declared, name, prune, baseVersion }: Application): RegistryDecision {
  const { declaration, positions } = declared;
  return (current) => {
    if (baseVersion !== undefined && baseVersion !== current.version) throw new RegistryMovedOn(current.version);
    const all = planChanges(current, declaration);
    const changes = prune ? keepingOperators(all, current, declaration) : keepingAll(all);
    const clashes = findClashes(current, changes, declaration);
    const problems = clashes.map((clash) => ({ file: name, ...WHOLE_FILE, ...positions[clash.path], ...clash }));
    if (problems.length > 0) throw declarationInvalid(problems);
    return changes;
  };
}

const WHOLE_FILE: Position = { line: 1, column: 1 };

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
 * A declaration that grants nothing on the admin API is not about operators, so pruning with it leaves them alone, and whoever
 * vouches for them. One that does rules them too.
 */
function keepingOperators(all: RegistryChanges, current: StoredRegistry, { policies }: Declaration): RegistryChanges {
  if (policies.some(({ resource }) => resource === ADMIN_RESOURCE.id)) return all;
  const operators = new Set(current.policies.filter(isAdminPolicy).map(({ client }) => client));
  const vouching = new Set(
    current.clients.filter(({ id }) => operators.has(id)).flatMap(({ credentials }) => credentials.flatMap(issuerOf)),
  );
  return {
    ...all,
    issuers: all.issuers.filter((change) => change.action !== 'remove' || !vouching.has(change.before.id)),
    clients: all.clients.filter((change) => change.action !== 'remove' || !operators.has(change.before.id)),
    policies: all.policies.filter((change) => change.action !== 'remove' || !isAdminPolicy(change.before)),
  };
}

function issuerOf(credential: DeclaredCredential): readonly string[] {
  return credential.kind === 'workload_identity' ? [credential.issuer] : [];
}
