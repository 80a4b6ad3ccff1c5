import { stringify } from 'yaml';
import type { StoredRegistry } from '../../model/stored-registry.ts';
import type { Client } from '../../model/client.ts';
import type { Policy } from '../../model/policy.ts';
import type { Resource } from '../../model/resource.ts';

/** The registry as the file that would declare it: applying it changes nothing. */
export function writeDeclaration({ resources, clients, policies }: StoredRegistry): string {
  const declaration = {
    apiVersion: 'mintmark/v1',
    resources: resources.map(declaredResource),
    clients: clients.map(declaredClient),
    policies: policies.map(declaredPolicy),
  };
  return stringify(declaration, { aliasDuplicateObjects: false, lineWidth: 0 });
}

function declaredResource(resource: Resource): object {
  const { id, uri, operatedBy, scopes, tokenLifetimeSeconds, signingAlgorithm, senderConstraint } = resource;
  return {
    id,
    ...(uri === undefined ? {} : { uri }),
    ...(operatedBy === undefined ? {} : { operatedBy }),
    scopes,
    tokenLifetime: `${tokenLifetimeSeconds}s`,
    signingAlgorithm,
    senderConstraint,
  };
}

function declaredClient({ id, disabled, credentials }: Client): object {
  return { id, ...(disabled ? { disabled } : {}), credentials };
}

function declaredPolicy({ client, resource, scopes }: Policy): object {
  return { client, resource, scopes };
}
