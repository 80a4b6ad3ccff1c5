import { randomBytes } from 'node:crypto';
import { openDatabase } from '../../apps/token-service/src/adapters/sql/open-database.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import { systemClock } from '../../apps/token-service/src/adapters/system/system-clock.ts';
import type { DeclaredCredential } from '../../apps/token-service/src/core/model/client.ts';
import type { RegistryChanges } from '../../apps/token-service/src/core/model/registry-changes.ts';
import { RegistrySnapshot } from '../../apps/token-service/src/core/registry/registry-snapshot.ts';

const SCOPES = ['stock:read', 'stock:reserve'];

export function clientId(index: number): string {
  return `client-${index}`;
}

/**
 * The registry the service would serve with that many clients, each with a secret and a policy of its own: written to
 * SQLite and read back, because what it weighs in memory depends on how it was read. `more`: what else each may prove itself by.
 */
export async function registryOf(
  count: number,
  digest: Buffer,
  digestKeyId: string,
  more: readonly DeclaredCredential[] = [],
): Promise<RegistrySnapshot> {
  const database = await openDatabase({ url: 'sqlite::memory:', clock: systemClock });
  const repository = new SqlRegistryRepository(database);
  await repository.transact(() => ({ actor: 'bench', changes: registration(count, digest, digestKeyId, more) }));
  const stored = await repository.load();
  await database.close();
  return new RegistrySnapshot(stored);
}

function registration(
  count: number,
  digest: Buffer,
  digestKeyId: string,
  more: readonly DeclaredCredential[],
): RegistryChanges {
  const ids = Array.from({ length: count }, (_, index) => clientId(index));
  const create = <Entity>(after: Entity) => ({ action: 'create' as const, after });
  const secret = () => ({
    id: randomBytes(16).toString('base64url'),
    digest,
    digestKeyId,
    createdAt: new Date(),
    expiresAt: null,
  });
  return {
    issuers: [],
    resources: [
      create({
        id: 'inventory',
        audience: 'inventory',
        scopes: SCOPES,
        tokenLifetimeSeconds: 900,
        signingAlgorithm: 'ES256' as const,
        senderConstraint: 'none' as const,
      }),
    ],
    clients: ids.map((id) =>
      create({ id, disabled: false, credentials: [{ kind: 'client_secret' as const }, ...more] }),
    ),
    policies: ids.map((client) => create({ id: `${client}/inventory`, client, resource: 'inventory', scopes: SCOPES })),
    secrets: ids.map((id) => ({ action: 'add' as const, clientId: id, secret: secret() })),
  };
}
