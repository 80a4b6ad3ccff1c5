import { hasSecretSlot, type Client, type ClientFacts } from '../model/client.ts';
import type { Declaration, DeclaredClient } from '../model/declaration.ts';
import { canonicalJson } from '../model/key-set.ts';
import type { Change, RegistryChanges, SecretChange } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';

/** What makes the registry say exactly what the declaration says. Clients that stay keep their secrets. */
export function planChanges(current: StoredRegistry, declaration: Declaration): RegistryChanges {
  const stored = new Map(current.clients.map((client) => [client.id, client]));
  return {
    issuers: difference(current.issuers, declaration.issuers),
    resources: difference(current.resources, declaration.resources),
    clients: difference(
      current.clients.map(factsOf),
      declaration.clients.map((client) => declaredFacts(client, stored.get(client.id))),
    ),
    policies: difference(current.policies, declaration.policies),
    secrets: declaration.clients.flatMap((client) => orphanedSecrets(client, stored.get(client.id))),
  };
}

function difference<Entity extends { readonly id: string }>(
  current: readonly Entity[],
  wanted: readonly Entity[],
): readonly Change<Entity>[] {
  const before = new Map(current.map((entity) => [entity.id, entity]));
  const kept = new Set(wanted.map(({ id }) => id));
  return [
    ...wanted.flatMap((after) => changeTo(after, before.get(after.id))),
    ...current.filter(({ id }) => !kept.has(id)).map((entity) => ({ action: 'remove' as const, before: entity })),
  ];
}

function changeTo<Entity>(after: Entity, before: Entity | undefined): readonly Change<Entity>[] {
  if (before === undefined) return [{ action: 'create', after }];
  return canonicalJson(before) === canonicalJson(after) ? [] : [{ action: 'update', before, after }];
}

function factsOf({ id, disabled, credentials }: Client): ClientFacts {
  return { id, disabled, credentials };
}

function declaredFacts({ id, disabled, credentials }: DeclaredClient, stored: Client | undefined): ClientFacts {
  return { id, disabled: disabled ?? stored?.disabled ?? false, credentials };
}

/** A secret whose slot is gone must not work again should the slot come back. */
function orphanedSecrets(client: DeclaredClient, stored: Client | undefined): readonly SecretChange[] {
  if (!stored || hasSecretSlot(client)) return [];
  return stored.secrets.map(({ id }) => ({ action: 'remove', clientId: client.id, secretId: id }));
}
