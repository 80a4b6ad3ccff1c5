import { isEntityId, RESERVED_IDS } from '../model/entity-id.ts';
import { RequestError } from '../model/errors.ts';
import { NO_CHANGES } from '../model/registry-changes.ts';
import type { NewClient } from './administration.ts';
import { clientOf, type RegistryDecision } from './registry-decision.ts';

export function createClient({ id, credentials }: NewClient): RegistryDecision {
  if (!isEntityId(id) || RESERVED_IDS.includes(id)) {
    throw new RequestError(
      'PARAMETER_INVALID',
      'id takes 1 to 64 of a-z 0-9 . _ -, beginning and ending with a letter or digit, and no name of Mintmark itself.',
    );
  }
  if (credentials.length !== 1 || credentials[0]?.kind !== 'client_secret') {
    throw new RequestError(
      'PARAMETER_INVALID',
      'credentials takes client_secret alone. A client with a key, a certificate or a workload identity is declared in a file: mintmark apply -f.',
    );
  }
  return (current) => {
    if (current.clients.some((client) => client.id === id)) {
      throw new RequestError('CLIENT_EXISTS', `There is a client ${id} already.`);
    }
    const after = { id, disabled: false, credentials: credentials as readonly { kind: 'client_secret' }[] };
    return { ...NO_CHANGES, clients: [{ action: 'create', after }] };
  };
}

/** No change if it is so already. */
export function setDisabled(id: string, disabled: boolean): RegistryDecision {
  return (current) => {
    const { credentials, disabled: was } = clientOf(current, id);
    if (was === disabled) return NO_CHANGES;
    const before = { id, disabled: was, credentials };
    return { ...NO_CHANGES, clients: [{ action: 'update', before, after: { ...before, disabled } }] };
  };
}
