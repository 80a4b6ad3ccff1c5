import {
  changedFields,
  fieldText,
  type Change,
  type RegistryChanges,
  type SecretChange,
} from '../model/registry-changes.ts';
import type { ChangeKind, ChangeView } from './views.ts';

/** Changes as people look at them, in the order in which a declaration has them. */
export function describeChanges({
  issuers,
  resources,
  clients,
  policies,
  secrets,
}: RegistryChanges): readonly ChangeView[] {
  return [
    ...issuers.map((change) => describe('issuer', change)),
    ...resources.map((change) => describe('resource', change)),
    ...clients.map((change) => describe('client', change)),
    ...policies.map((change) => describe('policy', change)),
    ...secrets.map(describeSecret),
  ];
}

function describe<Entity extends { readonly id: string }>(kind: ChangeKind, change: Change<Entity>): ChangeView {
  switch (change.action) {
    case 'create':
      return { kind, action: 'create', id: change.after.id, fields: fieldsOf(undefined, change.after) };
    case 'update':
      return { kind, action: 'update', id: change.after.id, fields: fieldsOf(change.before, change.after) };
    case 'remove':
      return { kind, action: 'remove', id: change.before.id, fields: [] };
  }
}

function fieldsOf(before: object | undefined, after: object): ChangeView['fields'] {
  return changedFields(before, after).map((name) => ({
    name,
    before: fieldText(before, name),
    after: fieldText(after, name),
  }));
}

function describeSecret(change: SecretChange): ChangeView {
  const id = `${change.clientId}/${change.action === 'add' ? change.secret.id : change.secretId}`;
  switch (change.action) {
    case 'add':
      return { kind: 'secret', action: 'create', id, fields: [] };
    case 'expire':
      return {
        kind: 'secret',
        action: 'expire',
        id,
        fields: [{ name: 'expiresAt', before: null, after: JSON.stringify(change.at) }],
      };
    case 'remove':
      return { kind: 'secret', action: 'remove', id, fields: [] };
  }
}
