import type { Client, ClientFacts, ClientSecret } from '../model/client.ts';
import type { RegistryChanges } from '../model/registry-changes.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import type { ClientView } from './views.ts';

type Uses = ReadonlyMap<string, Date>;

export function clientView(client: ClientFacts & Partial<Pick<Client, 'secrets'>>, uses: Uses): ClientView {
  const { id, disabled, credentials, secrets = [] } = client;
  return {
    id,
    disabled,
    credentials: credentials.map(({ kind }) => ({ kind })),
    secrets: secrets.map((secret) => secretView(secret, uses)),
  };
}

function secretView({ id, createdAt, expiresAt }: ClientSecret, uses: Uses): ClientView['secrets'][number] {
  return { id, createdAt, expiresAt, lastUsedAt: uses.get(id) ?? null };
}

/** The client as changes leave it; it must be there then. */
export function clientAfter(id: string, current: StoredRegistry, changes: RegistryChanges): Client {
  const before = current.clients.find((client) => client.id === id);
  const change = changes.clients.find((each) => each.action !== 'remove' && each.after.id === id);
  const facts = change && change.action !== 'remove' ? change.after : before;
  if (!facts) throw new Error(`client ${id} is neither there nor created`);
  return { ...facts, secrets: before?.secrets ?? [] };
}
