import { DECLARATION, type Row } from './row.ts';

const choosing = DECLARATION.replace('id: inventory\n', 'id: inventory\n    signingAlgorithm: EdDSA\n');
const changed = DECLARATION.replace('scopes: [stock:read]\n', 'scopes: [stock:reserve]\n');

export const REGISTRY_OPERATIONS: readonly Row[] = [
  {
    operation: 'ListResources',
    scope: 'registry:read',
    http: () => ({ method: 'GET', path: '/admin/v1/resources' }),
    grpc: () => ({ service: 'resources', rpc: 'listResources', message: {} }),
  },
  {
    operation: 'ListPolicies',
    scope: 'registry:read',
    http: () => ({ method: 'GET', path: '/admin/v1/policies' }),
    grpc: () => ({ service: 'policies', rpc: 'listPolicies', message: {} }),
  },
  {
    operation: 'PlanRegistry',
    scope: 'registry:read',
    http: () => ({ method: 'POST', path: '/admin/v1/registry/plan', body: { declaration: changed } }),
    grpc: () => ({ service: 'registry', rpc: 'planRegistry', message: { declaration: changed } }),
  },
  {
    operation: 'PlanRegistry, an algorithm that no key signs yet',
    scope: 'registry:read',
    http: () => ({ method: 'POST', path: '/admin/v1/registry/plan', body: { declaration: choosing } }),
    grpc: () => ({ service: 'registry', rpc: 'planRegistry', message: { declaration: choosing } }),
    settle: withoutInstants,
  },
  {
    operation: 'PlanRegistry, a bad declaration',
    scope: 'registry:read',
    http: () => ({
      method: 'POST',
      path: '/admin/v1/registry/plan',
      body: { declaration: 'apiVersion: 1\nclient: []' },
    }),
    grpc: () => ({ service: 'registry', rpc: 'planRegistry', message: { declaration: 'apiVersion: 1\nclient: []' } }),
  },
  {
    operation: 'ApplyRegistry, nothing to do',
    scope: 'registry:write',
    http: (_, version) => ({
      method: 'POST',
      path: '/admin/v1/registry/apply',
      body: { declaration: DECLARATION, base_version: version },
    }),
    grpc: (_, version) => ({
      service: 'registry',
      rpc: 'applyRegistry',
      message: { declaration: DECLARATION, baseVersion: version },
    }),
  },
  {
    operation: 'ApplyRegistry, on an old version',
    scope: 'registry:write',
    http: () => ({
      method: 'POST',
      path: '/admin/v1/registry/apply',
      body: { declaration: changed, base_version: 0 },
    }),
    grpc: () => ({ service: 'registry', rpc: 'applyRegistry', message: { declaration: changed, baseVersion: 0 } }),
  },
  {
    operation: 'ExportRegistry',
    scope: 'registry:read',
    http: () => ({ method: 'GET', path: '/admin/v1/registry/export' }),
    grpc: () => ({ service: 'registry', rpc: 'exportRegistry', message: {} }),
  },
];

function withoutInstants(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then'));
}
