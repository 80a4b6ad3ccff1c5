import type { Answer, Row } from './row.ts';

export const REVOCATION_OPERATIONS: readonly Row[] = [
  {
    operation: 'Revoke, a client, planned',
    scope: 'tokens:revoke',
    http: () => ({
      method: 'POST',
      path: '/admin/v1/revocations',
      body: { kind: 'client', id: 'reports', plan: true },
    }),
    grpc: () => ({ service: 'revocations', rpc: 'revoke', message: { kind: 'client', id: 'reports', plan: true } }),
    settle: withoutUntil,
  },
  {
    operation: 'Revoke, a client',
    scope: 'tokens:revoke',
    http: () => ({
      ...{ method: 'POST', path: '/admin/v1/revocations' },
      body: { kind: 'client', id: 'reports', reason: 'its laptop was stolen' },
    }),
    grpc: () => ({
      service: 'revocations',
      rpc: 'revoke',
      message: { kind: 'client', id: 'reports', reason: 'again' },
    }),
    settle: withoutUntil,
  },
  {
    operation: 'Revoke, a token',
    scope: 'tokens:revoke',
    http: () => ({ method: 'POST', path: '/admin/v1/revocations', body: { kind: 'token', id: 'x'.repeat(22) } }),
    grpc: () => ({ service: 'revocations', rpc: 'revoke', message: { kind: 'token', id: 'x'.repeat(22) } }),
    settle: withoutUntil,
  },
  {
    operation: 'Revoke, admitting a client',
    scope: 'tokens:revoke',
    http: () => ({
      method: 'POST',
      path: '/admin/v1/revocations',
      body: { action: 'admit', kind: 'client', id: 'reports' },
    }),
    grpc: () => ({
      service: 'revocations',
      rpc: 'revoke',
      message: { action: 'admit', kind: 'client', id: 'reports' },
    }),
    settle: withoutUntil,
  },
  {
    operation: 'Revoke, admitting a token',
    scope: 'tokens:revoke',
    http: () => ({ method: 'POST', path: '/admin/v1/revocations', body: { action: 'admit', kind: 'token', id: 'x' } }),
    grpc: () => ({ service: 'revocations', rpc: 'revoke', message: { action: 'admit', kind: 'token', id: 'x' } }),
  },
  {
    operation: 'Revoke, an unknown client',
    scope: 'tokens:revoke',
    http: () => ({ method: 'POST', path: '/admin/v1/revocations', body: { kind: 'client', id: 'nobody' } }),
    grpc: () => ({ service: 'revocations', rpc: 'revoke', message: { kind: 'client', id: 'nobody' } }),
  },
  {
    operation: 'Revoke, an operator without being one who may say so',
    scope: 'tokens:revoke',
    http: () => ({ method: 'POST', path: '/admin/v1/revocations', body: { kind: 'client', id: 'operator' } }),
    grpc: () => ({ service: 'revocations', rpc: 'revoke', message: { kind: 'client', id: 'operator' } }),
  },
  {
    operation: 'Revoke, the last operator',
    scope: 'tokens:revoke registry:admin',
    http: () => ({ method: 'POST', path: '/admin/v1/revocations', body: { kind: 'client', id: 'operator' } }),
    grpc: () => ({ service: 'revocations', rpc: 'revoke', message: { kind: 'client', id: 'operator' } }),
  },
  {
    operation: 'Revoke, a whole token',
    scope: 'tokens:revoke',
    http: () => ({
      method: 'POST',
      path: '/admin/v1/revocations',
      body: { kind: 'token', id: `${'x'.repeat(90)}.y.z` },
    }),
    grpc: () => ({ service: 'revocations', rpc: 'revoke', message: { kind: 'token', id: `${'x'.repeat(90)}.y.z` } }),
  },
  {
    operation: 'ListRevocations',
    scope: 'tokens:revoke',
    http: () => ({ method: 'GET', path: '/admin/v1/revocations' }),
    grpc: () => ({ service: 'revocations', rpc: 'listRevocations', message: {} }),
  },
];

/** Two of them are not made in the same instant. */
function withoutUntil(answer: unknown): unknown {
  const { until, ...rest } = answer as Answer;
  return { ...rest, until: typeof until };
}
