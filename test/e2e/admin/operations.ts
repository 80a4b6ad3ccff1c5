import { withoutNull, type GrpcCall, type HttpCall } from './call-both.ts';

export const DECLARATION = `
apiVersion: mintmark/v1
resources:
  - id: inventory
    scopes: [stock:read, stock:reserve]
clients:
  - id: orders
    credentials: [{ kind: client_secret }]
  - id: reports
    credentials: [{ kind: client_secret }]
policies:
  - client: orders
    resource: inventory
    scopes: [stock:read]
  - client: reports
    resource: inventory
    scopes: [stock:read]
`;

/** One operation as a table has it: what it asks for, over both transports. `name` keeps the two from meeting. */
export interface Row {
  readonly operation: string;
  readonly scope: string;
  readonly http: (name: string, version: number, kids: Kids) => HttpCall;
  readonly grpc: (name: string, version: number, kids: Kids) => GrpcCall;
  /** Takes away what two calls cannot have alike: ids, instants, versions. */
  readonly settle?: (answer: unknown) => unknown;
}

/** Of the public ring. */
export interface Kids {
  readonly active: string;
  readonly standby: string;
}

const STRANGER = 'no-such-kid';

const changed = DECLARATION.replace('scopes: [stock:read]\n', 'scopes: [stock:reserve]\n');

