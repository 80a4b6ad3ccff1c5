import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredRegistry } from '../model/stored-registry.ts';
import { RefreshRegistry } from './refresh-registry.ts';
import { Registry } from './registry-snapshot.ts';

let version: number;
let loads: number;
let failure: Error | undefined;
let beforeLoad: () => Promise<void>;
let registry: Registry;
let refreshRegistry: RefreshRegistry;

const repository = {
  version: (): Promise<number> => (failure ? Promise.reject(failure) : Promise.resolve(version)),
  load: async (): Promise<StoredRegistry> => {
    if (failure) throw failure;
    loads++;
    const stored = { version, issuers: [], resources: [], clients: [], policies: [] };
    await beforeLoad();
    return stored;
  },
};

beforeEach(() => {
  version = 0;
  loads = 0;
  failure = undefined;
  beforeLoad = () => Promise.resolve();
  registry = new Registry();
  refreshRegistry = new RefreshRegistry({ registry, repository });
});

describe('RefreshRegistry', () => {
  it('loads at first, even what is at version 0, and then only what has another version', async () => {
    await refreshRegistry.execute();
    expect(loads).toBe(1);
    const first = registry.snapshot();
    await refreshRegistry.execute();
    expect(loads).toBe(1);
    expect(registry.snapshot()).toBe(first);
    version = 1;
    await refreshRegistry.execute();
    expect(loads).toBe(2);
    expect(registry.snapshot().version).toBe(1);
  });

  it('follows a database that was restored to an earlier version', async () => {
    version = 9;
    await refreshRegistry.execute();
    version = 4;
    await refreshRegistry.execute();
    expect(registry.snapshot().version).toBe(4);
  });

  it('goes on serving what it has when the database is away, and says so', async () => {
    version = 3;
    await refreshRegistry.execute();
    failure = new Error('away');
    await expect(refreshRegistry.execute()).rejects.toBe(failure);
    expect(registry.snapshot().version).toBe(3);
    failure = undefined;
    version = 4;
    await refreshRegistry.execute();
    expect(registry.snapshot().version).toBe(4);
  });

  it('serves, once resolved, what was committed before the call, though another refresh was under way', async () => {
    let release = (): void => undefined;
    beforeLoad = () => new Promise((resolve) => (release = resolve));
    const slow = refreshRegistry.execute();
    await new Promise((resolve) => setImmediate(resolve));
    version = 1;
    const after = [refreshRegistry.execute(), refreshRegistry.execute()];
    beforeLoad = () => Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    release();
    await slow;
    await Promise.all(after);
    expect(registry.snapshot().version).toBe(1);
    expect(loads).toBe(2);
  });
});
