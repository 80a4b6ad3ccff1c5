import { ADMIN_RESOURCE, type AdminScope } from '../model/admin-resource.ts';
import { RequestError } from '../model/errors.ts';
import type { Policy } from '../model/policy.ts';
import type { Change, RegistryChanges } from '../model/registry-changes.ts';
import type { Client } from '../model/client.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import { mayAdminister, type Operator } from './operator.ts';
import type { RegistryDecision } from './registry-decision.ts';

/**
 * Keeps who may write the registry from making themselves, or anyone, an operator: whatever concerns a client with a policy on
 * the admin API takes `registry:admin`, be it only a new secret for it, or other keys of the issuer that vouches for it. An operator
 * may renew the secret it has, with a token that may all that the new secret will. Nor may the last who has that scope be taken away.
 */
export function guardingOperators(decide: RegistryDecision, operator: Operator): RegistryDecision {
  return (current) => {
    const changes = decide(current);
    const touched = touchedOperators(current, changes);
    const renewsOwn = isSecretAlone(changes) && holdsAllItMay(operator, current);
    const others = touched.filter((id) => id !== operator.clientId || !renewsOwn);
    if (others.length > 0 && !mayAdminister(operator)) throw adminRequired(others);
    if (touched.length > 0) demandAnOperator(current, changes);
    return changes;
  };
}

/** Clients that may administer Mintmark, before or afterwards, and that the changes concern. */
function touchedOperators(current: StoredRegistry, changes: RegistryChanges): readonly string[] {
  const { issuers, clients, policies, secrets } = changes;
  const operators = new Set(current.policies.filter(isAdminPolicy).map(({ client }) => client));
  const changed = new Set(issuers.flatMap(entitiesOf).map(({ id }) => id));
  const concerned = [
    ...clients.flatMap(entitiesOf).map(({ id }) => id),
    ...secrets.map(({ clientId }) => clientId),
    ...current.clients.filter((client) => isVouchedFor(client, changed)).map(({ id }) => id),
  ];
  const named = policies.flatMap(entitiesOf).filter(isAdminPolicy);
  return [...new Set([...named.map(({ client }) => client), ...concerned.filter((id) => operators.has(id))])];
}

function isVouchedFor({ credentials }: Client, issuers: ReadonlySet<string>): boolean {
  return credentials.some((credential) => credential.kind === 'workload_identity' && issuers.has(credential.issuer));
}

function isSecretAlone({ issuers, clients, policies }: RegistryChanges): boolean {
  return issuers.length + clients.length + policies.length === 0;
}

/** Who asks with less than it may have was not given more: a secret would get it all. */
function holdsAllItMay({ clientId, scopes }: Operator, { policies }: StoredRegistry): boolean {
  const own = policies.filter((policy) => isAdminPolicy(policy) && policy.client === clientId);
  return own.every((policy) => policy.scopes.every((scope) => scopes.includes(scope)));
}

function demandAnOperator(current: StoredRegistry, changes: RegistryChanges): void {
  if (!hasOperator(current.policies, disabledIn(current))) return;
  const removed = new Set(changes.policies.flatMap((change) => (change.action === 'create' ? [] : [change.before.id])));
  const kept = current.policies.filter(({ id }) => !removed.has(id));
  const added = changes.policies.flatMap((change) => (change.action === 'remove' ? [] : [change.after]));
  if (hasOperator([...kept, ...added], disabledAfter(current, changes))) return;
  throw new RequestError(
    'OPERATOR_REQUIRED',
    'Nobody would be left who may administer Mintmark. Give another client registry:admin on mintmark-admin first.',
  );
}

function hasOperator(policies: readonly Policy[], disabled: ReadonlySet<string>): boolean {
  return policies.some((policy) => grantsAdministration(policy) && !disabled.has(policy.client));
}

function disabledIn({ clients }: StoredRegistry): ReadonlySet<string> {
  return new Set(clients.filter(({ disabled }) => disabled).map(({ id }) => id));
}

function disabledAfter(current: StoredRegistry, { clients }: RegistryChanges): ReadonlySet<string> {
  const disabled = new Set(disabledIn(current));
  for (const change of clients) {
    const isOut = change.action === 'remove' || change.after.disabled;
    const { id } = change.action === 'remove' ? change.before : change.after;
    if (isOut) disabled.add(id);
    else disabled.delete(id);
  }
  return disabled;
}

export function isAdminPolicy({ resource }: Policy): boolean {
  return resource === ADMIN_RESOURCE.id;
}

export function grantsAdministration(policy: Policy): boolean {
  return isAdminPolicy(policy) && policy.scopes.includes('registry:admin' satisfies AdminScope);
}

function entitiesOf<Entity>(change: Change<Entity>): readonly Entity[] {
  switch (change.action) {
    case 'create':
      return [change.after];
    case 'update':
      return [change.before, change.after];
    case 'remove':
      return [change.before];
  }
}

function adminRequired(operators: readonly string[]): RequestError {
  const named = operators.slice(0, 5).join(', ');
  return new RequestError(
    'REGISTRY_ADMIN_REQUIRED',
    `This concerns who may administer Mintmark (${named}). Ask with a token that has the scope registry:admin; ` +
      'for a new secret of your own, with one that has every scope you may have.',
    { operators },
  );
}
