import type { Resource } from './resource.ts';

/** Scopes of the admin API. `registry:admin` is what it takes to say who may administer Mintmark. */
export const ADMIN_SCOPES = [
  'registry:read',
  'registry:write',
  'registry:admin',
  'keys:read',
  'keys:rotate',
  'tokens:revoke',
  'audit:read',
] as const;
export type AdminScope = (typeof ADMIN_SCOPES)[number];

/** The admin API is a resource like any other, but nobody can declare or change it, and its tokens have keys of their own. */
export const ADMIN_RESOURCE: Resource = {
  id: 'mintmark-admin',
  audience: 'mintmark-admin',
  scopes: ADMIN_SCOPES,
  tokenLifetimeSeconds: 300,
  signingAlgorithm: 'ES256',
  senderConstraint: 'none',
};
