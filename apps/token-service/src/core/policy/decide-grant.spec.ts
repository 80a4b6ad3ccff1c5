import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Client } from '../model/client.ts';
import { RequestError } from '../model/errors.ts';
import { policyId, type Policy } from '../model/policy.ts';
import type { Resource } from '../model/resource.ts';
import { RegistrySnapshot } from '../registry/registry-snapshot.ts';
import { ApprovedGrant, type GrantRequest } from './decide-grant.ts';

function resource(id: string, scopes: readonly string[], uri?: string): Resource {
  return {
    id,
    ...(uri === undefined ? {} : { uri }),
    audience: uri ?? id,
    scopes,
    tokenLifetimeSeconds: 300,
    signingAlgorithm: 'ES256',
    senderConstraint: 'none',
  };
}

function client(id: string, disabled = false): Client {
  return { id, disabled, credentials: [{ kind: 'client_secret' }], secrets: [] };
}

function policies(...rules: readonly (readonly [string, string, readonly string[]])[]): readonly Policy[] {
  const counts = new Map<string, number>();
  return rules.map(([of, at, scopes]) => {
    const ordinal = (counts.get(`${of}/${at}`) ?? 0) + 1;
    counts.set(`${of}/${at}`, ordinal);
    return { id: policyId(of, at, ordinal), client: of, resource: at, scopes };
  });
}

const SNAPSHOT = new RegistrySnapshot({
  version: 7,
  issuers: [],
  resources: [
    resource('inventory', ['stock:read', 'stock:reserve', 'stock:delete'], 'https://inventory.internal'),
    resource('billing', ['invoices:read'], 'urn:example:billing'),
    resource('secret', ['x']),
    resource('shrunk', ['new']),
  ],
  clients: [client('orders'), client('single'), client('idle'), client('stopped', true), client('late')],
  policies: policies(
    ['orders', 'inventory', ['stock:reserve']],
    ['orders', 'billing', ['invoices:read']],
    ['orders', 'inventory', ['stock:read', 'stock:reserve']],
    ['single', 'inventory', ['stock:read', 'gone']],
    ['stopped', 'inventory', ['stock:read']],
    ['late', 'shrunk', ['old']],
  ),
});

function decide(id: string, request: GrantRequest): ApprovedGrant {
  return ApprovedGrant.decide(SNAPSHOT, { id }, request);
}

