import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client, ClientFacts, ClientSecret } from '../../apps/token-service/src/core/model/client.ts';
import type { Policy } from '../../apps/token-service/src/core/model/policy.ts';
import {
  NO_CHANGES,
  type Change,
  type RegistryChanges,
  type RegistryTransition,
  type SecretChange,
} from '../../apps/token-service/src/core/model/registry-changes.ts';
import type { Resource } from '../../apps/token-service/src/core/model/resource.ts';
import { SqlRegistryRepository } from '../../apps/token-service/src/adapters/sql/registry-repository.ts';
import type { RegistryRepository } from '../../apps/token-service/src/core/ports/registry-repository.ts';
import type { NewStorage, TestStorage } from '../storage/test-storage.ts';

const INVENTORY: Resource = {
  id: 'inventory',
  uri: 'https://inventory.internal',
  audience: 'https://inventory.internal',
  operatedBy: 'stock',
  scopes: ['stock:reserve', 'stock:read'],
  tokenLifetimeSeconds: 300,
  signingAlgorithm: 'ES256',
  senderConstraint: 'none',
};
const BILLING: Resource = {
  id: 'billing',
  audience: 'billing',
  scopes: ['invoices:read'],
  tokenLifetimeSeconds: 900,
  signingAlgorithm: 'EdDSA',
  senderConstraint: 'any',
};
const ORDERS: ClientFacts = { id: 'orders', disabled: false, credentials: [{ kind: 'client_secret' }] };
const STOCK: ClientFacts = {
  id: 'stock',
  disabled: true,
  credentials: [
    { kind: 'private_key_jwt', jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'ü' }] } },
    { kind: 'tls_client_auth', sanDns: 'stock.internal' },
  ],
};

