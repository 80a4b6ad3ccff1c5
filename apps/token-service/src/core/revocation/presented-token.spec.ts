import { createHmac } from 'node:crypto';
import { expect, it } from '@jest/globals';
import type { AuditEvent } from '../model/audit-event.ts';
import type { Client } from '../model/client.ts';
import { RegistrySnapshot } from '../registry/registry-snapshot.ts';
import { Presenters } from './presented-token.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const digest = (secret: string) => createHmac('sha256', 'k').update(secret).digest();

function registryWith(disabled: boolean): RegistrySnapshot {
  const secrets = [{ id: 's1', digest: digest('right'), digestKeyId: 'k', createdAt: NOW, expiresAt: null }];
  const orders: Client = { id: 'orders', disabled, credentials: [{ kind: 'client_secret' }], secrets };
  return new RegistrySnapshot({ version: 1, issuers: [], resources: [], policies: [], clients: [orders] });
}

it('who is disabled while it proves who it is neither revokes nor introspects', async () => {
  const recorded: AuditEvent[] = [];
  const snapshots = [registryWith(false), registryWith(true)];
  const presenters = new Presenters(
    {
      issuer: 'https://tokens.internal',
      registry: { snapshot: () => snapshots.shift()! },
      secretUsage: { used: () => undefined },
      remoteKeys: { find: async () => 'unavailable' },
      replayGuard: { claim: async () => true },
      assertionSeconds: 60,
      digests: { keyId: 'k', digest, digestWith: (_keyId, secret) => digest(secret) },
      audit: { append: async (event) => void recorded.push(event) },
      clock: { now: () => NOW, monotonic: () => 0 },
    },
    'introspect',
  );
  const evidence = { found: [{ kind: 'client_secret_post', secret: 'right' }], clientId: 'orders' } as const;
  const asked = presenters.authenticate({ requestId: 'r1', evidence, token: 't' });
  await expect(asked).rejects.toMatchObject({ code: 'CLIENT_AUTHENTICATION_FAILED' });
  expect(recorded).toMatchObject([{ event: 'token.denied', client: 'orders', reason: 'client-disabled' }]);
});
