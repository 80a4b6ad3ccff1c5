import { RequestError } from '../model/errors.ts';
import type { Client } from '../model/client.ts';
import type { RegistryChanges } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';

/**
 * What a verb does to the registry as it is. Pure: a live run and a plan decide by the same function.
 * @throws RequestError why it may not be done
 */
export type RegistryDecision = (current: StoredRegistry) => RegistryChanges;

/** @throws RequestError CLIENT_UNKNOWN */
export function clientOf(current: StoredRegistry, id: string): Client {
  const client = current.clients.find((candidate) => candidate.id === id);
  if (client) return client;
  throw unknownClient(id);
}

export function unknownClient(id: string): RequestError {
  return new RequestError('CLIENT_UNKNOWN', `There is no client ${id}. Create or declare it first, or check the name.`);
}