function refusal(id: string, request: GrantRequest): RequestError {
  try {
    decide(id, request);
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('granted');
}

describe('a grant is approved', () => {
  const byId = { audience: 'inventory' };
  it.each<[string, string, GrantRequest, string, readonly string[], string]>([
    [
      'all that policies grant',
      'orders',
      { target: byId },
      'inventory',
      ['stock:read', 'stock:reserve'],
      'orders/inventory#2, orders/inventory',
    ],
    [
      'by URI',
      'orders',
      { target: { resource: 'https://inventory.internal' }, scopes: ['stock:read'] },
      'inventory',
      ['stock:read'],
      'orders/inventory#2',
    ],
    [
      'by URI as a URL parser writes it',
      'orders',
      { target: { resource: 'https://INVENTORY.internal:443/' }, scopes: ['stock:reserve'] },
      'inventory',
      ['stock:reserve'],
      'orders/inventory',
    ],
    [
      'by URN',
      'orders',
      { target: { resource: 'urn:example:billing' } },
      'billing',
      ['invoices:read'],
      'orders/billing',
    ],
    [
      'in the order of the resource',
      'orders',
      { target: byId, scopes: ['stock:reserve', 'stock:read'] },
      'inventory',
      ['stock:read', 'stock:reserve'],
      'orders/inventory#2, orders/inventory',
    ],
    [
      'once per scope',
      'orders',
      { target: byId, scopes: ['stock:read', 'stock:read'] },
      'inventory',
      ['stock:read'],
      'orders/inventory#2',
    ],
    ['for the only resource', 'single', {}, 'inventory', ['stock:read'], 'single/inventory'],
    [
      'without what the resource no longer offers',
      'single',
      { target: byId },
      'inventory',
      ['stock:read'],
      'single/inventory',
    ],
  ])('%s', (_what, id, request, resourceId, scopes, rule) => {
    const grant = decide(id, request);
    expect({ resource: grant.resource.id, scopes: grant.scopes, rule: sorted(grant.rule) }).toEqual({
      resource: resourceId,
      scopes,
      rule: sorted(rule),
    });
    expect(grant).toMatchObject({ lifetimeSeconds: 300, algorithm: 'ES256' });
  });
});

function sorted(rule: string): string {
  return rule.split(', ').toSorted().join(', ');
}

describe('a grant is refused', () => {
  const inventory = { audience: 'inventory' };
  it.each<[string, string, GrantRequest, string]>([
    ['an unknown resource', 'orders', { target: { audience: 'nothing' } }, 'RESOURCE_DENIED'],
    ['an unknown URI', 'orders', { target: { resource: 'https://nothing.internal' } }, 'RESOURCE_DENIED'],
    ['a resource without a policy', 'orders', { target: { audience: 'secret' } }, 'RESOURCE_DENIED'],
    ['a client without policies', 'idle', { target: inventory }, 'RESOURCE_DENIED'],
    ['a client without policies and no target', 'idle', {}, 'RESOURCE_DENIED'],
    ['a client that was removed', 'removed', { target: inventory }, 'RESOURCE_DENIED'],
    ['a client that was disabled', 'stopped', { target: inventory }, 'RESOURCE_DENIED'],
    ['a policy whose every scope is gone', 'late', { target: { audience: 'shrunk' } }, 'RESOURCE_DENIED'],
    ['no target among several', 'orders', {}, 'RESOURCE_UNSPECIFIED'],
    ['a URI as audience', 'orders', { target: { audience: 'https://inventory.internal' } }, 'PARAMETER_INVALID'],
    ['an empty audience', 'orders', { target: { audience: '' } }, 'PARAMETER_INVALID'],
    ['an id as resource', 'orders', { target: { resource: 'inventory' } }, 'RESOURCE_MALFORMED'],
    ['a relative resource', 'orders', { target: { resource: '/inventory' } }, 'RESOURCE_MALFORMED'],
    [
      'a resource with a fragment',
      'orders',
      { target: { resource: 'https://inventory.internal#a' } },
      'RESOURCE_MALFORMED',
    ],
    [
      'a resource with a space',
      'orders',
      { target: { resource: 'https://inventory.internal/ a' } },
      'RESOURCE_MALFORMED',
    ],
    ['a scope that no policy grants', 'orders', { target: inventory, scopes: ['stock:delete'] }, 'SCOPE_DENIED'],
    ['a scope among good ones', 'orders', { target: inventory, scopes: ['stock:read', 'admin'] }, 'SCOPE_DENIED'],
    ['a scope of another resource', 'orders', { target: inventory, scopes: ['invoices:read'] }, 'SCOPE_DENIED'],
    ['a scope that the resource no longer offers', 'single', { target: inventory, scopes: ['gone'] }, 'SCOPE_DENIED'],
    ['an empty list of scopes', 'orders', { target: inventory, scopes: [] }, 'PARAMETER_INVALID'],
    ['a name of the language', 'orders', { target: { audience: 'constructor' } }, 'RESOURCE_DENIED'],
  ])('%s', (_what, id, request, code) => {
    expect(refusal(id, request).code).toBe(code);
  });

  it('in one way, whether a resource is unknown or forbidden', () => {
    for (const scopes of [undefined, ['x'], ['y']]) {
      const wanted = scopes ? { scopes } : {};
      const unknown = refusal('orders', { target: { audience: 'nothing' }, ...wanted });
      const forbidden = refusal('orders', { target: { audience: 'secret' }, ...wanted });
      expect([forbidden.code, forbidden.message]).toEqual([unknown.code, unknown.message]);
      expect(forbidden.facts).not.toEqual(unknown.facts);
    }
  });

  it('naming the scopes, but only a few', () => {
    const scopes = Array.from({ length: 500 }, (_, index) => `s${index}`);
    const { message } = refusal('orders', { target: inventory, scopes });
    expect(message).toContain('s0 s1 s2 s3 s4 and 495 more.');
    expect(message.length).toBeLessThan(200);
  });
});

describe('for every registry and request', () => {
  const names = ['a', 'b', 'c'] as const;
  const name = fc.constantFrom(...names);
  const scopes = fc.uniqueArray(fc.constantFrom('r', 'w', 'x', 'y'), { minLength: 1 });
  const world = fc.record({
    resources: fc.tuple(scopes, scopes, scopes),
    disabled: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    rules: fc.array(fc.tuple(name, name, scopes), { maxLength: 8 }),
  });
  const request = fc.record(
    {
      target: fc.oneof(
        fc.record({ audience: name }),
        fc.record({ resource: name.map((id) => `https://${id}.internal`) }),
      ),
      scopes,
    },
    { requiredKeys: [] },
  );

  it('no scope is granted that policy and resource do not both name, and what is asked for is granted whole or not at all', () => {
    fc.assert(
      fc.property(world, name, request, ({ resources, disabled, rules }, id, wanted) => {
        const stored = policies(...rules);
        const snapshot = new RegistrySnapshot({
          version: 1,
          issuers: [],
          resources: names.map((each, index) => resource(each, resources[index] ?? [], `https://${each}.internal`)),
          clients: names.map((each, index) => client(each, disabled[index])),
          policies: stored,
        });
        const mine = stored.filter((policy) => policy.client === id);
        const grant = attempt(() => ApprovedGrant.decide(snapshot, { id }, wanted));
        const targetId = wanted.target
          ? Object.values(wanted.target)[0]?.replace(/https:\/\/|\.internal/g, '')
          : onlyOne(mine);
        const allowed = new Set(
          mine.filter((policy) => policy.resource === targetId).flatMap((policy) => policy.scopes),
        );
        const grantable = (resources[names.indexOf(targetId as 'a')] ?? []).filter((scope) => allowed.has(scope));
        const stopped = disabled[names.indexOf(id)];
        const asked = wanted.scopes ?? grantable;
        const permitted = !stopped && grantable.length > 0 && asked.every((scope) => grantable.includes(scope));
        expect(grant === undefined ? undefined : grant.scopes).toEqual(
          permitted ? grantable.filter((scope) => asked.includes(scope)) : undefined,
        );
        for (const ruleId of grant?.rule.split(', ') ?? []) expect(mine.map((policy) => policy.id)).toContain(ruleId);
      }),
      { numRuns: 2_000 },
    );
  });

  function onlyOne(mine: readonly Policy[]): string | undefined {
    const ids = new Set(mine.map((policy) => policy.resource));
    return ids.size === 1 ? [...ids][0] : undefined;
  }

  function attempt(decision: () => ApprovedGrant): ApprovedGrant | undefined {
    try {
      return decision();
    } catch (error) {
      expect(error).toBeInstanceOf(RequestError);
      return undefined;
    }
  }
});
