import type { Row } from './row.ts';

const STRANGER = 'no-such-kid';

export const KEY_OPERATIONS: readonly Row[] = [
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
];

/** What is due now is dated now. */
function withoutInstants(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (name, value: unknown) => (name === 'at' || name === 'signs_from' ? typeof value : value)),
  );
}
