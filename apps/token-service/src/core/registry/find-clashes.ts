import { workloadKey } from '../model/client.ts';
import type { Declaration, DeclarationProblem } from '../model/declaration.ts';
import type { Policy } from '../model/policy.ts';
import type { Change, RegistryChanges } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import { quote } from './declaration/text-problem.ts';

export type Clash = Pick<DeclarationProblem, 'path' | 'problem' | 'fix'>;

type Kept = Pick<StoredRegistry, 'clients' | 'resources' | 'policies'>;

/**
 * What a declaration says wrongly only beside what the registry holds and the declaration does not name. The registry stays one
 * that a single file could declare: what a file may not say in one, it may not say in two.
 */
export function findClashes(
  current: StoredRegistry,
  changes: RegistryChanges,
  declaration: Declaration,
): readonly Clash[] {
  const kept: Kept = {
    clients: keptOf(current.clients, declaration.clients, changes.clients),
    resources: keptOf(current.resources, declaration.resources, changes.resources),
    policies: keptOf(current.policies, declaration.policies, changes.policies),
  };
  return [
    ...foreignUids(kept, declaration),
    ...takenUris(kept, declaration),
    ...lostScopes(kept, declaration),
    ...takenWorkloads(kept, declaration),
    ...repeatedPolicies(kept, declaration),
  ];
}

interface Named {
  readonly id: string;
}

function keptOf<Entity extends Named>(
  current: readonly Entity[],
  declared: readonly Named[],
  changes: readonly Change<Named>[],
): readonly Entity[] {
  const removed = changes.flatMap((change) => (change.action === 'remove' ? [change.before] : []));
  const others = new Set([...declared, ...removed].map(({ id }) => id));
  return current.filter(({ id }) => !others.has(id));
}

function foreignUids({ clients }: Kept, { issuers }: Declaration): readonly Clash[] {
  const identities = clients.flatMap(({ id, credentials }) =>
    credentials.flatMap((each) =>
      each.kind === 'workload_identity' && each.uid !== undefined ? [{ id, ...each }] : [],
    ),
  );
  const owners = new Map(identities.map(({ issuer, id }) => [issuer, id]));
  return issuers.flatMap(({ id, profile }, index) => {
    const owner = owners.get(id);
    if (owner === undefined || profile === 'kubernetes') return [];
    const problem = `client ${quote(owner)}, which the registry holds, has the UID of a Kubernetes service account`;
    return [{ path: `trustedIssuers[${index}].profile`, problem, fix: 'declare that client without it' }];
  });
}

function takenUris({ resources: kept }: Kept, { resources }: Declaration): readonly Clash[] {
  const owners = new Map(kept.flatMap(({ id, uri }) => (uri === undefined ? [] : [[new URL(uri).href, id]])));
  return resources.flatMap(({ id, uri }, index) => {
    const owner = uri === undefined ? undefined : owners.get(new URL(uri).href);
    if (owner === undefined) return [];
    const problem = `resource ${quote(id)} has the URI of resource ${quote(owner)}, which the registry holds already`;
    const fix = `give it another URI, or none; or ${PRUNE}`;
    return [{ path: `resources[${index}].uri`, problem, fix }];
  });
}

function lostScopes({ policies }: Kept, { resources }: Declaration): readonly Clash[] {
  const granting = Map.groupBy(policies, ({ resource }) => resource);
  return resources.flatMap(({ id, scopes }, index) =>
    (granting.get(id) ?? []).flatMap((policy) => {
      const lost = policy.scopes.find((scope) => !scopes.includes(scope));
      if (lost === undefined) return [];
      const problem = `policy ${quote(policy.id)}, which the registry holds, grants ${quote(lost)}, which is not offered any more`;
      const fix = `keep it, or declare that policy without it; or ${PRUNE}`;
      return [{ path: `resources[${index}].scopes`, problem, fix }];
    }),
  );
}

function takenWorkloads({ clients: kept }: Kept, { clients }: Declaration): readonly Clash[] {
  const owners = new Map(
    kept.flatMap(({ id, credentials }) =>
      credentials.flatMap((each) => (each.kind === 'workload_identity' ? [[workloadKey(each), id]] : [])),
    ),
  );
  return clients.flatMap(({ credentials }, index) =>
    credentials.flatMap((each, at) => {
      const owner = each.kind === 'workload_identity' ? owners.get(workloadKey(each)) : undefined;
      if (owner === undefined) return [];
      const problem = `client ${quote(owner)}, which the registry holds already, has the same workload identity`;
      const fix = 'let one client have it: a token names the workload, not the client';
      return [{ path: `clients[${index}].credentials[${at}]`, problem, fix }];
    }),
  );
}

function repeatedPolicies({ policies: kept }: Kept, { policies }: Declaration): readonly Clash[] {
  const owners = new Map(kept.map((policy) => [saidBy(policy), policy.id]));
  return policies.flatMap((policy, index) => {
    const owner = owners.get(saidBy(policy));
    if (owner === undefined) return [];
    const problem = `policy ${quote(owner)}, which the registry holds, says the same`;
    return [{ path: `policies[${index}]`, problem, fix: `declare all policies of the two; or ${PRUNE}` }];
  });
}

function saidBy({ client, resource, scopes }: Policy): string {
  return JSON.stringify([client, resource, scopes.toSorted()]);
}

const PRUNE = 'apply with prune, which removes what is not declared';
