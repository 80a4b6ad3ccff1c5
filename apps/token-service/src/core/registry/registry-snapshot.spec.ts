import { describe, expect, it } from '@jest/globals';
import type { Client } from '../model/client.ts';
import type { StoredRegistry } from '../model/stored-registry.ts';
import { ApprovedGrant } from '../policy/decide-grant.ts';
import { Registry, RegistrySnapshot } from './registry-snapshot.ts';

/** How often anything was asked of what the registry holds, whatever it is. */
function counted<Value extends object>(value: Value, count: { reads: number }): Value {
  return new Proxy(value, {
    get(target, property, receiver) {
      count.reads++;
      const found: unknown = Reflect.get(target, property, receiver);
      return typeof found === 'object' && found !== null ? counted(found, count) : found;
    },
  });
}

function registryOf(clients: number, count: { reads: number }): StoredRegistry {
  const numbers = Array.from({ length: clients }, (_, index) => index);
  const resources = numbers.slice(0, Math.ceil(clients / 10)).map((n) => ({
    id: `resource-${n}`,
    uri: `https://resource-${n}.internal`,
    audience: `https://resource-${n}.internal`,
    scopes: ['read', 'write'],
    tokenLifetimeSeconds: 300,
    signingAlgorithm: 'ES256' as const,
    senderConstraint: 'none' as const,
  }));
  return {
    version: 3,
    issuers: [],
    resources,
    clients: numbers.map((n): Client => ({
      id: `client-${n}`,
      disabled: false,
      credentials: [{ kind: 'client_secret' }],
      secrets: [],
    })),
    // One client may call every resource, and every client may call the first.
    policies: [
      ...resources
        .slice(1)
        .map(({ id }) => ({ id: `client-0/${id}`, client: 'client-0', resource: id, scopes: ['write'] })),
      ...numbers.map((n) => ({
        id: `client-${n}/resource-0`,
        client: `client-${n}`,
        resource: 'resource-0',
        scopes: ['read'],
      })),
    ].map((policy) => counted(policy, count)),
  };
}

describe('RegistrySnapshot', () => {
  it('decides with as many look-ups among 10 clients and policies as among 20,000', () => {
    const reads = [10, 20_000].map((clients) => {
      const count = { reads: 0 };
      const snapshot = new RegistrySnapshot(registryOf(clients, count));
      count.reads = 0;
      const last = { id: `client-${clients - 1}` };
      ApprovedGrant.decide(snapshot, last, { target: { resource: 'https://resource-0.internal' }, scopes: ['read'] });
      ApprovedGrant.decide(snapshot, { id: 'client-0' }, { target: { audience: 'resource-0' } });
      return count.reads;
    });
    expect(reads[0]).toBeGreaterThan(0);
    expect(reads[1]).toBe(reads[0]);
  });

  it('finds what is there and nothing else', () => {
    const snapshot = new RegistrySnapshot(registryOf(20, { reads: 0 }));
    expect(snapshot.version).toBe(3);
    expect(snapshot.client('client-7')?.id).toBe('client-7');
    expect(snapshot.resourceById('resource-1')?.audience).toBe('https://resource-1.internal');
    expect(snapshot.resourceByUri('https://resource-1.internal')?.id).toBe('resource-1');
    expect(snapshot.resourceByUri('https://resource-1.internal/')?.id).toBe('resource-1');
    expect(snapshot.grantsOf('client-0').map(({ resource }) => resource)).toEqual(['resource-1', 'resource-0']);
    expect(snapshot.policiesFor('client-0', 'resource-1')).toHaveLength(1);
    for (const name of ['client', 'toString', '__proto__', '']) {
      expect(snapshot.client(name)).toBeUndefined();
      expect(snapshot.resourceById(name)).toBeUndefined();
      expect(snapshot.resourceByUri(name)).toBeUndefined();
      expect(snapshot.grantsOf(name)).toEqual([]);
      expect(snapshot.policiesFor(name, 'resource-0')).toEqual([]);
    }
  });

  it('divides the lifetimes it grants by the time scale, and leaves the stored ones alone', () => {
    const stored = registryOf(10, { reads: 0 });
    const snapshot = new RegistrySnapshot(stored, { timeScale: 60 });
    expect(snapshot.resourceById('resource-0')?.tokenLifetimeSeconds).toBe(5);
    expect(snapshot.resourceByUri('https://resource-0.internal')?.tokenLifetimeSeconds).toBe(5);
    expect(stored.resources[0]?.tokenLifetimeSeconds).toBe(300);
  });
});

describe('Registry', () => {
  it('serves nothing before a snapshot is published, and then that one', () => {
    const registry = new Registry();
    expect(registry.snapshot().version).toBe(0);
    expect(registry.snapshot().client('client-0')).toBeUndefined();
    const snapshot = new RegistrySnapshot(registryOf(10, { reads: 0 }));
    registry.publish(snapshot);
    expect(registry.snapshot()).toBe(snapshot);
  });
});

describe('the algorithms that tokens are signed with', () => {
  const withAlgorithms = (...algorithms: ('ES256' | 'EdDSA' | 'RS256')[]) => {
    const { resources, ...rest } = registryOf(30, { reads: 0 });
    const changed = algorithms.map((signingAlgorithm, at) => ({ ...resources[at]!, signingAlgorithm }));
    return new RegistrySnapshot({ ...rest, resources: changed, policies: [] }).signingAlgorithms;
  };

  it('are those that resources ask for, each once; the usual one first, because the first key need not wait', () => {
    expect(withAlgorithms('RS256', 'ES256', 'RS256')).toEqual(['ES256', 'RS256']);
    expect(withAlgorithms('EdDSA')).toEqual(['EdDSA']);
  });

  it('are the usual one while there is no resource', () => {
    expect(withAlgorithms()).toEqual(['ES256']);
    expect(RegistrySnapshot.EMPTY.signingAlgorithms).toEqual(['ES256']);
  });
});