/** What every registry repository does. */
export function describeRegistryRepository(name: string, newStorage: NewStorage): void {
  describe(`${name} as a registry repository`, () => {
    let storage: TestStorage;
    let repository: RegistryRepository;
    /** Every repository opened on the storage shows the same registry. */
    const open = async () => new SqlRegistryRepository(await storage.connect());

    beforeEach(async () => {
      storage = await newStorage();
      repository = await open();
    });
    afterEach(() => storage.close());

    it('begins empty, at version 0', async () => {
      expect(await repository.load()).toEqual({ version: 0, issuers: [], resources: [], clients: [], policies: [] });
      expect(await repository.version()).toBe(0);
      expect(await repository.client('orders')).toBeUndefined();
    });

    it('gives back what it was given, every field', async () => {
      expect(await repository.transact(() => sample())).toBe(1);
      expect(await repository.load()).toEqual({
        version: 1,
        issuers: [],
        resources: [BILLING, INVENTORY],
        clients: [withSecrets(ORDERS), withSecrets(STOCK)],
        policies: [policy('orders', 'billing', 1, ['invoices:read']), policy('orders', 'inventory', 1)],
      });
      expect(await repository.client('stock')).toEqual(withSecrets(STOCK));
    });

    it('shows a change at once to every repository on the same storage', async () => {
      const other = await open();
      await repository.transact(() => sample());
      expect(await other.version()).toBe(1);
      expect(await other.load()).toEqual(await repository.load());
    });

    it('keeps its version when nothing changes', async () => {
      await repository.transact(() => sample());
      expect(await repository.transact(() => transition({}))).toBe(1);
      expect(await repository.transactClient('orders', () => transition({}))).toBe(1);
      expect(await repository.version()).toBe(1);
    });

    it('lets the decision see what is stored', async () => {
      await repository.transact(() => sample());
      const stored = await repository.load();
      await repository.transact((current) => {
        expect(current).toEqual(stored);
        return transition({});
      });
      await repository.transactClient('orders', (current) => {
        expect(current).toEqual(withSecrets(ORDERS));
        return transition({});
      });
      await repository.transactClient('nobody', (current) => {
        expect(current).toBeUndefined();
        return transition({});
      });
      expect.assertions(3);
    });

    it('changes nothing when the decision throws', async () => {
      await repository.transact(() => sample());
      const before = await repository.load();
      const refusal = new Error('conflict');
      await expect(
        repository.transact(() => {
          throw refusal;
        }),
      ).rejects.toBe(refusal);
      expect(await repository.load()).toEqual(before);
      expect(await repository.transact(() => transition({ clients: [disable(ORDERS)] }))).toBe(2);
    });

    it('updates in place', async () => {
      await repository.transact(() => sample());
      const narrowed: Resource = {
        ...BILLING,
        uri: 'https://b.internal',
        audience: 'https://b.internal',
        scopes: ['a'],
      };
      await repository.transact(() =>
        transition({
          resources: [{ action: 'update', before: BILLING, after: narrowed }],
          clients: [disable(ORDERS)],
          policies: [
            {
              action: 'update',
              before: policy('orders', 'billing', 1),
              after: policy('orders', 'billing', 1, ['a']),
            },
          ],
        }),
      );
      expect(await repository.load()).toMatchObject({
        version: 2,
        resources: [narrowed, INVENTORY],
        clients: [{ id: 'orders', disabled: true }, { id: 'stock' }],
        policies: [{ resource: 'billing', scopes: ['a'] }, { resource: 'inventory' }],
      });
    });

    it('lets two resources swap their URIs in one change', async () => {
      const [one, two] = [at(BILLING, 'https://one.internal'), at({ ...BILLING, id: 'two' }, 'https://two.internal')];
      await repository.transact(() => transition({ resources: [create(one), create(two)] }));
      const swapped = [at(one, 'https://two.internal'), at(two, 'https://one.internal')] as const;
      await repository.transact(() =>
        transition({
          resources: [
            { action: 'update', before: one, after: swapped[0] },
            { action: 'update', before: two, after: swapped[1] },
          ],
        }),
      );
      expect((await repository.load()).resources).toEqual(swapped);
    });

    it('removes', async () => {
      await repository.transact(() => sample());
      await repository.transact(() =>
        transition({
          policies: [remove(policy('orders', 'billing', 1)), remove(policy('orders', 'inventory', 1))],
          resources: [remove(BILLING), remove(INVENTORY)],
          clients: [remove(ORDERS), remove(STOCK)],
        }),
      );
      expect(await repository.load()).toEqual({ version: 2, issuers: [], resources: [], clients: [], policies: [] });
    });

    it.each<[string, Partial<RegistryChanges>]>([
      ['a policy for no client', { policies: [create(policy('nobody', 'inventory', 1))] }],
      ['a policy for no resource', { policies: [create(policy('orders', 'nothing', 1))] }],
      ['a client removed from under its policies', { clients: [remove(ORDERS)] }],
      ['a resource removed from under its policies', { resources: [remove(INVENTORY)] }],
      ['an operator removed from its resource', { clients: [remove(STOCK)] }],
      ['a secret for no client', { secrets: [{ action: 'add', clientId: 'nobody', secret: secret('s', 1) }] }],
      ['a second resource at one URI', { resources: [create({ ...INVENTORY, id: 'other' })] }],
      [
        'a resource that is there already, after other changes',
        { clients: [disable(STOCK)], resources: [create(INVENTORY)] },
      ],
    ])('refuses %s, and then has changed nothing', async (_what, changes) => {
      await repository.transact(() => sample());
      const before = await repository.load();
      await expect(repository.transact(() => transition(changes))).rejects.toThrow();
      expect(await repository.load()).toEqual(before);
    });

    it('keeps the policies of one pair in the order declared', async () => {
      const many = Array.from({ length: 12 }, (_, index) =>
        policy('orders', 'inventory', index + 1, [`s${index + 1}`]),
      );
      await repository.transact(() => sample());
      await repository.transact(() => transition({ policies: many.slice(1).reverse().map(create) }));
      const stored = (await repository.load()).policies.filter(({ resource }) => resource === 'inventory');
      expect(stored.map(({ id }) => id)).toEqual(many.map(({ id }) => id));
    });

    describe('with secrets', () => {
      beforeEach(async () => {
        await repository.transact(() => sample());
        await changeSecrets(repository, add(secret('younger', 2)), add(secret('older', 1)));
      });

      it('counts each change of them as a version', async () => {
        expect(await repository.version()).toBe(2);
      });

      it('shows them with their client, oldest first', async () => {
        const client = withSecrets(ORDERS, secret('older', 1), secret('younger', 2));
        expect(await repository.client('orders')).toEqual(client);
        expect((await repository.load()).clients[0]).toEqual(client);
      });

      it('ends one at the time given', async () => {
        await changeSecrets(repository, {
          action: 'expire',
          clientId: 'orders',
          secretId: 'older',
          at: new Date(5000),
        });
        const { secrets } = (await repository.client('orders')) ?? { secrets: [] };
        expect(secrets).toEqual([{ ...secret('older', 1), expiresAt: new Date(5000) }, secret('younger', 2)]);
      });

      it('drops one', async () => {
        await changeSecrets(repository, { action: 'remove', clientId: 'orders', secretId: 'older' });
        expect((await repository.client('orders'))?.secrets).toEqual([secret('younger', 2)]);
      });

      it('does not touch a secret in the name of another client', async () => {
        await changeSecrets(repository, { action: 'remove', clientId: 'stock', secretId: 'older' });
        await changeSecrets(repository, { action: 'expire', clientId: 'stock', secretId: 'younger', at: new Date(1) });
        expect((await repository.client('orders'))?.secrets).toEqual([secret('older', 1), secret('younger', 2)]);
      });

      it('keeps them when their client changes', async () => {
        await repository.transact(() => transition({ clients: [disable(ORDERS)] }));
        expect((await repository.client('orders'))?.secrets).toHaveLength(2);
      });

      it('drops them with their client, for good', async () => {
        const policies = [remove(policy('orders', 'billing', 1)), remove(policy('orders', 'inventory', 1))];
        await repository.transact(() => transition({ clients: [remove(ORDERS)], policies }));
        await repository.transact(() => transition({ clients: [create(ORDERS)] }));
        expect(await repository.client('orders')).toEqual(withSecrets(ORDERS));
      });

      it('shows none for a client that is not declared to have any', async () => {
        const after: ClientFacts = { ...ORDERS, credentials: [{ kind: 'tls_client_auth', sanDns: 'o.internal' }] };
        await repository.transact(() => transition({ clients: [{ action: 'update', before: ORDERS, after }] }));
        expect((await repository.client('orders'))?.secrets).toEqual([]);
        expect((await repository.load()).clients[0]?.secrets).toEqual([]);
      });
    });

    it('lets one change happen at a time, from wherever they come', async () => {
      const other = await open();
      await repository.transact(() => transition({ clients: [create(ORDERS)] }));
      const versions = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 ? repository : other).transact(({ clients }) => {
            const [before = ORDERS] = clients;
            return transition({
              clients: [{ action: 'update', before, after: { ...before, disabled: !before.disabled } }],
            });
          }),
        ),
      );
      expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
      expect(await repository.client('orders')).toMatchObject({ disabled: false });
    });
  });
}