export const OPERATIONS: readonly Row[] = [
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
  {
    operation: 'GetKeyStatus',
    scope: 'keys:read',
    http: () => ({ method: 'GET', path: '/admin/v1/keys' }),
    grpc: () => ({ service: 'keys', rpc: 'getKeyStatus', message: {} }),
  },
  {
    operation: 'GetKeyUsers',
    scope: 'keys:read',
    http: (_name, _version, { standby }) => ({ method: 'GET', path: `/admin/v1/keys/${standby}/users` }),
    grpc: (_name, _version, { standby }) => ({ service: 'keys', rpc: 'getKeyUsers', message: { kid: standby } }),
  },
  {
    operation: 'GetKeyUsers, a key that nobody knows',
    scope: 'keys:read',
    http: () => ({ method: 'GET', path: `/admin/v1/keys/${STRANGER}/users` }),
    grpc: () => ({ service: 'keys', rpc: 'getKeyUsers', message: { kid: STRANGER } }),
  },
  {
    operation: 'RotateKeys, too early',
    scope: 'keys:rotate',
    http: () => ({ method: 'POST', path: '/admin/v1/keys/rotate' }),
    grpc: () => ({ service: 'keys', rpc: 'rotateKeys', message: {} }),
  },
  {
    operation: 'RotateKeys, planned',
    scope: 'keys:rotate',
    http: () => ({ method: 'POST', path: '/admin/v1/keys/rotate', body: { ring: 'admin', plan: true } }),
    grpc: () => ({ service: 'keys', rpc: 'rotateKeys', message: { ring: 'admin', plan: true } }),
  },
  {
    operation: 'RotateKeys, an algorithm without keys',
    scope: 'keys:rotate',
    http: () => ({ method: 'POST', path: '/admin/v1/keys/rotate', body: { algorithm: 'RS256', plan: true } }),
    grpc: () => ({ service: 'keys', rpc: 'rotateKeys', message: { algorithm: 'RS256', plan: true } }),
  },
  {
    operation: 'GetKeyPlan',
    scope: 'keys:read',
    http: () => ({ method: 'GET', path: '/admin/v1/keys/plan' }),
    grpc: () => ({ service: 'keys', rpc: 'getKeyPlan', message: {} }),
    settle: withoutInstants,
  },
  {
    operation: 'PrepareKey, done already',
    scope: 'keys:rotate',
    http: () => ({ method: 'POST', path: '/admin/v1/keys/prepare' }),
    grpc: () => ({ service: 'keys', rpc: 'prepareKey', message: {} }),
  },
  {
    operation: 'PrepareKey, an algorithm not in use',
    scope: 'keys:rotate',
    http: () => ({ method: 'POST', path: '/admin/v1/keys/prepare', body: { algorithm: 'EdDSA' } }),
    grpc: () => ({ service: 'keys', rpc: 'prepareKey', message: { algorithm: 'EdDSA' } }),
  },
  {
    operation: 'ActivateKey, planned',
    scope: 'keys:rotate',
    http: (_name, _version, { standby }) => ({
      method: 'POST',
      path: `/admin/v1/keys/${standby}/activate`,
      body: { plan: true },
    }),
    grpc: (_name, _version, { standby }) => ({
      service: 'keys',
      rpc: 'activateKey',
      message: { kid: standby, plan: true },
    }),
    settle: withoutInstants,
  },
  {
    operation: 'ActivateKey, too early',
    scope: 'keys:rotate',
    http: (_name, _version, { standby }) => ({ method: 'POST', path: `/admin/v1/keys/${standby}/activate` }),
    grpc: (_name, _version, { standby }) => ({ service: 'keys', rpc: 'activateKey', message: { kid: standby } }),
  },
  {
    operation: 'ActivateKey, done already',
    scope: 'keys:rotate',
    http: (_name, _version, { active }) => ({ method: 'POST', path: `/admin/v1/keys/${active}/activate` }),
    grpc: (_name, _version, { active }) => ({ service: 'keys', rpc: 'activateKey', message: { kid: active } }),
  },
  {
    operation: 'ActivateKey, unknown',
    scope: 'keys:rotate',
    http: () => ({ method: 'POST', path: `/admin/v1/keys/${STRANGER}/activate` }),
    grpc: () => ({ service: 'keys', rpc: 'activateKey', message: { kid: STRANGER } }),
  },
  {
    operation: 'DeactivateKey, planned',
    scope: 'keys:rotate',
    http: (_name, _version, { active }) => ({
      method: 'POST',
      path: `/admin/v1/keys/${active}/deactivate`,
      body: { plan: true },
    }),
    grpc: (_name, _version, { active }) => ({
      service: 'keys',
      rpc: 'deactivateKey',
      message: { kid: active, plan: true },
    }),
    settle: withoutInstants,
  },
  {
    operation: 'DeactivateKey, too early',
    scope: 'keys:rotate',
    http: (_name, _version, { active }) => ({ method: 'POST', path: `/admin/v1/keys/${active}/deactivate` }),
    grpc: (_name, _version, { active }) => ({ service: 'keys', rpc: 'deactivateKey', message: { kid: active } }),
  },
  {
    operation: 'DeactivateKey, in the wrong state',
    scope: 'keys:rotate',
    http: (_name, _version, { standby }) => ({ method: 'POST', path: `/admin/v1/keys/${standby}/deactivate` }),
    grpc: (_name, _version, { standby }) => ({ service: 'keys', rpc: 'deactivateKey', message: { kid: standby } }),
  },
  {
    operation: 'DestroyKey, planned',
    scope: 'keys:rotate',
    http: (_name, _version, { standby }) => ({
      method: 'POST',
      path: `/admin/v1/keys/${standby}/destroy`,
      body: { plan: true },
    }),
    grpc: (_name, _version, { standby }) => ({
      service: 'keys',
      rpc: 'destroyKey',
      message: { kid: standby, plan: true },
    }),
    settle: withoutInstants,
  },
  {
    operation: 'DestroyKey, in the wrong state',
    scope: 'keys:rotate',
    http: (_name, _version, { active }) => ({ method: 'POST', path: `/admin/v1/keys/${active}/destroy` }),
    grpc: (_name, _version, { active }) => ({ service: 'keys', rpc: 'destroyKey', message: { kid: active } }),
  },
  {
    operation: 'DestroyKey, unknown',
    scope: 'keys:rotate',
    http: () => ({ method: 'POST', path: `/admin/v1/keys/${STRANGER}/destroy`, body: { plan: true } }),
    grpc: () => ({ service: 'keys', rpc: 'destroyKey', message: { kid: STRANGER, plan: true } }),
  },
  {
    operation: 'CompromiseKey, planned',
    scope: 'keys:rotate',
    http: (_name, _version, { active }) => ({
      method: 'POST',
      path: `/admin/v1/keys/${active}/compromise`,
      body: { reason: 'a drill', without_standby: 'seal', plan: true },
    }),
    grpc: (_name, _version, { active }) => ({
      service: 'keys',
      rpc: 'compromiseKey',
      message: { kid: active, reason: 'a drill', withoutStandby: 'seal', plan: true },
    }),
    settle: withoutInstants,
  },
  {
    operation: 'CompromiseKey, without a choice',
    scope: 'keys:rotate',
    http: (_name, _version, { active }) => ({
      method: 'POST',
      path: `/admin/v1/keys/${active}/compromise`,
      body: { reason: 'a drill' },
    }),
    grpc: (_name, _version, { active }) => ({
      service: 'keys',
      rpc: 'compromiseKey',
      message: { kid: active, reason: 'a drill' },
    }),
  },
  {
    operation: 'CompromiseKey, a custody that new keys would lie under',
    scope: 'keys:rotate',
    http: (_name, _version, { active }) => ({
      method: 'POST',
      path: `/admin/v1/keys/${active}/compromise`,
      body: { reason: 'a drill', scope: 'custody', without_standby: 'fresh-key' },
    }),
    grpc: (_name, _version, { active }) => ({
      service: 'keys',
      rpc: 'compromiseKey',
      message: { kid: active, reason: 'a drill', scope: 'custody', withoutStandby: 'fresh-key' },
    }),
  },
  {
    operation: 'CompromiseKey, without a reason',
    scope: 'keys:rotate',
    http: () => ({ method: 'POST', path: `/admin/v1/keys/${STRANGER}/compromise`, body: { reason: '' } }),
    grpc: () => ({ service: 'keys', rpc: 'compromiseKey', message: { kid: STRANGER } }),
  },
  {
    operation: 'GetKeyHoldings',
    scope: 'keys:read',
    http: () => ({ method: 'GET', path: '/admin/v1/keys/holdings' }),
    grpc: () => ({ service: 'keys', rpc: 'getKeyHoldings', message: {} }),
  },
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
  {
    operation: 'TailAudit',
    scope: 'audit:read',
    http: () => ({ method: 'GET', path: '/admin/v1/audit?after=0&limit=3' }),
    grpc: () => ({ service: 'audit', rpc: 'tailAudit', message: { after: 0, limit: 3 } }),
    settle: asEvents,
  },
  {
    operation: 'VerifyAudit',
    scope: 'audit:read',
    http: () => ({ method: 'POST', path: '/admin/v1/audit/verify' }),
    grpc: () => ({ service: 'audit', rpc: 'verifyAudit', message: {} }),
    settle: (answer) => ({ ok: (answer as { ok: boolean }).ok }),
  },
];

type Answer = Record<string, unknown>;

/** What is due now is dated now. */
function withoutInstants(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (name, value: unknown) => (name === 'at' || name === 'signs_from' ? typeof value : value)),
  );
}

/** Two of them are not made in the same instant. */
function withoutUntil(answer: unknown): unknown {
  const { until, ...rest } = answer as Answer;
  return { ...rest, until: typeof until };
}

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

/** gRPC has the lines as text, HTTP as objects. */
function asEvents(answer: unknown): unknown {
  const { events } = answer as { events: Answer[] };
  return events.map((event) => withoutNull('line' in event ? JSON.parse(String(event['line'])) : event));
}
