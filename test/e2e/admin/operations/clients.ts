import type { Answer, Row } from './row.ts';

export const CLIENT_OPERATIONS: readonly Row[] = [
  {
    operation: 'ListClients',
    scope: 'registry:read',
    http: () => ({ method: 'GET', path: '/admin/v1/clients?limit=2' }),
    grpc: () => ({ service: 'clients', rpc: 'listClients', message: { limit: 2 } }),
  },
  {
    operation: 'ListClients, the next page',
    scope: 'registry:read',
    http: () => ({ method: 'GET', path: '/admin/v1/clients?limit=1000&cursor=operator' }),
    grpc: () => ({ service: 'clients', rpc: 'listClients', message: { limit: 1000, cursor: 'operator' } }),
  },
  {
    operation: 'ListClients, a page too large',
    scope: 'registry:read',
    http: () => ({ method: 'GET', path: '/admin/v1/clients?limit=1001' }),
    grpc: () => ({ service: 'clients', rpc: 'listClients', message: { limit: 1001 } }),
  },
  {
    operation: 'GetClient',
    scope: 'registry:read',
    http: () => ({ method: 'GET', path: '/admin/v1/clients/operator' }),
    grpc: () => ({ service: 'clients', rpc: 'getClient', message: { id: 'operator' } }),
    settle: withoutLastUse,
  },
  {
    operation: 'GetClient, unknown',
    scope: 'registry:read',
    http: () => ({ method: 'GET', path: '/admin/v1/clients/nobody' }),
    grpc: () => ({ service: 'clients', rpc: 'getClient', message: { id: 'nobody' } }),
  },
  {
    operation: 'CreateClient',
    scope: 'registry:write',
    http: (name) => ({ method: 'POST', path: '/admin/v1/clients', body: { id: `new-${name}` } }),
    grpc: (name) => ({ service: 'clients', rpc: 'createClient', message: { id: `new-${name}` } }),
    settle: withoutName,
  },
  {
    operation: 'CreateClient, planned',
    scope: 'registry:write',
    http: () => ({ method: 'POST', path: '/admin/v1/clients', body: { id: 'planned', plan: true } }),
    grpc: () => ({ service: 'clients', rpc: 'createClient', message: { id: 'planned', plan: true } }),
  },
  {
    operation: 'CreateClient, one there is',
    scope: 'registry:write',
    http: () => ({ method: 'POST', path: '/admin/v1/clients', body: { id: 'orders' } }),
    grpc: () => ({ service: 'clients', rpc: 'createClient', message: { id: 'orders' } }),
  },
  {
    operation: 'CreateClient, a reserved name',
    scope: 'registry:write',
    http: () => ({ method: 'POST', path: '/admin/v1/clients', body: { id: 'mintmark-admin' } }),
    grpc: () => ({ service: 'clients', rpc: 'createClient', message: { id: 'mintmark-admin' } }),
  },
  {
    operation: 'CreateClient, a credential that is not supported',
    scope: 'registry:write',
    http: () => ({
      method: 'POST',
      path: '/admin/v1/clients',
      body: { id: 'x', credentials: [{ kind: 'tls_client_auth' }] },
    }),
    grpc: () => ({
      service: 'clients',
      rpc: 'createClient',
      message: { id: 'x', credentials: [{ kind: 'tls_client_auth' }] },
    }),
  },
  {
    operation: 'DisableClient',
    scope: 'registry:write',
    http: () => ({ method: 'POST', path: '/admin/v1/clients/orders/disable' }),
    grpc: () => ({ service: 'clients', rpc: 'disableClient', message: { id: 'orders' } }),
  },
  {
    operation: 'DisableClient, the last operator',
    scope: 'registry:write registry:admin',
    http: () => ({ method: 'POST', path: '/admin/v1/clients/operator/disable', body: {} }),
    grpc: () => ({ service: 'clients', rpc: 'disableClient', message: { id: 'operator' } }),
  },
  {
    operation: 'EnableClient',
    scope: 'registry:write',
    http: () => ({ method: 'POST', path: '/admin/v1/clients/orders/enable', body: { plan: false } }),
    grpc: () => ({ service: 'clients', rpc: 'enableClient', message: { id: 'orders' } }),
  },
  {
    operation: 'RotateCredential',
    scope: 'registry:write',
    http: () => ({ method: 'POST', path: '/admin/v1/clients/orders/secrets' }),
    grpc: () => ({ service: 'clients', rpc: 'rotateCredential', message: { clientId: 'orders' } }),
    settle: withoutSecret,
  },
  {
    operation: 'RotateCredential, one too many',
    scope: 'registry:write',
    http: () => ({ method: 'POST', path: '/admin/v1/clients/orders/secrets', body: {} }),
    grpc: () => ({ service: 'clients', rpc: 'rotateCredential', message: { clientId: 'orders' } }),
  },
  {
    operation: 'RotateCredential, in place of one that it has not',
    scope: 'registry:write',
    http: () => ({ method: 'POST', path: '/admin/v1/clients/orders/secrets', body: { replace_secret_id: 'nobodys' } }),
    grpc: () => ({
      service: 'clients',
      rpc: 'rotateCredential',
      message: { clientId: 'orders', replaceSecretId: 'nobodys' },
    }),
  },
  {
    operation: 'RotateCredential, planned',
    scope: 'registry:write',
    http: () => ({
      method: 'POST',
      path: '/admin/v1/clients/orders/secrets',
      body: { plan: true, expire_others_after_seconds: 0 },
    }),
    grpc: () => ({
      service: 'clients',
      rpc: 'rotateCredential',
      message: { clientId: 'orders', plan: true, expireOthersAfterSeconds: 0 },
    }),
    settle: withoutSecret,
  },
];

function withoutLastUse(answer: unknown): unknown {
  const { secrets, ...client } = answer as { secrets: Answer[] };
  return { ...client, secrets: secrets.map(({ last_used_at: _used, ...secret }) => secret) };
}

function withoutName(answer: unknown): unknown {
  const { id: _id, ...client } = answer as Answer;
  return client;
}

function withoutSecret(answer: unknown): unknown {
  const { secret, secret_id: id, created_at: created, expires_others_at: others, ...rest } = answer as Answer;
  return { ...rest, made: [secret, id, created, others].map((value) => typeof value) };
}