function sample(): RegistryTransition {
  return transition({
    resources: [create(INVENTORY), create(BILLING)],
    clients: [create(STOCK), create(ORDERS)],
    policies: [create(policy('orders', 'inventory', 1)), create(policy('orders', 'billing', 1, ['invoices:read']))],
  });
}

function transition(changes: Partial<RegistryChanges>): RegistryTransition {
  return { actor: 'test', changes: { ...NO_CHANGES, ...changes } };
}

function create<Entity>(after: Entity): Change<Entity> {
  return { action: 'create', after };
}

function remove<Entity>(before: Entity): Change<Entity> {
  return { action: 'remove', before };
}

function disable(client: ClientFacts): Change<ClientFacts> {
  return { action: 'update', before: client, after: { ...client, disabled: true } };
}

function at(resource: Resource, uri: string): Resource {
  return { ...resource, uri, audience: uri };
}

function policy(client: string, resource: string, ordinal: number, scopes = ['stock:read']): Policy {
  const id = ordinal === 1 ? `${client}/${resource}` : `${client}/${resource}#${ordinal}`;
  return { id, client, resource, scopes };
}

function secret(id: string, createdAtSeconds: number): ClientSecret {
  const digest = Buffer.alloc(32, id);
  return { id, digest, digestKeyId: 'k1', createdAt: new Date(createdAtSeconds * 1000), expiresAt: null };
}

function withSecrets(client: ClientFacts, ...secrets: readonly ClientSecret[]): Client {
  return { ...client, secrets };
}

function add(added: ClientSecret): SecretChange {
  return { action: 'add', clientId: 'orders', secret: added };
}

function changeSecrets(repository: RegistryRepository, ...secrets: readonly SecretChange[]): Promise<number> {
  return repository.transactClient('orders', () => transition({ secrets }));
}
